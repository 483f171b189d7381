"""A new sales or purchase document: for whom and when; its lines come on its page."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from connector.pages.books.cards import choose_company, company_of
from connector.pages.books.documents import (
    CreditMemoList,
    ReturnOrderList,
    SalesInvoiceList,
    SalesOrderList,
)
from connector.pages.books.finding import FindingInput, find_party
from connector.pages.books.prices import date_field
from connector.pages.books.purchase_documents import (
    PurchaseCreditMemoList,
    PurchaseInvoiceList,
    PurchaseOrderList,
)
from connector.ui.lists import ListPage
from erp.documents import create_purchase_document, create_sales_document
from erp.drafts import PurchaseDocumentDraft, SalesDocumentDraft
from erp.errors import DocumentError, SetupError
from erp.models import Company, Document, Party

ADD = "erp.add_document"
Side, Kind = Document.Side, Document.Kind


class New(NamedTuple):
    heading: Promise
    list: type[ListPage]
    list_name: str  # of its address


SORTS = {
    (Side.SALE, Kind.ORDER): New(_("New sales order"), SalesOrderList, "sales-orders"),
    (Side.SALE, Kind.INVOICE): New(_("New sales invoice"), SalesInvoiceList, "sales-invoices"),
    (Side.SALE, Kind.RETURN_ORDER): New(
        _("New sales return order"), ReturnOrderList, "return-orders"
    ),
    (Side.SALE, Kind.CREDIT_MEMO): New(_("New sales credit memo"), CreditMemoList, "credit-memos"),
    (Side.PURCHASE, Kind.ORDER): New(_("New purchase order"), PurchaseOrderList, "purchase-orders"),
    (Side.PURCHASE, Kind.INVOICE): New(
        _("New purchase invoice"), PurchaseInvoiceList, "purchase-invoices"
    ),
    (Side.PURCHASE, Kind.CREDIT_MEMO): New(
        _("New purchase credit memo"), PurchaseCreditMemoList, "purchase-credit-memos"
    ),
}


class NewDocumentForm(forms.Form):
    use_required_attribute = False

    party = forms.CharField(max_length=100)
    document_date = date_field(_("Document date"), required=True)
    currency = forms.CharField(required=False, max_length=3, label=_("Currency"))
    external_no = forms.CharField(required=False, max_length=35, label=_("External document no."))
    request_id = forms.UUIDField(widget=forms.HiddenInput)
    of_code = {
        "no_customer": "party",
        "no_vendor": "party",
        "blocked": "party",
        "no_currency": "currency",
        "no_rate": "currency",
    }

    def __init__(self, company: Company, side: str, data: Any, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.company, self.side = company, side
        bought = side == Side.PURCHASE
        self.kind = Party.Kind.VENDOR if bought else Party.Kind.CUSTOMER
        party, currency = self.fields["party"], self.fields["currency"]
        party.label = _("Vendor") if bought else _("Customer")
        party.help_text = _("A number, or a part of the name.")
        party.widget = FindingInput(company, f"{self.kind}s")
        currency.help_text = (
            _("Empty: the currency of the vendor.")
            if bought
            else _("Empty: the currency of the customer.")
        )

    def clean_party(self) -> Party:
        return find_party(self, "party", self.company, self.kind)

    def create(self, kind: str, username: str) -> Document:
        """Raises DocumentError or SetupError. Only of a valid form."""
        asked = self.cleaned_data
        party: Party = asked["party"]
        said: dict[str, Any] = {
            "kind": cast("Any", kind),
            "currency": asked["currency"].strip().upper() or party.currency or self.company.lcy,
            "document_date": asked["document_date"],
            "lines": (),
            "external_no": asked["external_no"],
            "prices_incl_vat": party.prices_incl_vat,
            "order_date": asked["document_date"] if kind == Kind.ORDER else None,
            "created_by": username,
            "request_id": asked["request_id"],
        }
        if self.side == Side.PURCHASE:
            draft = PurchaseDocumentDraft(vendor_no=party.no, **said)
            return create_purchase_document(self.company, draft)
        return create_sales_document(self.company, SalesDocumentDraft(customer_no=party.no, **said))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, side: str, kind: str) -> HttpResponse:
    """?party= says for whom; a company is asked for first where there are several."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    sort = SORTS[Side(side), Kind(kind)]
    shown: dict[str, Any] = {
        "heading": sort.heading,
        "list": sort.list,
        "list_address": reverse(sort.list_name),
    }
    company = company_of(request)
    if company is None:
        return choose_company(request, shown)
    asked = {
        "party": request.GET.get("party", ""),
        "document_date": timezone.localdate(),
        "request_id": uuid.uuid4(),
    }
    form = NewDocumentForm(company, side, request.POST or None, asked)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.create(kind, request.user.get_username())
        except (DocumentError, SetupError) as refusal:
            form.add_error(form.of_code.get(refusal.code), refusal.sentence)
        else:
            return redirect("document", document_id=made.pk)
    return render(request, "books/new_document.html", shown | {"form": form, "company": company})
