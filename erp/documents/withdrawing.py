"""An unposted document is taken out of use, so that whoever asked for it may ask for another."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from erp.errors import DocumentError
from erp.models import Document

POSTABLE = (Document.State.OPEN, Document.State.RELEASED)


@transaction.atomic
def withdraw(document_id: UUID, *, keep: bool) -> str:
    """Cancel and keep the document, or delete it; return its number.

    The request that it answered is free again: asked once more, another document is made. A
    document that is cancelled already is taken too. Raises DocumentError when something of it was
    posted.
    """
    rows = Document.objects.select_for_update(of=("self",))
    document = rows.get(pk=document_id)
    _refuse(document)
    if not keep:
        document.delete()
        return document.no
    if document.state in POSTABLE:
        document.version += 1
    document.state, document.request_id = Document.State.CANCELLED, None
    document.save(update_fields=["state", "version", "request_id"])
    return document.no


def _refuse(document: Document) -> None:
    said = {"no": document.posted_no or document.no}
    if document.state in {Document.State.POSTED, Document.State.COMPLETED}:
        raise DocumentError(
            "posted", _("%(no)s is posted and stays: correct it with a credit memo.") % said
        )
    parts = Document.objects.filter(source=document).exists()
    if parts or document.lines.filter(qty_shipped__gt=0).exists():
        raise DocumentError(
            "shipped", _("Something of %(no)s is posted already: post or correct the rest.") % said
        )
