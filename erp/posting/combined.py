"""What an invoice over several shipments owes to their orders: no more than was shipped, and told.

The orders are locked with the invoice, so that nobody else invoices from them meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from erp.errors import PostingError
from erp.models import Document, DocumentLine
from erp.posting.plan import Posting
from erp.posting.quantities import completed


@dataclass(slots=True)
class Combined:
    """The orders that invoices of the group take shipments of. They and their lines are locked."""

    orders: Mapping[UUID, Document]
    lines: Mapping[UUID, Sequence[DocumentLine]]  # by order
    shipped: Mapping[int, DocumentLine] = field(default_factory=dict)  # shipment lines by key
    invoiced: dict[int, Decimal] = field(default_factory=dict)  # of them, by posted invoices
    touched: set[UUID] = field(default_factory=set)
    by_key: dict[int, DocumentLine] = field(init=False)  # order lines

    def __post_init__(self) -> None:
        self.by_key = {line.pk: line for lines in self.lines.values() for line in lines}

    def read(self, postings: Iterable[Posting]) -> None:
        """Look up what the lines name, once they are locked."""
        named = {line.shipment_line_id for one in postings for line in one.lines} - {None}
        if named:
            self.shipped = DocumentLine.objects.in_bulk(named)
            self.invoiced = _invoiced(named)

    def refuse_unshipped(self, posting: Posting) -> None:
        """Raises PostingError."""
        of_order: dict[int, Decimal] = defaultdict(Decimal)
        for key, quantity in _wanted(posting).items():
            line = self._order_line(key)
            left = self.shipped[key].quantity - self.invoiced.get(key, Decimal(0))
            if line is not None:
                of_order[line.pk] += quantity
                left = min(
                    left, line.qty_shipped - line.qty_invoiced - of_order[line.pk] + quantity
                )
            if line is None or quantity > left:
                raise PostingError(
                    "inv_gt_ship",
                    _("%(no)s invoices more than was shipped and is not invoiced yet.")
                    % {"no": posting.document.no},
                    posting.document.no,
                )

    def note(self, posting: Posting) -> None:
        """What this posting invoices is no longer left for those after it."""
        for key, quantity in _wanted(posting).items():
            line = self._order_line(key)
            assert line is not None, "it was refused"
            self.invoiced[key] = self.invoiced.get(key, Decimal(0)) + quantity
            line.qty_invoiced += quantity
            line.qty_to_invoice = line.quantity - line.qty_invoiced
            self.touched.add(line.document_id)

    def moved(self) -> tuple[list[Document], list[DocumentLine]]:
        """Orders and lines to be saved, each order one version further, or completed."""
        orders = [self.orders[key] for key in sorted(self.touched)]
        for order in orders:
            order.version += 1
            if completed(self.lines[order.pk], ship=False, invoice=False):
                order.state = Document.State.COMPLETED
        return orders, [line for order in orders for line in self.lines[order.pk]]

    def _order_line(self, shipment_line: int) -> DocumentLine | None:
        """None when the order was not locked: the invoice has changed since it was looked at."""
        return self.by_key.get(self.shipped[shipment_line].source_line_id or 0)


def orders_of(invoices: Iterable[UUID]) -> set[UUID]:
    """The orders whose shipments these documents invoice."""
    lines = DocumentLine.objects.filter(document__in=invoices, shipment_line__isnull=False)
    named = set(lines.order_by().values_list("shipment_line", flat=True))
    shipped = {key for key in named if key is not None}
    if not shipped:  # as a rule
        return set()
    shipment_lines = DocumentLine.objects.filter(pk__in=shipped, source_line__isnull=False)
    return set(shipment_lines.order_by().values_list("source_line__document", flat=True))


def _wanted(posting: Posting) -> dict[int, Decimal]:
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for line in posting.lines:
        if line.shipment_line_id:
            wanted[line.shipment_line_id] += line.quantity
    return wanted


def _invoiced(shipment_lines: Iterable[int | None]) -> dict[int, Decimal]:
    posted = DocumentLine.objects.filter(
        shipment_line__in=shipment_lines, document__state=Document.State.POSTED
    )
    sums = posted.order_by().values_list("shipment_line").annotate(Sum("quantity"))
    return {key: quantity for key, quantity in sums if key is not None}
