"""From one draft to an unsaved document with its lines. Nothing is read or saved here."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from erp import money
from erp.documents.addresses import snapshot
from erp.documents.calculation import calculate
from erp.documents.references import References
from erp.drafts import AddressDraft, LineDraft, SalesDocumentDraft
from erp.errors import DocumentError
from erp.models import Document, DocumentLine, Item, Party

STEP = 10000  # between line numbers, so that lines fit between
LIMITS = {
    "no": 20,
    "external_no": 35,
    "your_ref": 35,
    "shipment_method": 10,
    "agent": 20,
    "payment_terms": 10,
    "payment_method": 10,
}


class Assembled(NamedTuple):
    document: Document
    lines: list[DocumentLine]


def assemble(draft: SalesDocumentDraft, known: References) -> Assembled:
    """Raises DocumentError with the first thing that is wrong."""
    _refuse_long(draft)
    document = _head(draft, known)
    lines = [_line(document, line, place, known) for place, line in enumerate(draft.lines, 1)]
    precision = known.currencies.precision(document.currency)
    calculate(document, lines, known.vat_percentages, precision)
    if draft.release and any(line.quantity for line in lines):
        document.state = Document.State.RELEASED
    return Assembled(document, lines)


def _refuse_long(draft: SalesDocumentDraft) -> None:
    for name, limit in LIMITS.items():
        if len(getattr(draft, name)) > limit:
            raise DocumentError(
                "too_long",
                _("%(field)s has more than %(limit)s characters: %(text)s")
                % {"field": name, "limit": limit, "text": getattr(draft, name)},
            )


def _head(draft: SalesDocumentDraft, known: References) -> Document:
    party = known.customer(draft.customer_no)
    bill_to = known.customer(draft.bill_to_no) if draft.bill_to_no else party.bill_to
    payer = bill_to or party
    posting_date = draft.posting_date or draft.document_date
    terms = draft.payment_terms or payer.payment_terms
    return Document(
        company=known.company,
        side=Document.Side.SALE,
        kind=draft.kind,
        no=draft.no.strip().upper(),
        party=party,
        bill_to=bill_to,
        sell_to_address=_address(draft.sell_to, party),
        bill_to_address=_address(draft.bill_to, payer),
        ship_to_address=_address(draft.ship_to or draft.sell_to, party),
        external_no=draft.external_no,
        your_ref=draft.your_ref,
        order_date=draft.order_date,
        document_date=draft.document_date,
        posting_date=posting_date,
        due_date=draft.due_date or due_date(draft.document_date, known.payment_terms.get(terms)),
        currency=draft.currency,
        rate=_rate(draft.currency, posting_date, known),
        prices_incl_vat=draft.prices_incl_vat,
        vat_bus=payer.vat_bus,
        tax_mode=draft.tax_mode,
        invoice_discount=draft.invoice_discount,
        payment_terms=terms,
        payment_method=draft.payment_method or payer.payment_method,
        shipment_method=draft.shipment_method or party.shipment_method,
        agent=draft.agent,
        notes=draft.notes,
        created_by=draft.created_by[:150],
        request_id=draft.request_id,
    )


def due_date(document_date: date, terms: dict[str, Any] | None) -> date:
    """The day to pay by: so many days later, or at the end of that month."""
    if terms is None:
        return document_date
    day = document_date + timedelta(days=terms.get("days", 0))
    if terms.get("end_of_month"):
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day


def _address(draft: AddressDraft | None, party: Party) -> dict[str, str]:
    return snapshot(draft or party)


def _rate(currency: str, day: date, known: References) -> Decimal:
    if currency not in known.currencies:
        raise DocumentError(
            "no_currency",
            _("Currency %(code)s is not set up. Add it with its rate.") % {"code": currency},
        )
    rate = known.currencies.rate(currency, day)
    if rate is None:
        raise DocumentError(
            "no_rate",
            _("There is no exchange rate for %(code)s on %(day)s. Add one.")
            % {"code": currency, "day": day},
        )
    return rate


def _line(document: Document, draft: LineDraft, place: int, known: References) -> DocumentLine:
    line = DocumentLine(
        document=document,
        line_no=place * STEP,
        type=draft.type,
        description=draft.text[:100],
        quantity=money.ZERO,
    )
    if draft.type == "comment":
        return line
    _fill_amounts(document, line, draft, place)
    if draft.type == "item":
        _fill_item(line, draft, place, known)
    else:
        line.account = known.account(draft.account_no, place)
        line.vat_prod = draft.vat_prod or known.company.setting("vat_prod")
        line.uom = draft.uom
    return line


def _fill_amounts(document: Document, line: DocumentLine, draft: LineDraft, place: int) -> None:
    if document.tax_mode == Document.TaxMode.GIVEN and draft.tax is None:
        raise DocumentError("no_tax", _("The line has no tax, but the taxes are given."), place)
    line.quantity = draft.quantity
    line.unit_price = draft.unit_price
    line.line_discount = draft.line_discount
    if document.tax_mode == Document.TaxMode.GIVEN:
        line.given_tax = draft.tax
    if document.kind == Document.Kind.ORDER:
        if draft.quantity < 0:
            raise DocumentError(
                "quantity", _("The quantity of an order line cannot be below zero."), place
            )
        line.qty_to_ship = line.qty_to_invoice = draft.quantity


def _fill_item(line: DocumentLine, draft: LineDraft, place: int, known: References) -> None:
    item = known.item(draft.item_no, place)
    line.item = item
    line.variant = known.variant(item, draft.variant_code, place)
    line.location = known.location(draft.location_code, place)
    line.vat_prod = draft.vat_prod or item.vat_prod
    line.uom = draft.uom or item.base_uom
    line.qty_per_uom = _qty_per_uom(item, line.uom, place)
    line.description = line.description or item.description


def _qty_per_uom(item: Item, uom: str, place: int) -> Decimal:
    if uom == item.base_uom:
        return money.ONE
    if uom not in item.units:
        raise DocumentError(
            "no_uom", _("Item %(no)s has no unit %(uom)s.") % {"no": item.no, "uom": uom}, place
        )
    return Decimal(item.units[uom])
