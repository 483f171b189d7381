"""The page of a document: edited in place while it is open, else read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages.books.document_forms import HeadForm, LineForm, line_forms, note
from connector.pages.books.documents import parent_of
from connector.pages.books.printing import can_print
from connector.pages.books.words import PARTY_ENTRY
from connector.sync.models import DocumentLink, ShipmentLink
from erp.balances import standing_applications
from erp.documents.editing import edit_document
from erp.errors import DocumentError
from erp.ledgers import open_amounts
from erp.models import Document, DocumentLine, Lookup, PartyEntry

CHANGE = "erp.change_document"
EDITED = {"order", "return_order", "invoice", "credit_memo"}
UNPOSTED = {Document.State.OPEN, Document.State.RELEASED}


def may_edit(request: HttpRequest, document: Document) -> bool:
    trade = document.side in {Document.Side.SALE, Document.Side.PURCHASE}
    return (
        request.user.has_perm(CHANGE)
        and document.state in UNPOSTED
        and trade
        and document.kind in EDITED
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """POST saves with do=save; with add, remove:KEY or calculate nothing is saved."""
    row = _read(document_id)
    if request.method == "POST":
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return _sent(request, row) if may_edit(request, row) else _too_late(request, row)
    lines = list(_lines(row))
    shown: dict[str, Any] = {"lines": lines}
    if may_edit(request, row):
        shown |= _forms(row, lines, None)
    return render(request, "books/document.html", _about(request, row) | shown)


def _too_late(request: HttpRequest, row: Document) -> HttpResponse:
    """It was posted or cancelled while somebody typed, or is of a kind that is not typed."""
    said = {"no": row, "state": row.get_state_display().lower()}
    messages.error(request, _("%(no)s is %(state)s.") % said)
    return redirect("document", document_id=row.pk)


def _read(document_id: uuid.UUID) -> Document:
    rows = Document.objects.select_related("party", "bill_to", "source", "company", "corrects")
    return get_object_or_404(rows, pk=document_id)


def _lines(row: Document) -> Any:
    return row.lines.select_related("item", "variant", "location", "applies_to__document")


def _forms(row: Document, lines: Sequence[DocumentLine], data: Any) -> dict[str, Any]:
    forms = line_forms(row, lines, data)
    return {
        "form": HeadForm(data, instance=Document.objects.select_related("company").get(pk=row.pk)),
        "forms": forms,
        "rows": " ".join(form.key for form in forms),
        "given": row.tax_mode == Document.TaxMode.GIVEN,
        "in_parts": row.kind in {Document.Kind.ORDER, Document.Kind.RETURN_ORDER},
        "version": data.get("version", "") if data else row.version,
    }


def _sent(request: HttpRequest, row: Document) -> HttpResponse:
    lines = list(_lines(row))
    shown = _forms(row, lines, request.POST)
    head, forms = shown["form"], shown["forms"]
    do = request.POST.get("do", "save")
    if do in {"save", "calculate"}:
        saved = _saved(request, row, head, forms, keep=do == "save")
        if saved and do == "save":
            messages.success(request, _("%(no)s is saved.") % {"no": row})
            return redirect("document", document_id=row.pk)
        row = saved or row
        shown["refused"] = saved is None
        if saved is None and head.non_field_errors():  # what is there now is shown beside it
            shown["version"] = row.version
    return render(request, "books/document.html", _about(request, row) | {"lines": lines} | shown)


def _saved(
    request: HttpRequest, row: Document, head: HeadForm, forms: Sequence[LineForm], *, keep: bool
) -> Document | None:
    """The document as it is then; None when something is refused. Kept only if `keep`."""
    valid = [form.is_valid() for form in (head, *forms)]  # all say what is wrong
    if not all(valid):
        return None
    used = [form for form in forms if not form.idle]
    version = request.POST.get("version", "")
    try:
        with transaction.atomic():
            changed = edit_document(
                row.pk,
                expected_version=int(version) if version.isdecimal() else 0,
                head=head.values(),
                lines=[form.edit() for form in used],
            )
            transaction.set_rollback(not keep)
    except DocumentError as refusal:
        note(refusal, head, used)
        return None
    return changed


def _about(request: HttpRequest, row: Document) -> dict[str, Any]:
    made_of = DocumentLink.objects.filter(document__in=[row.pk, row.source_id or row.pk])
    may_change = request.user.has_perm(CHANGE)
    return {
        "document": row,
        "parent": parent_of(row),
        "link": made_of.select_related("order__shop").first(),
        "shipment_link": ShipmentLink.objects.filter(shipment=row).first(),
        "posted": row.posted_children.order_by("posted_at", "-kind"),
        "corrections": row.corrections.order_by("posted_at", "pk"),
        "may_change": may_change,
        "can_print": can_print(row),
        "unposted": row.state in UNPOSTED,
        **_entries(row),
    }


def _entries(row: Document) -> dict[str, Any]:
    """What the document wrote into the ledgers; nothing while it is not posted."""
    if row.state != Document.State.POSTED:
        return {}
    chart = Lookup.objects.filter(company=row.company, kind=Lookup.Kind.GL_ACCOUNT)
    names = dict(chart.values_list("code", "description"))
    gl_entries = list(row.gl_entries.order_by("pk"))
    for gl_entry in gl_entries:
        gl_entry.__dict__["account_name"] = names.get(gl_entry.account, "")
    entries = list(row.party_entries.select_related("party").order_by("pk"))
    for entry in entries:
        entry.__dict__["words"] = PARTY_ENTRY[entry.kind]
    own = next((e for e in entries if e.kind != PartyEntry.Kind.APPLICATION), None)
    return {
        "gl_entries": gl_entries,
        "party_entries": entries,
        "item_entries": row.item_entries.select_related("item", "location", "variant").order_by(
            "pk"
        ),
        "rest": open_amounts([own])[own.pk].amount if own else None,
        "applications": _applications(own) if own else [],
    }


def _applications(own: PartyEntry) -> list[PartyEntry]:
    rows = list(
        standing_applications(own).select_related("applies_to__document", "from_entry__document")
    )
    for row in rows:
        other = row.from_entry if row.applies_to_id == own.pk else row.applies_to
        row.__dict__["other"] = other
    return rows
