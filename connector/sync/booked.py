"""Gathers, in a fixed number of queries, what is here and in the books of many orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from connector.sync.mapping.reconciliation import Answered, Ours
from connector.sync.models import DocumentLink, RefundLink, ShipmentLink, StagedOrder
from erp.models import Document, DocumentLine
from shops.models import Order, OrderSettings, Shop

ZERO = Decimal(0)
COLUMNS = (
    *("gid", "state", "reason"),
    *("conflict_answer", "conflict_resolved_at", "conflict_resolved_by"),
)
CORRECTING = [Document.Kind.CREDIT_MEMO, Document.Kind.RETURN_ORDER]


def ours(shop: Shop, gids: Sequence[str]) -> dict[str, Ours]:
    """What is here of each of these orders, by gid; those that are not here are left out."""
    orders = Order.objects.filter(shop=shop, gid__in=gids).only(*COLUMNS)
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
            corrected=credited.get(document.pk, ZERO),
            earlier=frozenset(link.refunds or ()),
            answered=_answered(order, shop.zone),
            shipped=document.pk not in unshipped,
            fulfillments=frozenset(fulfillments[order.pk]),
        )
    return found


def _answered(order: Order, zone: str) -> Answered | None:
    at = order.conflict_resolved_at
    if at is None:
        return None
    day = at.astimezone(ZoneInfo(zone)).date().isoformat()
    return Answered(order.conflict_resolved_by, at, order.conflict_answer, day)


def corrections(documents: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What credit memos and return orders take off, by the order or invoice that was sold by.

    A credit memo that was posted from a return order is that return order, and not a second one.
    What a refund became takes off its order's document, whatever invoice it corrects: that may
    combine several orders. Of others that correct such an invoice each line tells whose it is.
    """
    wanted = set(documents)
    taken: dict[UUID, Decimal] = defaultdict(Decimal)
    by_refund, by_source, by_invoice = _of_refunds(wanted), *_by_hand(wanted)
    for sold_by, amount in by_refund.union(by_source, by_invoice, _by_lines(wanted), all=True):
        taken[sold_by] += amount
    return taken


def _of_refunds(wanted: Collection[UUID]) -> QuerySet[Any, Any]:
    """What refunds became, by the document of the order."""
    sold_by = "refund__order__document_link__document"
    rows = RefundLink.objects.filter(**{f"{sold_by}__in": wanted})
    alive = rows.exclude(document__state=Document.State.CANCELLED)
    return alive.order_by().values_list(sold_by, "document__amount_incl")


def _by_hand(wanted: Collection[UUID]) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """What else corrects invoices of these orders, and these invoices themselves."""
    rows = Document.objects.filter(
        ~Exists(RefundLink.objects.filter(document=OuterRef("pk"))),
        ~Q(state=Document.State.CANCELLED),
        kind__in=CORRECTING,
        source=None,
    ).order_by()
    of_orders, of_invoices = Q(corrects__source__in=wanted), Q(corrects__in=wanted)
    return (
        rows.filter(of_orders).values_list("corrects__source", "amount_incl"),
        rows.filter(of_invoices).exclude(of_orders).values_list("corrects", "amount_incl"),
    )


def _by_lines(wanted: Collection[UUID]) -> QuerySet[Any, Any]:
    """What else corrects combined invoices, by the order of each line."""
    order_line = "source_line__shipment_line__source_line__document"
    lines = DocumentLine.objects.filter(
        ~Exists(RefundLink.objects.filter(document=OuterRef("document"))),
        ~Q(document__state=Document.State.CANCELLED),
        **{f"{order_line}__in": wanted},
        document__kind__in=CORRECTING,
        document__source=None,
    )
    return lines.order_by().values_list(order_line).annotate(Sum("amount_incl"))


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
