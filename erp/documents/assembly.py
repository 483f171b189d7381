"""From one draft to an unsaved document with its lines. Nothing is read or saved here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

import calcdate
from erp import money
from erp.documents import numbers
from erp.documents.addresses import snapshot
from erp.documents.calculation import calculate
from erp.documents.linked import refuse_other_goods
from erp.documents.references import References
from erp.drafts import AddressDraft, DocumentDraft, LineDraft
from erp.errors import DocumentError
from erp.models import Document, DocumentLine, Item, Party
from erp.reservations import to_reserve

STEP = 10000  # between line numbers, so that lines fit between
LIMITS = {
    "no": 20,
    "external_no": 35,
    "your_ref": 35,
    "shipment_method": 10,
    "agent": 20,
    "payment_terms": 10,
    "payment_method": 10,
    "vat_bus": 20,
}


class Assembled(NamedTuple):
    document: Document
    lines: list[DocumentLine]


def assemble(draft: DocumentDraft, known: References) -> Assembled:
    """Raises DocumentError with the first thing that is wrong."""
    _refuse_long(draft)
    numbers.refuse_discount(draft.invoice_discount)
    document = _head(draft, known)
    lines = [_line(document, line, place, known) for place, line in enumerate(draft.lines, 1)]
    _correct(document, draft, lines, known)
    precision = known.currencies.precision(document.currency)
    calculate(document, lines, known.vat_percentages, precision)
    if draft.release and any(line.quantity for line in lines):
        document.state = Document.State.RELEASED
    return Assembled(document, lines)


def _refuse_long(draft: DocumentDraft) -> None:
    for name, limit in LIMITS.items():
        if len(getattr(draft, name)) > limit:
            raise DocumentError(
                "too_long",
                _("%(field)s has more than %(limit)s characters: %(text)s")
                % {"field": name, "limit": limit, "text": getattr(draft, name)},
            )


def _head(draft: DocumentDraft, known: References) -> Document:
    party = known.party(draft.party_no)
    bill_to = known.party(draft.bill_to_no) if draft.bill_to_no else party.bill_to
    payer = bill_to or party
    posting_date = draft.posting_date or draft.document_date
    terms = draft.payment_terms or payer.payment_terms
    return Document(
        company=known.company,
        side=known.side,
        kind=draft.kind,
        no=draft.no.strip().upper(),
        party=party,
        bill_to=bill_to,
        sell_to_address=_address(draft.sell_to, party),
        bill_to_address=_address(draft.bill_to, payer),
        ship_to_address=_ship_to(draft, party, known),
        external_no=draft.external_no,
        your_ref=draft.your_ref,
        order_date=draft.order_date,
        document_date=draft.document_date,
        posting_date=posting_date,
        due_date=draft.due_date or due_date(draft.document_date, known.payment_terms.get(terms)),
        currency=draft.currency,
        rate=_rate(draft.currency, posting_date, known),
        prices_incl_vat=draft.prices_incl_vat,
        vat_bus=draft.vat_bus or payer.vat_bus,
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
    """The day to pay by, as the formula of the payment terms has it: `14D`, `1M+CM`."""
    formula = terms.get("formula", "") if terms else ""
    return calcdate.parse(formula).applied_to(document_date) if formula else document_date


def _address(draft: AddressDraft | None, party: Party) -> dict[str, str]:
    return snapshot(draft or party)


def _ship_to(draft: DocumentDraft, party: Party, known: References) -> dict[str, str]:
    """Goods that are bought come here, not to the vendor; without an address: to their location."""
    if known.side == Document.Side.SALE:
        return _address(draft.ship_to or draft.sell_to, party)
    return snapshot(draft.ship_to or AddressDraft())


def _correct(
    document: Document, draft: DocumentDraft, lines: Sequence[DocumentLine], known: References
) -> None:
    """Tie a credit memo or return order to the invoice that it corrects. Raises DocumentError."""
    if not draft.corrects_no:
        return
    if not document.is_return:
        raise DocumentError(
            "corrects", _("Only a credit memo or return order corrects an invoice.")
        )
    invoice = known.corrected.invoice(draft.corrects_no)
    if (invoice.invoiced_party_id, invoice.currency) != (
        document.invoiced_party_id,
        document.currency,
    ):
        raise DocumentError(
            "corrects",
            _("Invoice %(no)s is of another party or currency.") % {"no": draft.corrects_no},
        )
    document.corrects = invoice
    document.vat_bus = invoice.vat_bus  # whatever the party's is by now
    for place, (line, said) in enumerate(zip(lines, draft.lines, strict=True), 1):
        if said.corrects_line is not None:
            source = known.corrected.line(draft.corrects_no, said.corrects_line, place)
            line.source_line = source
            refuse_other_goods(line, place)
            line.vat_pct = source.vat_pct
            line.unit_cost = known.corrected.unit_costs.get(source.pk) if line.item else None


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
    line.quantity = numbers.kept(draft.quantity, place)
    line.unit_price = numbers.kept(draft.unit_price, place)
    line.line_discount = numbers.kept(draft.line_discount, place)
    numbers.refuse_amount(line.quantity, line.unit_price, place)
    if document.tax_mode == Document.TaxMode.GIVEN:
        line.given_tax = numbers.kept(draft.tax or money.ZERO, place)
    if document.is_order:
        if line.quantity < 0:
            raise DocumentError(
                "quantity", _("The quantity of an order line cannot be below zero."), place
            )
        line.qty_to_ship = line.qty_to_invoice = line.quantity


def _fill_item(line: DocumentLine, draft: LineDraft, place: int, known: References) -> None:
    item = known.item(draft.item_no, place, returned=line.document.is_return)
    line.item = item
    line.variant = known.variant(item, draft.variant_code, place)
    line.location = known.location(draft.location_code, place)
    line.vat_prod = draft.vat_prod or item.vat_prod
    line.uom = draft.uom or item.base_uom
    line.qty_per_uom = _qty_per_uom(item, line.uom, place)
    line.description = line.description or item.description
    line.reserved = to_reserve(line)


def _qty_per_uom(item: Item, uom: str, place: int) -> Decimal:
    if uom == item.base_uom:
        return money.ONE
    if uom not in item.units:
        raise DocumentError(
            "no_uom", _("Item %(no)s has no unit %(uom)s.") % {"no": item.no, "uom": uom}, place
        )
    return Decimal(item.units[uom])
