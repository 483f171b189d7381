"""The page of a document: edited in place while it is open, else read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages.books.document_forms import HeadForm, LineForm, line_forms, note
from connector.pages.books.finding import put_numbers
from connector.pages.books.parents import parent_of
from connector.pages.books.printing import can_print
from connector.pages.books.related_documents import orders_of, posted_of
from connector.pages.books.ship_to_form import ShipToForm
from connector.pages.books.words import PARTY_ENTRY
from connector.sync.models import DocumentLink, ShipmentLink
from erp.balances import standing_applications
from erp.documents.editing import edit_document
from erp.errors import DocumentError
from erp.ledgers import open_amounts
from erp.models import Document, DocumentLine, Lookup, PartyEntry
from erp.money import ZERO

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
    shown: dict[str, Any] = {"lines": lines, **_columns(row, lines)}
    if may_edit(request, row):
        shown |= _forms(row, lines, None)
    return render(request, "books/document.html", _about(request, row) | shown)


def _columns(row: Document, lines: Sequence[DocumentLine]) -> dict[str, Any]:
    """Of the lines that are read: a discount has a column where there is one."""
    discounted = any(line.line_discount for line in lines)
    ordered = row.kind == Document.Kind.ORDER
    return {"discounted": discounted, "blank_columns": 4 + discounted + 2 * ordered}


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
        "ship_to": ShipToForm(row, data),
        "forms": forms,
        "rows": " ".join(form.key for form in forms),
        "given": row.tax_mode == Document.TaxMode.GIVEN,
        "in_parts": row.kind in {Document.Kind.ORDER, Document.Kind.RETURN_ORDER},
        "version": data.get("version", "") if data else row.version,
    }


def _sent(request: HttpRequest, row: Document) -> HttpResponse:
    lines = list(_lines(row))
    shown = _forms(row, lines, request.POST)
    head, forms, ship_to = shown["form"], shown["forms"], shown["ship_to"]
    do = request.POST.get("do", "save")
    if do in {"save", "calculate"}:
        saved = _saved(request, row, (head, ship_to), forms, keep=do == "save")
        if saved and do == "save":
            messages.success(request, _("%(no)s is saved.") % {"no": row})
            return redirect("document", document_id=row.pk)
        row = saved or row
        shown["refused"] = saved is None
        if saved is None and head.non_field_errors():  # what is there now is shown beside it
            shown["version"] = row.version
    return render(request, "books/document.html", _about(request, row) | {"lines": lines} | shown)


def _saved(
    request: HttpRequest,
    row: Document,
    heads: tuple[HeadForm, ShipToForm],
    forms: Sequence[LineForm],
    *,
    keep: bool,
) -> Document | None:
    """The document as it is then; None when something is refused. Kept only if `keep`."""
    head, ship_to = heads
    valid = [form.is_valid() for form in (head, ship_to, *forms)]  # all say what is wrong
    if not all(valid):
        return None
    used = [form for form in forms if not form.idle]
    put_numbers(row, used)
    if any(form.errors for form in used):
        return None
    version = request.POST.get("version", "")
    try:
        with transaction.atomic():
            changed = edit_document(
                row.pk,
                expected_version=int(version) if version.isdecimal() else 0,
                head=head.values() | {"ship_to_address": ship_to.address()},
                lines=[form.edit() for form in used],
            )
            transaction.set_rollback(not keep)
    except DocumentError as refusal:
        note(refusal, head, used)
        return None
    return changed


def _about(request: HttpRequest, row: Document) -> dict[str, Any]:
    sold = row.side == Document.Side.SALE
    made_of = _order_links(row)
    shipped = sold and row.kind == Document.Kind.SHIPMENT
    may_change = request.user.has_perm(CHANGE)
    corrections = list(row.corrections.order_by("posted_at", "pk"))
    return {
        "document": row,
        "comes_in": row.sign < 0,
        "parent": parent_of(row),
        "link": made_of.select_related("order__shop").first() if sold else None,
        "shipment_link": ShipmentLink.objects.filter(shipment=row).first() if shipped else None,
        "posted": list(posted_of(row)) if row.is_order else [],
        "combined": list(orders_of(row)) if sold and not row.source_id else [],
        "corrections": corrections,
        "may_change": may_change,
        "may_add": request.user.has_perm("erp.add_document"),
        "creditable": _creditable(row, corrections),
        "payer": row.bill_to or row.party,
        "request_id": uuid.uuid4(),
        "can_print": can_print(row),
        "unposted": row.state in UNPOSTED,
        **_entries(row),
    }


def _order_links(row: Document) -> QuerySet[DocumentLink]:
    """Of the Shopify order that the document was made of, or that it credits a refund of."""
    if row.is_return or row.kind == Document.Kind.RETURN_RECEIPT:
        made_of = row.source_id or row.pk
        return DocumentLink.objects.filter(order__refunds__link__document=made_of)
    return DocumentLink.objects.filter(document__in=[row.pk, row.source_id or row.pk])


def _creditable(row: Document, corrections: Sequence[Document]) -> bool:
    """Whether something of a posted invoice is left; the books count by line, and say the rest."""
    standing = [one for one in corrections if one.state != Document.State.CANCELLED]
    credited = sum((one.amount_incl for one in standing if not one.is_order), ZERO)
    posted = row.kind == Document.Kind.INVOICE and row.state == Document.State.POSTED
    return posted and (not standing or credited < row.amount_incl)


def _entries(row: Document) -> dict[str, Any]:
    """What the document wrote into the ledgers; nothing while it is not posted."""
    if row.state != Document.State.POSTED:
        return {}
    chart = Lookup.objects.filter(
        company=row.company_id, kind=Lookup.Kind.GL_ACCOUNT, code=OuterRef("account")
    )
    gl_entries = row.gl_entries.order_by("pk").annotate(
        account_name=Subquery(chart.values("description"))
    )
    entries = list(row.party_entries.select_related("party").order_by("pk"))
    for entry in entries:
        entry.__dict__["words"] = PARTY_ENTRY[entry.kind]
    own = next((e for e in entries if e.kind != PartyEntry.Kind.APPLICATION), None)
    return {
        "gl_entries": list(gl_entries),
        "party_entries": entries,
        "item_entries": list(
            row.item_entries.select_related("item", "location", "variant").order_by("pk")
        ),
        "own_entry": own,
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
