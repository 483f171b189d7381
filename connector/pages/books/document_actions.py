"""What is done with a document as a whole: release, reopen, cancel, make a new one."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.books.cards import company_of
from connector.pages.books.document import CHANGE
from connector.pages.books.documents import SalesInvoiceList, SalesOrderList, parent_of
from connector.pages.books.prices import date_field
from erp.documents import cancel, create_sales_document, release, reopen
from erp.drafts import SalesDocumentDraft
from erp.errors import DocumentError, SetupError
from erp.models import Company, Document, Party

ADD = "erp.add_document"
ACTIONS = {"release": release, "reopen": reopen, "cancel": cancel}
LISTS = {"order": SalesOrderList, "invoice": SalesInvoiceList}


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


class NewDocumentForm(forms.Form):
    use_required_attribute = False

    customer = forms.CharField(max_length=20, label=gettext_lazy("Customer no."))
    document_date = date_field(gettext_lazy("Document date"), required=True)
    currency = forms.CharField(
        required=False,
        max_length=3,
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Empty: the currency of the customer."),
    )
    external_no = forms.CharField(
        required=False, max_length=35, label=gettext_lazy("External document no.")
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput)
    of_code = {"no_customer": "customer", "blocked": "customer"}

    def create(self, company: Company, kind: str, username: str) -> Document:
        """Raises DocumentError or SetupError."""
        asked = self.cleaned_data
        no = asked["customer"].strip().upper()
        party = Party.objects.filter(company=company, kind=Party.Kind.CUSTOMER, no=no).first()
        own = party.currency if party else ""
        draft = SalesDocumentDraft(
            cast("Any", kind),
            no,
            asked["currency"].strip().upper() or own or company.lcy,
            asked["document_date"],
            (),
            external_no=asked["external_no"],
            prices_incl_vat=party.prices_incl_vat if party else False,
            order_date=asked["document_date"] if kind == "order" else None,
            created_by=username,
            request_id=asked["request_id"],
        )
        return create_sales_document(company, draft)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new sales order or invoice for a customer; its lines come on its page."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    shown: dict[str, Any] = {
        "heading": _("New sales order") if kind == "order" else _("New sales invoice"),
        "list": LISTS[kind],
        "list_address": reverse("sales-orders" if kind == "order" else "sales-invoices"),
    }
    company = company_of(request)
    if company is None:
        companies = Company.objects.order_by("code")
        return render(request, "books/choose_company.html", shown | {"companies": companies})
    asked = {
        "customer": request.GET.get("customer", ""),
        "document_date": timezone.localdate(),
        "request_id": uuid.uuid4(),
    }
    form = NewDocumentForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.create(company, kind, request.user.get_username())
        except (DocumentError, SetupError) as refusal:
            name = form.of_code.get(refusal.code)
            name = "currency" if refusal.code in {"no_currency", "no_rate"} else name
            form.add_error(name, refusal.sentence)
        else:
            return redirect("document", document_id=made.pk)
    return render(request, "books/new_document.html", shown | {"form": form, "company": company})
