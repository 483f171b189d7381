"""Taking back what a payment settled, or the payment itself."""

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
from connector.pages.books.parents import parent_of
from erp.applications import unapply
from erp.errors import Refused
from erp.models import Document, PartyEntry
from erp.posting import reverse_payment


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """GET asks whether it is meant; POST posts the mirror. Repeating it leads to the same one."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    rows = Document.objects.filter(kind=Document.Kind.PAYMENT).select_related("party")
    payment = get_object_or_404(rows, pk=document_id)
    if request.method != "POST":
        shown = {"document": payment, "parent": parent_of(payment), "request_id": uuid.uuid4()}
        return render(request, "books/payment_reverse.html", shown)
    try:
        asked = uuid.UUID(request.POST.get("request_id", ""))
    except ValueError:
        raise Http404 from None
    day = max(timezone.localdate(), payment.posting_date)
    try:
        mirror = reverse_payment(
            payment.pk,
            posting_date=day,
            request_id=asked,
            created_by=request.user.get_username(),
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("document", document_id=payment.pk)
    said = {"no": payment, "other": mirror}
    messages.success(request, _("%(no)s is reversed by %(other)s.") % said)
    return redirect("document", document_id=mirror.pk)


@require_POST
def open_again(request: HttpRequest, document_id: uuid.UUID, entry_id: int) -> HttpResponse:
    """Take back one application of a document's entry."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    row = get_object_or_404(PartyEntry, pk=entry_id, kind=PartyEntry.Kind.APPLICATION)
    day = max(timezone.localdate(), row.posting_date)
    try:
        unapply(row.pk, posting_date=day)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The application is taken back; both entries are open again."))
    return redirect("document", document_id=document_id)
