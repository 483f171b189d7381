"""The amounts of a document's lines and head. Nothing is read or saved here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from erp import money, vat
from erp.errors import DocumentError
from erp.models import Document, DocumentLine


def calculate(
    document: Document,
    lines: Sequence[DocumentLine],
    percentages: Mapping[str, Decimal],
    precision: Decimal,
) -> None:
    """Set all amounts of `lines` and the totals of `document`; comments count nothing.

    `percentages` are those of `vat.percentages`. Raises DocumentError when one is missing that is
    needed, or when the invoice discount is more than there is to discount.
    """
    priced = [line for line in lines if line.type != DocumentLine.Type.COMMENT]
    figures = [_figures(document, line, percentages, precision) for line in priced]
    if document.invoice_discount:
        _discount(document, figures, precision)
    add_tax(document, figures, precision)
    for line, result in zip(priced, figures, strict=True):
        line.inv_discount = result.inv_discount
        line.amount = result.amount
        line.vat_amount = result.vat
        line.amount_incl = result.incl
    total(document, figures)


def add_tax(document: Document, figures: Sequence[money.Figures], precision: Decimal) -> None:
    """Set the tax of each line, given or calculated as the document says."""
    if document.tax_mode == Document.TaxMode.GIVEN:
        money.add_given_tax(figures, precision, incl=document.prices_incl_vat)
    else:
        money.add_vat(figures, precision, incl=document.prices_incl_vat)


def total(document: Document, figures: Sequence[money.Figures]) -> None:
    """Set the head's totals to the sums of the lines."""
    document.amount = sum((line.amount for line in figures), money.ZERO)
    document.vat_amount = sum((line.vat for line in figures), money.ZERO)
    document.amount_incl = sum((line.incl for line in figures), money.ZERO)


def _figures(
    document: Document,
    line: DocumentLine,
    percentages: Mapping[str, Decimal],
    precision: Decimal,
) -> money.Figures:
    pair = vat.code(document.vat_bus, line.vat_prod)
    pct = percentages.get(pair)
    if pct is None and document.tax_mode == Document.TaxMode.CALCULATED:
        raise DocumentError(
            "no_vat",
            _("There is no VAT rate for %(pair)s. Add it to the VAT set-up.") % {"pair": pair},
            line.line_no // 10000,
        )
    if not (line.source_line_id and document.tax_mode == Document.TaxMode.GIVEN):
        line.vat_pct = pct or money.ZERO  # else it is that of what is corrected
    line.line_amount, line.line_discount = money.line_amount(
        line.quantity,
        line.unit_price,
        precision,
        discount=line.line_discount,
        discount_pct=line.line_discount_pct,
    )
    return money.Figures(
        line.line_amount, pair, line.vat_pct, line.allow_invoice_disc, line.given_tax
    )


def _discount(document: Document, figures: Sequence[money.Figures], precision: Decimal) -> None:
    document.invoice_discount = money.rounded(document.invoice_discount, precision)
    if document.invoice_discount > money.discountable(figures):
        raise DocumentError(
            "discount", _("The invoice discount is more than the lines it is taken from.")
        )
    money.distribute_discount(figures, document.invoice_discount, precision)
