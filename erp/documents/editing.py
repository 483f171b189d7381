"""Changing open documents: their head and their lines, all or nothing.

Of a released document only what the next posting needs may change: quantities to ship and to
invoice, the posting date, the number of the other side, how it travels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from erp import money
from erp.currencies import Currencies
from erp.documents import numbers
from erp.documents.assembly import STEP, due_date
from erp.documents.conflicts import VersionConflict, differences
from erp.documents.line_edits import LineEdit, Named, put, put_next
from erp.documents.totals import recalculate
from erp.errors import CardError, DocumentError
from erp.models import Document, DocumentLine, Lookup, Party
from erp.prices import Asking, Found, Wanted, best_prices

HEAD = frozenset(
    {
        *("external_no", "your_ref", "document_date", "posting_date", "due_date"),
        *("requested_date", "payment_terms", "payment_method", "shipment_method", "agent"),
        *("tracking_no", "notes", "invoice_discount", "ship_to_address"),
    }
)
# What may change while a document is released.
TRAVELLING = frozenset(
    {"posting_date", "external_no", "shipment_method", "agent", "tracking_no", "notes"}
)
LISTED = {
    "payment_terms": Lookup.Kind.PAYMENT_TERMS,
    "payment_method": Lookup.Kind.PAYMENT_METHOD,
    "shipment_method": Lookup.Kind.SHIPMENT_METHOD,
    "agent": Lookup.Kind.SHIPPING_AGENT,
}


@transaction.atomic
def edit_document(
    document_id: UUID,
    *,
    expected_version: int,
    head: Mapping[str, Any],
    lines: Sequence[LineEdit],
) -> Document:
    """Make the document have this head and these lines; those that are not named are removed.

    Raises DocumentError, with the place of the line among `lines`, and VersionConflict with what
    differs when somebody else changed the document; then nothing is changed.
    """
    document = _locked(document_id)
    rows = document.lines.select_related(
        *("item", "variant", "location", "source_line", "shipment_line")
    )
    kept = {line.pk: line for line in rows}
    if document.version != expected_version:
        raise VersionConflict(document, differences(document, kept, head, lines))
    changes = {name: value for name, value in head.items() if getattr(document, name) != value}
    if document.state == Document.State.RELEASED:
        _adjust(document, kept, changes, lines)
    else:
        _put_head(document, changes)
        _put_lines(document, kept, lines)
    document.version += 1
    document.save()
    return document


def _locked(document_id: UUID) -> Document:
    document = (
        Document.objects.select_for_update(of=("self",), no_key=True)
        .select_related("company", "party", "bill_to")
        .get(pk=document_id)
    )
    if document.state not in {Document.State.OPEN, Document.State.RELEASED}:
        raise DocumentError(
            "state",
            _("%(no)s is %(state)s.")
            % {"no": document.no, "state": document.get_state_display().lower()},
        )
    if document.side not in {Document.Side.SALE, Document.Side.PURCHASE}:
        raise DocumentError(
            "kind",
            _("Only sales and purchase documents are changed line by line: %(no)s.")
            % {"no": document.no},
        )
    return document


def _put_head(document: Document, changes: Mapping[str, Any]) -> None:
    """Raises DocumentError whose code is the field's name."""
    for name, value in changes.items():
        setattr(document, name, value)
    others = [field.name for field in Document._meta.concrete_fields if field.name not in changes]
    try:
        document.clean_fields(exclude=others)
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise DocumentError(name, " ".join(sentences)) from None
    _refuse_unlisted(document, changes)
    numbers.refuse_discount(document.invoice_discount)
    if {"payment_terms", "document_date"} & changes.keys() and "due_date" not in changes:
        terms = Lookup.objects.filter(
            company=document.company,
            kind=Lookup.Kind.PAYMENT_TERMS,
            code=document.payment_terms,
        ).first()
        document.due_date = due_date(document.document_date, terms.data if terms else None)


def _refuse_unlisted(document: Document, changes: Mapping[str, Any]) -> None:
    for name in LISTED.keys() & changes.keys():
        code = changes[name]
        rows = Lookup.objects.filter(company=document.company, kind=LISTED[name], code=code)
        if code and not rows.exists():
            raise DocumentError(name, _("%(no)s does not exist.") % {"no": code})


def _put_lines(
    document: Document, kept: dict[int, DocumentLine], edits: Sequence[LineEdit]
) -> None:
    named = Named.of(document.company, edits)
    last = max((line.line_no for line in kept.values()), default=0)
    lines = []
    for place, edit in enumerate(edits, 1):
        line = kept.pop(edit.pk, None) if edit.pk else None
        if line is None:
            last += STEP
            line = DocumentLine(document=document, line_no=last, line_discount=money.ZERO)
            line.line_discount_pct = money.ZERO
        line.document = document
        put(line, edit, named, place)
        lines.append(line)
    _remove(document, kept)
    _price(document, lines, edits)
    for line in lines:
        line.save()
    priced = [line for line in lines if line.type != DocumentLine.Type.COMMENT]
    precision = Currencies.of(document.company, {document.currency}).precision(document.currency)
    recalculate(document, priced, precision)


def _remove(document: Document, gone: Mapping[int, DocumentLine]) -> None:
    for line in gone.values():
        if line.qty_shipped or line.qty_invoiced:
            raise DocumentError(
                "shipped",
                _("“%(text)s” was shipped in part and cannot be removed.")
                % {"text": line.description},
            )
    document.lines.filter(pk__in=gone).delete()


def _price(document: Document, lines: Sequence[DocumentLine], edits: Sequence[LineEdit]) -> None:
    """Give item lines for which no price was said the best one of the customer."""
    party = document.party
    unpriced = [
        (place, line)
        for place, (line, edit) in enumerate(zip(lines, edits, strict=True), 1)
        if line.item and edit.unit_price is None
    ]
    if not unpriced or party is None or document.side != Document.Side.SALE:
        return
    party.company = document.company
    wanted = [
        Wanted(line.item, line.variant, line.quantity, line.uom)
        for _place, line in unpriced
        if line.item
    ]
    found = best_prices(_asking(document, party), wanted)
    for (place, line), answer in zip(unpriced, found, strict=True):
        if isinstance(answer, CardError):
            raise DocumentError(answer.code, answer.sentence, place)
        _take_price(line, answer, discounted=edits[place - 1].line_discount_pct is not None)


def _asking(document: Document, party: Party) -> Asking:
    return Asking(
        document.company,
        document.document_date,
        document.currency,
        party.no,
        party.price_group,
        document.prices_incl_vat,
        document.vat_bus,
    )


def _take_price(line: DocumentLine, found: Found, *, discounted: bool) -> None:
    line.unit_price = found.unit_price
    line.allow_invoice_disc = found.allow_invoice_disc
    if not discounted:
        line.line_discount_pct, line.line_discount = found.line_discount_pct, money.ZERO


def _adjust(
    document: Document,
    kept: Mapping[int, DocumentLine],
    changes: Mapping[str, Any],
    edits: Sequence[LineEdit],
) -> None:
    """Take over what may change of a released document. Raises DocumentError for the rest."""
    if changes.keys() - TRAVELLING:
        raise _released(document)
    _put_head(document, changes)
    for place, edit in enumerate(edits, 1):
        line = kept.get(edit.pk or 0)
        if line is None or (edit.quantity != line.quantity and line.type != "comment"):
            raise _released(document, place)
        if line.type == DocumentLine.Type.COMMENT:
            continue
        put_next(line, line.quantity, edit.qty_to_ship, edit.qty_to_invoice, place)
        line.save(update_fields=["qty_to_ship", "qty_to_invoice"])


def _released(document: Document, place: int | None = None) -> DocumentError:
    return DocumentError(
        "released", _("%(no)s is released. Reopen it to change it.") % {"no": document.no}, place
    )
