"""What documents a run makes of orders, in words, for a dry run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.sync.models import DocumentLink
from connector.sync.report import Result
from connector.ui.amounts import money
from erp.models import Company, Document, DocumentLine, Item, Party


def new_documents(
    books: Company, orders: Sequence[int]
) -> Callable[[Sequence[Result]], Sequence[str]]:
    """Note the newest cards of the books now; the answer tells of the documents and new cards."""
    newest_party = Party.objects.filter(company=books).aggregate(Max("pk"))["pk__max"] or 0
    newest_item = Item.objects.filter(company=books).aggregate(Max("pk"))["pk__max"] or 0

    def told(results: Sequence[Result]) -> list[str]:
        links = DocumentLink.objects.filter(order__in=orders)
        documents = {
            link.order_id: link.document for link in links.select_related("document__party")
        }
        items = _new_items([document.pk for document in documents.values()], newest_item)
        return [
            _words(documents[order], newest_party, items.get(documents[order].pk, []))
            if order in documents
            else result.reason
            for order, result in zip(orders, results, strict=True)
        ]

    return told


def _new_items(documents: Sequence[UUID], newest: int) -> dict[UUID, list[str]]:
    lines = DocumentLine.objects.filter(document__in=documents, item__gt=newest)
    found: dict[UUID, list[str]] = {}
    for document, number in lines.values_list("document_id", "item__no").distinct():
        found.setdefault(document, []).append(number)
    return found


def _words(document: Document, newest_party: int, items: Sequence[str]) -> str:
    """Without its number: until it is made, another may take that one."""
    invoice = document.kind == Document.Kind.INVOICE
    text = (
        _("Sales invoice over %(amount)s for %(customer)s.")
        if invoice
        else _("Sales order over %(amount)s for %(customer)s.")
    )
    words = [
        text
        % {
            "amount": money(document.amount_incl, document.currency),
            "customer": document.party.name if document.party else "–",
        }
    ]
    if document.party and document.party.pk > newest_party:
        words.append(_("The customer is new."))
    if items:
        new = ngettext("New item: %(items)s.", "New items: %(items)s.", len(items))
        words.append(new % {"items": ", ".join(sorted(items))})
    return " ".join(words)
