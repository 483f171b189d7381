"""What a posting would write, found out by doing it and taking it back.

All happens in one transaction that is rolled back: no number is used, nobody is told, nothing stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from erp.models import Document, GLEntry, ItemEntry, PartyEntry


@dataclass(frozen=True, slots=True)
class Preview:
    """Rows as they would be; their keys and numbers belong to nobody."""

    documents: list[Document]  # that would be posted
    gl: list[GLEntry]
    parties: list[PartyEntry]
    items: list[ItemEntry]


def preview(post: Callable[[], object], document_id: UUID) -> Preview:
    """Run `post`, which posts the document, and say what it wrote. Raises what `post` raises."""
    with transaction.atomic():
        before = set(_children(document_id).values_list("pk", flat=True))
        post()
        written = _written(document_id, before)
        transaction.set_rollback(True)
    return written


def _children(document_id: UUID) -> QuerySet[Document]:
    return Document.objects.filter(source=document_id, state=Document.State.POSTED)


def _written(document_id: UUID, before: set[UUID]) -> Preview:
    made = _children(document_id).exclude(pk__in=before) | Document.objects.filter(
        pk=document_id, state=Document.State.POSTED
    )
    documents = list(made.order_by("kind"))
    entries = (
        GLEntry.objects.filter(document__in=documents),
        PartyEntry.objects.filter(document__in=documents).select_related("party", "document"),
        ItemEntry.objects.filter(document__in=documents).select_related(
            "item", "variant", "location", "document"
        ),
    )
    gl, parties, items = entries
    return Preview(
        documents,
        list(gl.order_by("account", "pk")),
        list(parties.order_by("pk")),
        list(items.order_by("pk")),
    )
