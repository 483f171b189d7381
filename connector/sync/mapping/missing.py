"""What of Shopify may be missing in the books, and why. Words only."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    ORDER = "order"
    REFUND = "refund"
    FULFILLMENT = "fulfillment"


class Why(StrEnum):
    """Why a record of Shopify is not in the books."""

    # of an order that is not here
    WAITING = "waiting"  # seen and left out: it waits among the orders to import
    NOT_YET = "not_yet"  # changed after the last sync
    CANCELLED = "cancelled"  # before the first sync, which takes open orders
    ARCHIVED = "archived"  # the same
    MISSED = "missed"  # nobody knows why
    GONE = "gone"  # here, and no longer in Shopify
    # of an order that is here
    UNPROCESSED = "unprocessed"
    RESOLVED = "resolved"  # another sum than Shopify's; a person has answered for it
    # of refunds and fulfillments
    ORDER_MISSING = "order_missing"
    WITH_ORDER = "with_order"  # comes into the books with its order
    DIFFERS = "differs"  # the books have another sum left than Shopify
    NOT_SHIPPED = "not_shipped"  # the goods are still to be shipped in the books


# What a person has to do something about; the rest comes by itself, or was decided by somebody.
TROUBLE = frozenset({Why.MISSED, Why.GONE, Why.ORDER_MISSING, Why.DIFFERS, Why.NOT_SHIPPED})
# What Shopify can be asked for once more.
FETCHABLE = frozenset({Why.WAITING, Why.NOT_YET, Why.CANCELLED, Why.ARCHIVED, Why.MISSED})
