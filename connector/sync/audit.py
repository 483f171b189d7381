"""Checks that the two sides are in line, by queries over all of them. The books check themselves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import orjson
from django.db.models import Exists, F, OuterRef, Q

from connector.shopify.nodes.order import MoneyBag, OrderNode
from connector.sync.mapping.exchanges import exchanged, taken
from connector.sync.mapping.refund_amounts import less, taken_off
from connector.sync.models import DocumentLink, LineLink, ShipmentLink, StagedOrder
from connector.sync.sold import is_earlier
from shops.models import Order, OrderSettings


class Broken(NamedTuple):
    invariant: str  # "S1" … "S4"
    sentence: str


def broken_links() -> list[Broken]:
    """Return every difference found; an empty list means every order is accounted for."""
    return [*_states(), *_totals(), *_shipments(), *_staged()]


def _states() -> Iterator[Broken]:
    """S1: an order counts as processed if and only if it has a sales document."""
    linked = Exists(DocumentLink.objects.filter(order=OuterRef("pk")))
    processed = Q(state=Order.State.PROCESSED)
    odd = Order.objects.annotate(linked=linked).filter(
        processed & Q(linked=False) | ~processed & Q(linked=True)
    )
    for name, shop in odd.values_list("name", "shop__code"):
        yield Broken("S1", f"Order {name} of {shop}: its status and its sales document disagree.")


def _totals() -> Iterator[Broken]:
    """S2: a document's total is Shopify's, unless the order changed since.

    Then it is flagged, or a person has said what was done about it.
    """
    amount = F("document__amount_incl")
    shop = Q(currency_handling=OrderSettings.CurrencyHandling.SHOP)
    suspects = DocumentLink.objects.filter(
        shop & ~Q(order__current_total=amount) | ~shop & ~Q(order__presentment_total=amount),
        order__conflict=False,
        order__conflict_resolved_at=None,
    ).select_related("order__payload", "order__shop", "document")
    for link in suspects.iterator(chunk_size=500):
        order = OrderNode.from_node(orjson.loads(link.order.payload.raw))
        expected = _expected(link, order)
        difference = link.document.amount_incl - expected
        if abs(difference) > OrderSettings.of(link.order.shop).tolerance:
            yield Broken(
                "S2",
                f"Order {link.order.name} of {link.order.shop.code}: {link.document} is "
                f"{link.document.amount_incl:.2f}, Shopify says {expected:.2f}.",
            )


def _expected(link: DocumentLink, order: OrderNode) -> Decimal:
    """What the document has to come to: also what refunds took off since, and no exchange."""

    def pick(bag: MoneyBag) -> Decimal:
        presentment = link.currency_handling == OrderSettings.CurrencyHandling.PRESENTMENT
        return bag.presentment if presentment else bag.shop

    later = [one for one in order.refunds if not is_earlier(one.gid, one.created_at, link)]
    off = taken_off(later, pick, taxes_included=order.taxes_included)
    gids = LineLink.objects.filter(document_line__document=link.document)
    elsewhere = exchanged(order) - set(gids.values_list("line_gid", flat=True))
    off = less(off, taken(order, elsewhere, pick))
    return pick(order.current_total) + pick(order.cash_rounding) + off.total


def _shipments() -> Iterator[Broken]:
    """S3: a shipment counts as sent if and only if Shopify gave a fulfillment for it."""
    for link in ShipmentLink.objects.filter(
        state=ShipmentLink.State.SENT, fulfillment_gids=[]
    ).select_related("shipment"):
        yield Broken("S3", f"Shipment {link.shipment} counts as sent, but has no fulfillment.")


def _staged() -> Iterator[Broken]:
    """S4: an order waits to be imported or is imported, never both."""
    imported = Order.objects.filter(shop=OuterRef("shop"), gid=OuterRef("gid"))
    for staged in StagedOrder.objects.filter(Exists(imported)).select_related("shop"):
        yield Broken("S4", f"Order {staged.name} of {staged.shop.code} is imported and waits too.")
