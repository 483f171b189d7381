"""An open sales document comes to say what a new draft says; number and request stay as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from erp.documents.assembly import Assembled, assemble
from erp.documents.conflicts import VersionConflict
from erp.documents.references import References
from erp.drafts import SalesDocumentDraft, TradeKind
from erp.errors import DocumentError
from erp.models import Document, DocumentLine

# What of the head a draft decides. The kind is not among it: an order does not become an invoice.
HEAD = (
    *("party", "bill_to", "sell_to_address", "bill_to_address", "ship_to_address"),
    *("external_no", "your_ref", "order_date", "document_date", "posting_date", "due_date"),
    *("currency", "rate", "prices_incl_vat", "vat_bus", "tax_mode", "payment_terms"),
    *("payment_method", "shipment_method", "agent", "notes", "invoice_discount"),
    *("amount", "vat_amount", "amount_incl"),
)


@transaction.atomic
def rewrite(document_id: UUID, draft: SalesDocumentDraft, *, expected_version: int) -> Document:
    """Give an open document the head and the lines of `draft`, all lines anew.

    Raises DocumentError, and VersionConflict when the document is another than the caller saw;
    then nothing is changed.
    """
    document = _locked(document_id)
    if document.version != expected_version:
        raise VersionConflict(document, [])
    _refuse(document)
    after = _assembled(document, draft)
    for name in HEAD:
        setattr(document, name, getattr(after.document, name))
    document.version += 1
    document.lines.all().delete()
    for line in after.lines:
        line.document = document
    DocumentLine.objects.bulk_create(after.lines, 500)
    document.save()
    return document


def _locked(document_id: UUID) -> Document:
    rows = Document.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("company").get(pk=document_id)


def _refuse(document: Document) -> None:
    said = {"no": document.posted_no or document.no}
    left = document.state in {Document.State.OPEN, Document.State.RELEASED}
    if left and document.lines.filter(qty_shipped__gt=0).exists():
        raise DocumentError(
            "shipped", _("%(no)s was shipped in part: change what is left by hand.") % said
        )
    if document.state == Document.State.RELEASED:
        raise DocumentError(
            "released", _("%(no)s is released. Reopen it, then apply the changes.") % said
        )
    if document.state != Document.State.OPEN:
        said["state"] = document.get_state_display().lower()
        raise DocumentError("state", _("%(no)s is %(state)s.") % said)


def _assembled(document: Document, draft: SalesDocumentDraft) -> Assembled:
    kind = cast("TradeKind", document.kind)
    kept = replace(draft, kind=kind, no=document.no, release=False)
    known = References.of(document.company, document.side, [kept])
    return assemble(kept, known)
