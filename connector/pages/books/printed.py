"""What stands on a printed document, in the language that is active. Knows nothing of PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from connector.pages.books.sender import Pair, Sender, sender_of
from connector.ui.amounts import money, quantity
from erp.models import Document, DocumentLine, Lookup
from erp.money import ZERO, rounded

# Where no language is kept for a customer: that of the country the document goes to.
LANGUAGES = {"NO": "nb", "SJ": "nb", "FI": "fi", "AX": "fi", "IT": "it", "SM": "it", "NL": "nl"}
CENTS = Decimal("0.01")
PRICED = {Document.Kind.INVOICE, Document.Kind.CREDIT_MEMO}


class VatRow(NamedTuple):
    rate: str
    base: str
    vat: str


@dataclass(frozen=True, slots=True)
class Printed:
    """Texts, ready to be set; `columns` say whether they are numbers."""

    title: str
    no: str
    sender: Sender
    address: list[str]  # whom it goes to
    ship_to: list[str]  # empty where it is the same
    facts: list[Pair]
    columns: list[tuple[str, bool]]
    rows: list[list[str]]
    sums: list[Pair]  # the last is the one that counts
    vat: list[VatRow]
    notes: list[str]

    @property
    def vat_heads(self) -> tuple[str, str, str]:
        return _("VAT %"), _("VAT base"), _("VAT amount")

    @property
    def cells(self) -> list[list[tuple[str, bool]]]:
        """Each text of a row with whether it is a number."""
        numbers = [number for _label, number in self.columns]
        return [list(zip(row, numbers, strict=True)) for row in self.rows]


def language_of(document: Document) -> str:
    """The buyer's language."""
    country = document.bill_to_address.get("country") or document.sell_to_address.get("country", "")
    if not country and document.party:
        country = document.party.country
    return LANGUAGES.get(country, "en")


def printed(document: Document) -> Printed:
    """A posted invoice, credit memo, shipment or return receipt, with five queries."""
    lines = list(document.lines.select_related("item", "variant").order_by("line_no"))
    priced = document.kind in PRICED
    to = _address(document.bill_to_address if priced else document.ship_to_address)
    ship_to = _address(document.ship_to_address) if priced else []
    return Printed(
        title=_title(document),
        no=str(document),
        sender=sender_of(document.company),
        address=to or [document.party.name if document.party else ""],
        ship_to=ship_to if ship_to != to else [],
        facts=[pair for pair in _facts(document) if pair.value],
        columns=_columns(priced=priced),
        rows=[_row(line, document, priced=priced) for line in lines],
        sums=_sums(document, lines) if priced else [],
        vat=_vat(document, lines) if priced else [],
        notes=_notes(document),
    )


def _title(document: Document) -> str:
    return {
        Document.Kind.INVOICE: _("Invoice"),
        Document.Kind.CREDIT_MEMO: _("Credit memo"),
        Document.Kind.SHIPMENT: _("Delivery note"),
        Document.Kind.RETURN_RECEIPT: _("Return receipt"),
    }.get(Document.Kind(document.kind), document.get_kind_display())


def _address(kept: dict[str, str]) -> list[str]:
    place = f"{kept.get('post_code', '')} {kept.get('city', '')}".strip()
    parts = [
        *(kept.get(name, "") for name in ("name", "name_2", "contact", "address", "address_2")),
        *(place, kept.get("county", ""), kept.get("country", "")),
    ]
    return [part for part in dict.fromkeys(parts) if part]


def _facts(document: Document) -> list[Pair]:
    terms = Lookup.objects.filter(
        company=document.company,
        kind=Lookup.Kind.PAYMENT_TERMS,
        code=document.payment_terms,
    ).first()
    priced = document.kind in PRICED
    buyer = document.bill_to or document.party
    return [
        Pair(_("No."), str(document)),
        Pair(_("Date"), date_format(document.document_date, "SHORT_DATE_FORMAT")),
        Pair(_("Customer no."), buyer.no if buyer else ""),
        Pair(_("VAT registration no."), buyer.vat_registration_no if buyer else ""),
        Pair(_("Your reference"), document.your_ref),
        Pair(_("External document no."), document.external_no),
        Pair(_("Order"), document.source.no if document.source else ""),
        Pair(_("Corrects"), str(document.corrects) if document.corrects else ""),
        Pair(_("Payment terms"), (terms.description or terms.code) if terms and priced else ""),
        Pair(_("Due date"), _day(document) if document.kind == Document.Kind.INVOICE else ""),
        Pair(_("Shipment method"), document.shipment_method),
        Pair(_("Tracking no."), "" if priced else document.tracking_no),
    ]


def _day(document: Document) -> str:
    return date_format(document.due_date, "SHORT_DATE_FORMAT") if document.due_date else ""


def _columns(*, priced: bool) -> list[tuple[str, bool]]:
    columns = [
        (_("No."), False),
        (_("Description"), False),
        (_("Quantity"), True),
        (_("Unit"), False),
    ]
    if priced:
        columns += [
            (_("Unit price"), True),
            (_("Discount"), True),
            (_("VAT %"), True),
            (_("Amount"), True),
        ]
    return columns


def _row(line: DocumentLine, document: Document, *, priced: bool) -> list[str]:
    no = line.item.no if line.item else ""
    about = f"{no} {line.variant.code}" if line.variant else no
    if line.type == DocumentLine.Type.COMMENT:
        return ["", line.description, *[""] * (6 if priced else 2)]
    row = [about, line.description, quantity(line.quantity), line.uom]
    if priced:
        row += [
            _plain(line.unit_price),
            _plain(line.line_discount) if line.line_discount else "",
            _rate(line, document),
            _plain(line.line_amount),
        ]
    return row


def _plain(amount: Decimal) -> str:
    """The currency stands once, with the sum."""
    return money(amount)


def _rate(line: DocumentLine, document: Document) -> str:
    given = document.tax_mode == Document.TaxMode.GIVEN and not line.vat_pct
    return "" if given else quantity(line.vat_pct)


def _sums(document: Document, lines: Sequence[DocumentLine]) -> list[Pair]:
    before = sum((line.line_amount for line in lines), ZERO)
    off = sum((line.inv_discount for line in lines), ZERO)
    currency = document.currency
    discount = [
        Pair(_("Subtotal"), money(before, currency)),
        Pair(_("Invoice discount"), money(-off, currency)),
    ]
    return [
        *(discount if off else []),
        Pair(_("Total excl. VAT"), money(document.amount, currency)),
        Pair(_("VAT"), money(document.vat_amount, currency)),
        Pair(_("Total incl. VAT"), money(document.amount_incl, currency)),
    ]


def _vat(document: Document, lines: Sequence[DocumentLine]) -> list[VatRow]:
    """The VAT specification: what is taxed at each rate, and the tax."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for line in lines:
        if line.type != DocumentLine.Type.COMMENT:
            sums[_rate(line, document)][0] += line.amount
            sums[_rate(line, document)][1] += line.vat_amount
    currency = document.currency
    return [
        VatRow(f"{rate} %" if rate else "–", money(base, currency), money(vat, currency))
        for rate, (base, vat) in sorted(sums.items())
    ]


def _notes(document: Document) -> list[str]:
    """Where the currency is foreign, also the VAT in the company's own."""
    lcy = document.company.lcy
    if document.currency == lcy or document.kind not in PRICED:
        return []
    own = money(rounded(document.vat_amount * document.rate, CENTS), lcy)
    said = {"currency": document.currency, "rate": quantity(document.rate), "lcy": lcy, "vat": own}
    return [_("1 %(currency)s = %(rate)s %(lcy)s. VAT: %(vat)s.") % said]
