"""What is done with a document as a whole: release, reopen, cancel, credit."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from connector.pages.books.document import CHANGE
from connector.pages.books.new_document import ADD
from connector.pages.books.parents import parent_of
from erp.documents import Correction, cancel, correct_invoice, release, reopen
from erp.errors import DocumentError, SetupError
from erp.models import Document

ACTIONS = {"release": release, "reopen": reopen, "cancel": cancel}


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, document_id: uuid.UUID, action: str) -> HttpResponse:
    """GET asks whether it is meant; POST does it."""
    if action not in ACTIONS:
        raise Http404
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    row = get_object_or_404(Document.objects.select_related("party"), pk=document_id)
    if request.method != "POST":
        shown = {"document": row, "action": action, "parent": parent_of(row)}
        return render(request, "books/document_confirm.html", shown)
    try:
        changed = ACTIONS[action](document_id)
    except DocumentError as refusal:
        messages.error(request, refusal.sentence)
    else:
        said = {"no": changed.no, "state": changed.get_state_display().lower()}
        messages.success(request, _("%(no)s is now %(state)s.") % said)
    return redirect("document", document_id=document_id)


@require_POST
def credit(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """Make a credit memo over what is left of a posted invoice; sent twice, it makes one."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    get_object_or_404(Document, pk=document_id)
    try:
        asked = uuid.UUID(request.POST.get("request_id", ""))
    except ValueError:
        raise Http404 from None
    try:
        wanted = Correction(
            document_date=timezone.localdate(),
            created_by=request.user.get_username(),
            request_id=asked,
        )
        memo = correct_invoice(document_id, wanted)
    except (DocumentError, SetupError) as refusal:
        messages.error(request, refusal.sentence)
        return redirect("document", document_id=document_id)
    messages.success(
        request, _("%(no)s is created. Keep the lines that come back and post it.") % {"no": memo}
    )
    return redirect("document", document_id=memo.pk)
