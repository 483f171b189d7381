"""What is on hand and what is left of it, in base units by item and variant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from erp.models import Company, Document, DocumentLine, Stock
from erp.money import rounded

StockKey = tuple[int, int | None]  # item, variant (primary keys)
QUANTITY = Decimal("0.00001")  # the decimals of quantities; SQLite adds binary fractions
_QUANTITY = DecimalField(max_digits=20, decimal_places=5)


def on_hand(
    company: Company,
    items: Collection[int] | None = None,
    *,
    locations: Collection[str] | None = None,
) -> dict[StockKey, Decimal]:
    """Base units on hand; what has none and never had is missing. None means all items, all locations.

    Of lines of documents "" among the locations means those that name none.
    """
    rows = Stock.objects.filter(item__company=company)
    if items is not None:
        rows = rows.filter(item__in=items)
    if locations is not None:
        rows = rows.filter(location__code__in=locations)
    return _by_key(rows.values_list("item", "variant").annotate(Sum("qty")))


def projected(
    company: Company,
    items: Collection[int] | None = None,
    *,
    day: date,
    locations: Collection[str] | None = None,
) -> dict[StockKey, Decimal]:
    """On hand − open sales to be shipped by `day` + open purchases to be received by then.

    Lines without a date count by their document's posting date.
    Source: BC "Projected Available Balance Today" of the Shopify connector.
    """
    open_lines = _open_lines(company, items, locations).annotate(
        moves_on=Coalesce("shipment_date", "document__posting_date")
    )
    due = open_lines.filter(moves_on__lte=day)
    rest = Sum((F("quantity") - F("qty_shipped")) * F("qty_per_uom"), output_field=_QUANTITY)
    adds = Q(document__side="sale", document__kind="return_order") | Q(
        document__side="purchase", document__kind="order"
    )
    totals = defaultdict(Decimal, on_hand(company, items, locations=locations))
    for sign, rows in ((1, due.filter(adds)), (-1, due.exclude(adds))):
        for key, quantity in _by_key(
            rows.order_by().values_list("item", "variant").annotate(rest=rest)
        ).items():
            totals[key] += sign * quantity
    return dict(totals)


def free(
    company: Company,
    items: Collection[int] | None = None,
    *,
    locations: Collection[str] | None = None,
) -> dict[StockKey, Decimal]:
    """On hand − reserved on open sales lines."""
    totals = defaultdict(Decimal, on_hand(company, items, locations=locations))
    reserved = _open_lines(company, items, locations).filter(reserved__gt=0)
    per_key = reserved.order_by().values_list("item", "variant").annotate(Sum("reserved"))
    for key, quantity in _by_key(per_key).items():
        totals[key] -= quantity
    return dict(totals)


def by_item(totals: Mapping[StockKey, Decimal]) -> dict[int, Decimal]:
    """The sums over all variants of each item."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for (item, _variant), quantity in totals.items():
        sums[item] += quantity
    return dict(sums)


def _open_lines(
    company: Company, items: Collection[int] | None, locations: Collection[str] | None
) -> QuerySet[DocumentLine]:
    orders = Document.objects.filter(company=company, kind__in=["order", "return_order"])
    lines = DocumentLine.objects.filter(document__in=orders.unposted(), item__isnull=False)
    if items is not None:
        lines = lines.filter(item__in=items)
    if locations is not None:
        named = Q(location__code__in=locations)
        lines = lines.filter(named | Q(location=None) if "" in locations else named)
    return lines


def _by_key(rows: Iterable[tuple[int, int | None, Decimal]]) -> dict[StockKey, Decimal]:
    return {(item, variant): rounded(quantity, QUANTITY) for item, variant, quantity in rows}
