"""Posting a document: what it would write is shown first, then it is posted, once."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.books.document import CHANGE, UNPOSTED
from connector.pages.books.parents import parent_of
from connector.pages.books.prices import date_field
from connector.pages.books.words import PARTY_ENTRY
from connector.ui.templatetags.books import kind_words
from erp.errors import Refused
from erp.models import Document, GLEntry, Lookup
from erp.posting import Posted, post_document, post_order, post_payment, post_transfer
from erp.previewing import Preview, preview

ORDERS = {Document.Kind.ORDER, Document.Kind.RETURN_ORDER}


class GLRow(NamedTuple):
    """What all entries of an account and a VAT code add up to."""

    account: str
    account_name: str
    vat_code: str
    amount: Decimal


class PostForm(forms.Form):
    """For orders also what is to be posted."""

    use_required_attribute = False

    ship = forms.BooleanField(required=False, label=gettext_lazy("Ship"))
    invoice = forms.BooleanField(required=False, label=gettext_lazy("Invoice"))
    posting_date = date_field(gettext_lazy("Posting date"), required=True)
    request_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, document: Document, data: QueryDict | None) -> None:
        initial = {
            "ship": True,
            "invoice": True,
            "posting_date": document.posting_date,
            "request_id": uuid.uuid4(),
            "version": document.version,
        }
        super().__init__(data, initial=initial)
        if document.kind not in ORDERS:
            del self.fields["ship"], self.fields["invoice"]
        elif document.side == Document.Side.PURCHASE or document.kind == Document.Kind.RETURN_ORDER:
            self.fields["ship"].label = _("Receive")


@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """GET shows the entries; POST with do=preview too; POST posts.

    A repeated POST, of which the first came through, leads to what the first posted.
    """
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    rows = Document.objects.select_related("company", "party")
    document = get_object_or_404(rows, pk=document_id)
    data = request.POST if request.method == "POST" else None
    form = PostForm(document, data)
    if document.state not in UNPOSTED and data is None:
        return redirect("document", document_id=document_id)
    asked = data is not None and form.is_valid() and data.get("do") != "preview"
    if asked and (done := _posted(request, document, form)):
        return done
    shown: dict[str, Any] = {"document": document, "form": form, "parent": parent_of(document)}
    return render(request, "books/post.html", shown | _previewed(document, form))


def _posted(request: HttpRequest, document: Document, form: PostForm) -> HttpResponse | None:
    asked = form.cleaned_data
    try:
        answer = _posting(document, form, asked["request_id"])()
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return None
    made = [answer.shipment, answer.invoice] if isinstance(answer, Posted) else [answer]
    numbers = ", ".join(f"{kind_words(one)} {one}" for one in made if one)
    messages.success(request, _("Posted: %(numbers)s.") % {"numbers": numbers})
    return redirect("document", document_id=document.pk)


def _posting(
    document: Document, form: PostForm, request_id: uuid.UUID | None
) -> Callable[[], Posted | Document]:
    """The posting that is asked for, to be done or to be looked at."""
    said = form.cleaned_data if form.is_bound else form.initial
    same: dict[str, Any] = {
        "expected_version": said["version"],
        "request_id": request_id,
        "posting_date": said["posting_date"],
    }
    if document.kind in ORDERS:
        parts = {"ship": said["ship"], "invoice": said["invoice"]}
        return lambda: post_order(document.pk, today=timezone.localdate(), **parts, **same)
    if document.kind == Document.Kind.PAYMENT:
        return lambda: post_payment(document.pk, **same)
    if document.kind == Document.Kind.TRANSFER:
        return lambda: post_transfer(document.pk, **same)
    return lambda: post_document(document.pk, today=timezone.localdate(), **same)


def _previewed(document: Document, form: PostForm) -> dict[str, Any]:
    """The entries, or the sentence why there are none."""
    if form.is_bound and form.errors:
        return {"refusal": " ".join(map(str, form.non_field_errors()))}
    try:
        found = preview(_posting(document, form, None), document.pk)
    except Refused as refusal:
        return {"refusal": refusal.sentence}
    return _told(document, found)


def _told(document: Document, found: Preview) -> dict[str, Any]:
    chart = Lookup.objects.filter(company=document.company, kind=Lookup.Kind.GL_ACCOUNT)
    names = dict(chart.values_list("code", "description"))
    for entry in found.parties:
        entry.__dict__["words"] = PARTY_ENTRY[entry.kind]
    return {
        "preview": found,
        "gl_entries": [
            GLRow(account, names.get(account, ""), vat_code, amount)
            for account, vat_code, amount in _by_account(found.gl)
        ],
        "party_entries": found.parties,
        "item_entries": found.items,
    }


def _by_account(entries: list[GLEntry]) -> list[tuple[str, str, Decimal]]:
    """Account, VAT code and amount: one row for all that only differ in their document."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        sums[entry.account, entry.vat_code] += entry.amount
    return [(account, code, amount) for (account, code), amount in sums.items() if amount]
