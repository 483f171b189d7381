"""The posted invoices that credit memos and return orders correct, and what their goods cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from erp.errors import DocumentError
from erp.models import Company, Document, DocumentLine, ItemEntry
from erp.money import UNIT_COST, rounded


@dataclass(frozen=True, slots=True)
class Corrected:
    """Invoices by posted number, their lines by number, and unit costs by line."""

    invoices: dict[str, Document]
    lines: dict[tuple[str, int], DocumentLine]
    unit_costs: dict[int, Decimal]  # LCY for one base unit

    @classmethod
    def of(cls, company: Company, side: str, numbers: Collection[str]) -> Corrected:
        if not numbers:
            return cls({}, {}, {})
        found = Document.objects.filter(
            company=company,
            side=side,
            kind=Document.Kind.INVOICE,
            state=Document.State.POSTED,
            posted_no__in=numbers,
        )
        invoices = {invoice.posted_no or "": invoice for invoice in found}
        names = {invoice.pk: no for no, invoice in invoices.items()}
        rows = list(DocumentLine.objects.filter(document__in=names))
        lines = {(names[line.document_id], line.line_no): line for line in rows}
        return cls(invoices, lines, unit_costs(rows))

    def invoice(self, no: str) -> Document:
        if no not in self.invoices:
            raise DocumentError(
                "no_invoice", _("There is no posted invoice %(no)s to correct.") % {"no": no}
            )
        return self.invoices[no]

    def line(self, no: str, line_no: int, place: int) -> DocumentLine:
        if (no, line_no) not in self.lines:
            raise DocumentError(
                "no_invoice_line",
                _("Invoice %(no)s has no line %(line)s.") % {"no": no, "line": line_no},
                place,
            )
        return self.lines[no, line_no]


def unit_costs(lines: Iterable[DocumentLine]) -> dict[int, Decimal]:
    """What one base unit of each line went out for: with the line, or with its shipments."""
    by_line = {line.pk: line.shipment_line_id or line.pk for line in lines}
    by_order = {line.pk: line.source_line_id for line in lines if line.source_line_id}
    entries = ItemEntry.objects.filter(
        Q(line__in=by_line.values())
        | Q(
            line__source_line__in=by_order.values(),
            line__document__kind=Document.Kind.SHIPMENT,
        )
    )
    sums: dict[int | None, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    columns = ("line", "line__source_line", "quantity", "cost_amount")
    for line, order_line, quantity, cost in entries.values_list(*columns):
        for key in {line, order_line} - {None}:
            sums[key][0] += quantity
            sums[key][1] += cost
    keys = by_line | by_order
    return {
        pk: rounded(sums[key][1] / sums[key][0], UNIT_COST)
        for pk, key in keys.items()
        if key in sums and sums[key][0]
    }
