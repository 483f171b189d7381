"""Payments: which there are, and a new one with the open entries it settles."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.books.cards import BLANK, AmountField, choose_company, company_of
from connector.pages.books.documents import DocumentList
from connector.pages.books.finding import FindingInput, find_party
from connector.pages.books.prices import date_field
from connector.pages.books.words import PARTY_ENTRY
from connector.ui.lists import Rows, SavedView
from erp.balances import still_open
from erp.drafts import PaidDraft, PaymentDraft
from erp.errors import DocumentError, SetupError
from erp.ledgers import open_amounts
from erp.models import Company, Document, Lookup, Party, PartyEntry
from erp.money import ZERO
from erp.payments import create_payment

ADD = "erp.add_document"
SHOWN = 200  # open entries on one page, the oldest first


def _unposted(rows: Rows) -> Rows:
    return rows.filter(state__in=[Document.State.OPEN, Document.State.RELEASED])


class PaymentList(DocumentList):
    heading = gettext_lazy("Payments")
    columns = "books/all_documents.html"
    empty = gettext_lazy("No payments yet.")
    new = "payment-new"
    views = (
        SavedView("", gettext_lazy("All")),
        SavedView("open", gettext_lazy("Not posted"), _unposted),
    )

    def rows(self) -> Rows:
        rows = Document.objects.filter(side=Document.Side.BANK, kind=Document.Kind.PAYMENT)
        return rows.select_related("party", "source", "company")


class WhoForm(forms.Form):
    """Whose payment it is: asked for first, since it decides what can be settled."""

    use_required_attribute = False

    kind = forms.ChoiceField(choices=Party.Kind.choices, label=gettext_lazy("Customer or vendor"))
    party = forms.CharField(
        max_length=100,
        label=gettext_lazy("No."),
        help_text=gettext_lazy("A number, or a part of the name."),
    )

    def __init__(self, company: Company, data: Any) -> None:
        super().__init__(data)
        self.company = company
        self.fields["party"].widget = FindingInput(company, "parties", include="kind")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if {"kind", "party"} <= values.keys():
            try:
                values["party"] = find_party(self, "party", self.company, values["kind"])
            except ValidationError as error:
                self.add_error("party", error)
        return values


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """An entry that can be settled, and what is typed for it."""

    entry: PartyEntry
    rest: Decimal  # above 0
    words: Any
    name: str  # of its input

    @property
    def ticked(self) -> str:
        """Name of the box that takes it in."""
        return f"take-{self.entry.pk}"


class PaymentForm(forms.Form):
    """What is ticked is settled, as far as the amount beside it says; else as far as it is open.

    The payment is the sum of them, if no amount is said. `first` is the entry one came from.
    """

    use_required_attribute = False

    posting_date = date_field(gettext_lazy("Posting date"), required=True)
    payment_method = forms.ChoiceField(required=False, label=gettext_lazy("Payment method"))
    amount = AmountField(
        required=False,
        min_value=0,
        label=gettext_lazy("Amount"),
        help_text=gettext_lazy("Empty: the sum of what is settled below."),
    )
    refund = forms.BooleanField(
        required=False,
        label=gettext_lazy("Refund"),
        help_text=gettext_lazy("Money out to a customer, or in from a vendor."),
    )
    external_no = forms.CharField(
        required=False, max_length=35, label=gettext_lazy("External document no.")
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput)
    of_code = {"no_payment_method": "payment_method", "amount": "amount"}

    def __init__(self, party: Party, currency: str, data: Any, first: int = 0) -> None:
        initial = {
            "posting_date": timezone.localdate(),
            "payment_method": party.payment_method,
            "request_id": uuid.uuid4(),
        }
        super().__init__(data, initial=initial)
        self.party, self.currency = party, currency
        methods = Lookup.objects.filter(
            company=party.company, kind=Lookup.Kind.PAYMENT_METHOD
        ).order_by("code")
        choices = [(row.code, f"{row.code} {row.description}".strip()) for row in methods]
        self.fields["payment_method"] = forms.ChoiceField(
            choices=[BLANK, *choices], required=False, label=_("Payment method")
        )
        self.entries = _open_entries(party, currency)
        for one in self.entries:
            said = {"no": one.entry.document}
            self.fields[one.ticked] = forms.BooleanField(
                required=False, initial=one.entry.pk == first, label=_("Pay %(no)s") % said
            )
            self.fields[one.name] = AmountField(
                required=False,
                min_value=0,
                initial=one.rest,
                label=_("Amount to pay of %(no)s") % said,
            )

    @property
    def head(self) -> list[forms.BoundField]:
        names = ("posting_date", "amount", "payment_method", "external_no", "refund")
        return [self[name] for name in names]

    @property
    def settling(self) -> list[tuple[OpenEntry, forms.BoundField, forms.BoundField]]:
        return [(one, self[one.ticked], self[one.name]) for one in self.entries]

    def _paid(self) -> list[tuple[OpenEntry, Decimal]]:
        asked = self.cleaned_data
        return [(one, asked[one.name] or one.rest) for one in self.entries if asked[one.ticked]]

    def draft(self, username: str) -> PaymentDraft:
        """Only of a valid form."""
        asked = self.cleaned_data
        paid = self._paid()
        total = sum((amount if _owed(self.party, one) else -amount for one, amount in paid), ZERO)
        return PaymentDraft(
            self.party.no,
            asked["amount"] or abs(total),
            self.currency,
            asked["posting_date"],
            party_kind="vendor" if self.party.kind == Party.Kind.VENDOR else "customer",
            refund=asked["refund"],
            payment_method=asked["payment_method"],
            settles=tuple(_settled(one, amount) for one, amount in paid),
            external_no=asked["external_no"],
            created_by=username,
            request_id=asked["request_id"],
        )

    def note(self, refusal: DocumentError | SetupError) -> None:
        line = getattr(refusal, "line", None)
        name = self._paid()[line - 1][0].name if line else self.of_code.get(refusal.code)
        self.add_error(name, refusal.sentence)


def _owed(party: Party, one: OpenEntry) -> bool:
    """Whether paying it is an ordinary payment, and not a refund."""
    return (one.entry.amount > 0) == (party.kind == Party.Kind.CUSTOMER)


def _settled(one: OpenEntry, amount: Decimal) -> PaidDraft:
    kinds = {PartyEntry.Kind.INVOICE: "invoice", PartyEntry.Kind.CREDIT_MEMO: "credit_memo"}
    kind: Any = kinds.get(PartyEntry.Kind(one.entry.kind), "payment")
    return PaidDraft(one.entry.document.posted_no or "", kind, amount)


def _open_entries(party: Party, currency: str) -> list[OpenEntry]:
    rows = still_open(PartyEntry.objects.filter(party=party, currency=currency))
    entries = list(rows.select_related("document").order_by("due_date", "pk")[:SHOWN])
    rest = open_amounts(entries)
    return [
        OpenEntry(entry, abs(rest[entry.pk].amount), PARTY_ENTRY[entry.kind], f"pay-{entry.pk}")
        for entry in entries
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """?party= and ?kind= say whose; POST makes an open payment, which is then looked at and posted."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    shown: dict[str, Any] = {
        "heading": _("New payment"),
        "list": PaymentList,
        "list_address": reverse("payments"),
    }
    company = company_of(request)
    if company is None:
        return choose_company(request, shown)
    who = WhoForm(company, request.GET if "party" in request.GET else None)
    party = who.cleaned_data["party"] if who.is_valid() else None
    if party is None:
        return render(request, "books/payment_who.html", shown | {"form": who, "company": company})
    currencies = _currencies(party)
    currency = request.GET.get("currency", "")
    currency = currency if currency in currencies else currencies[0]
    first = request.GET.get("entry", "")
    form = PaymentForm(
        party, currency, request.POST or None, int(first) if first.isdecimal() else 0
    )
    if request.method == "POST" and form.is_valid() and (made := _made(request, form)):
        return redirect("document-post", document_id=made.pk)
    about = {"party": party, "currency": currency, "currencies": currencies, "form": form}
    return render(request, "books/payment_new.html", shown | about | {"company": company})


def _currencies(party: Party) -> Sequence[str]:
    """The party's own first, then those of its entries."""
    used = party.entries.order_by("currency").values_list("currency", flat=True).distinct()
    return list(dict.fromkeys([party.currency or party.company.lcy, *used]))


def _made(request: HttpRequest, form: PaymentForm) -> Document | None:
    draft = form.draft(request.user.get_username())
    if not draft.amount:
        form.add_error("amount", _("Say how much is paid, or what is settled."))
        return None
    try:
        made = create_payment(form.party.company, draft)
    except (DocumentError, SetupError) as refusal:
        form.note(refusal)
        return None
    messages.success(
        request, _("%(no)s is created. Look at its entries and post it.") % {"no": made}
    )
    return made
