"""Open, released, cancelled: each move names the state it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from erp.currencies import Currencies
from erp.documents.totals import recalculate
from erp.errors import DocumentError
from erp.models import Document, DocumentLine

_OPEN, _RELEASED = Document.State.OPEN, Document.State.RELEASED


@transaction.atomic
def release(document_id: UUID) -> Document:
    """Settle an open document's totals, so that it may be posted. Raises DocumentError."""
    document = _locked(document_id, {_OPEN})
    lines = list(document.lines.exclude(type=DocumentLine.Type.COMMENT))
    if not any(line.quantity for line in lines):
        raise DocumentError("nothing", _("%(no)s has no lines to release.") % {"no": document.no})
    currencies = Currencies.of(document.company, {document.currency})
    recalculate(document, lines, currencies.precision(document.currency))
    return _moved(document, _RELEASED)


@transaction.atomic
def reopen(document_id: UUID) -> Document:
    """Let a released document be edited again. Raises DocumentError."""
    return _moved(_locked(document_id, {_RELEASED}), _OPEN)


@transaction.atomic
def cancel(document_id: UUID) -> Document:
    """End a document of which nothing was shipped or invoiced. Raises DocumentError."""
    document = _locked(document_id, {_OPEN, _RELEASED})
    if document.lines.filter(qty_shipped__gt=0).exists():
        raise DocumentError(
            "shipped",
            _("%(no)s was shipped in part. Post the rest or reduce its quantities.")
            % {"no": document.no},
        )
    document.lines.filter(reserved__gt=0).update(reserved=0)
    return _moved(document, Document.State.CANCELLED)


def _locked(document_id: UUID, states: Iterable[str]) -> Document:
    document = (
        Document.objects.select_for_update(of=("self",), no_key=True)
        .select_related("company")
        .get(pk=document_id)
    )
    if document.state not in states:
        raise DocumentError(
            "state",
            _("%(no)s is %(state)s.")
            % {"no": document.no, "state": document.get_state_display().lower()},
        )
    return document


def _moved(document: Document, state: Document.State) -> Document:
    document.state = state
    document.version += 1
    document.save(
        update_fields=[
            "state",
            "version",
            "invoice_discount",
            "amount",
            "vat_amount",
            "amount_incl",
        ]
    )
    return document
