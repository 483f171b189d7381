"""The part of each order line that is invoiced now, and what it amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from erp import money, vat
from erp.documents.calculation import add_tax, total
from erp.models import Document, DocumentLine
from erp.posting.booking import Booked
from erp.posting.buying import Buying


class Slice(NamedTuple):
    line: DocumentLine  # of the order
    figures: money.Figures


def invoice_slices(
    order: Document, invoice: Document, lines: Sequence[DocumentLine], precision: Decimal
) -> list[Slice]:
    """Cut what is invoiced now out of `lines` and set the totals of `invoice`.

    A whole order keeps its amounts. Otherwise each line gives its share by quantity, and VAT is
    computed anew for the invoice, which may differ from the order's by a cent where prices
    exclude VAT.
    """
    slices = [
        Slice(line, _figures(order, line, precision)) for line in lines if line.qty_to_invoice
    ]
    figures = [slice_.figures for slice_ in slices]
    if not _whole(lines):
        add_tax(order, figures, precision)
    invoice.invoice_discount = sum((figure.inv_discount for figure in figures), money.ZERO)
    total(invoice, figures)
    return slices


def sliced_lines(
    lines: Sequence[DocumentLine], slices: Sequence[Slice], precision: Decimal
) -> list[DocumentLine]:
    """The amounts of the invoice's lines, under the keys of the order's.

    None when all lines are invoiced whole: then they keep the amounts they are copied with.
    """
    return [] if _whole(lines) else [_amounts(slice_, precision) for slice_ in slices]


def booked(order: Document, slices: Sequence[Slice], buying: Buying) -> list[Booked]:
    """What goes to the ledgers."""
    return [
        Booked(
            buying.account(order, line),
            vat.code(order.vat_bus, line.vat_prod),
            figures.amount,
            figures.vat,
        )
        for line, figures in slices
    ]


def _whole(lines: Sequence[DocumentLine]) -> bool:
    return all(line.qty_to_invoice == line.quantity for line in lines)


def _figures(order: Document, line: DocumentLine, precision: Decimal) -> money.Figures:
    return money.Figures(
        line_amount=_share(line, line.line_amount, precision),
        vat_code=vat.code(order.vat_bus, line.vat_prod),
        vat_pct=line.vat_pct,
        given_tax=None if line.given_tax is None else _share(line, line.given_tax, precision),
        inv_discount=_share(line, line.inv_discount, precision),
        amount=line.amount,
        vat=line.vat_amount,
        incl=line.amount_incl,
    )


def _share(line: DocumentLine, amount: Decimal, precision: Decimal) -> Decimal:
    if not amount or line.qty_to_invoice == line.quantity:
        return amount
    span = (line.qty_invoiced, line.qty_invoiced + line.qty_to_invoice)
    return money.part(amount, line.quantity, span, precision)


def _amounts(slice_: Slice, precision: Decimal) -> DocumentLine:
    line, figures = slice_
    return DocumentLine(
        pk=line.pk,
        vat_pct=line.vat_pct,
        line_amount=figures.line_amount,
        line_discount=_share(line, line.line_discount, precision),
        inv_discount=figures.inv_discount,
        given_tax=figures.given_tax,
        amount=figures.amount,
        vat_amount=figures.vat,
        amount_incl=figures.incl,
    )
