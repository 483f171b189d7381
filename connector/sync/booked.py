"""Gathers, in a fixed number of queries, what is here and in the books of many orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q

from connector.sync.mapping.reconciliation import Ours
from connector.sync.models import DocumentLink, ShipmentLink, StagedOrder
from erp.models import Document, DocumentLine
from shops.models import Order, OrderSettings, Shop

ZERO = Decimal(0)


def ours(shop: Shop, gids: Sequence[str]) -> dict[str, Ours]:
    """What is here of each of these orders, by gid; those that are not here are left out."""
    orders = Order.objects.filter(shop=shop, gid__in=gids).only("gid", "state", "reason")
    links = {
        link.order_id: link
        for link in DocumentLink.objects.filter(order__in=orders).select_related("document")
    }
    documents = [link.document_id for link in links.values()]
    credited, unshipped = corrections(documents), _unshipped(documents)
    fulfillments = _fulfillments(links)
    found: dict[str, Ours] = {}
    for order in orders:
        link = links.get(order.pk)
        if link is None:
            found[order.gid] = Ours(order.state, order.reason)
            continue
        document = link.document
        found[order.gid] = Ours(
            state=order.state,
            document=document.no,
            was_fulfilled=document.kind == Document.Kind.INVOICE,
            presentment=link.currency_handling == OrderSettings.CurrencyHandling.PRESENTMENT,
            currency=document.currency,
            booked=document.amount_incl - credited.get(document.pk, ZERO),
            shipped=document.pk not in unshipped,
            fulfillments=frozenset(fulfillments[order.pk]),
        )
    return found


def corrections(documents: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What credit memos and return orders take off, by the order or invoice that was sold by.

    A credit memo that was posted from a return order is that return order, and not a second one.
    """
    wanted = set(documents)
    rows = (
        Document.objects.filter(
            Q(corrects__in=wanted) | Q(corrects__source__in=wanted),
            kind__in=[Document.Kind.CREDIT_MEMO, Document.Kind.RETURN_ORDER],
            source=None,
        )
        .exclude(state=Document.State.CANCELLED)
        .values_list("corrects", "corrects__source", "amount_incl")
    )
    taken: dict[UUID, Decimal] = defaultdict(Decimal)
    for invoice, order, amount in rows:
        if sold_by := order if order in wanted else invoice:
            taken[sold_by] += amount
    return taken


def waiting(shop: Shop, gids: Sequence[str]) -> dict[str, str]:
    """Why orders wait to be imported, by gid."""
    return dict(StagedOrder.objects.filter(shop=shop, gid__in=gids).values_list("gid", "reason"))


def _unshipped(documents: Sequence[UUID]) -> set[UUID]:
    lines = DocumentLine.objects.filter(
        document__in=documents, type=DocumentLine.Type.ITEM, qty_shipped__lt=F("quantity")
    )
    return set(lines.values_list("document_id", flat=True))


def _fulfillments(orders: Mapping[int, DocumentLink]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    links = ShipmentLink.objects.filter(order__in=list(orders))
    for order, gids in links.values_list("order_id", "fulfillment_gids"):
        found[order].update(gids)
    return found
