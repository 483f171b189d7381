"""A fulfilment service is asked for goods, and answers. Source: shopify.dev, request statuses, 2026-10."""

from __future__ import annotations

from dataclasses import replace

from sandbox.changes import Occasion, Refused
from sandbox.records.fulfillment import FulfillmentOrder

# What a request becomes by each word, and from which states.
ANSWERS = {
    "submit": ({"UNSUBMITTED", "REJECTED"}, "SUBMITTED", "OPEN"),
    "accept": ({"SUBMITTED"}, "ACCEPTED", "IN_PROGRESS"),
    "reject": ({"SUBMITTED"}, "REJECTED", "OPEN"),
    "cancel": ({"ACCEPTED"}, "CANCELLATION_REQUESTED", "IN_PROGRESS"),
}


def request(goods: FulfillmentOrder, word: str, occasion: Occasion) -> FulfillmentOrder:
    """Return the fulfillment order after that word. Raises Refused when it does not fit its state."""
    wanted, after, status = ANSWERS[word]
    if not goods.fulfillable or goods.request_status not in wanted:
        raise Refused(
            f"Cannot {word} a fulfillment request that is {goods.request_status.lower()}.", ("id",)
        )
    return replace(goods, request_status=after, status=status, updated_at=occasion.now)
