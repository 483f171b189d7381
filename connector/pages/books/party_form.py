"""The fields of a customer's or vendor's card, and how the books save them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.pages.books.address_fields import ADDRESS_LABELS, country_code, email_address
from connector.pages.books.cards import CardForm
from connector.pages.books.finding import FindingInput, find_party
from connector.pages.fast_tabs import FastTab, fast_tab
from erp.cards import change_party
from erp.customers import create_customer, create_vendor
from erp.drafts import CustomerDraft
from erp.models import Company, Lookup, Party

Kind = Lookup.Kind
TABS = (
    (
        "general",
        gettext_lazy("General"),
        ("name", "name_2", "contact", "email", "phone", "salesperson", "blocked"),
    ),
    (
        "address",
        gettext_lazy("Address"),
        ("address", "address_2", "post_code", "city", "county", "country"),
    ),
    (
        "invoicing",
        gettext_lazy("Invoicing"),
        (
            *("vat_registration_no", "vat_bus", "currency", "payment_terms", "payment_method"),
            *("bill_to_no", "price_group", "prices_incl_vat"),
        ),
    ),
    ("shipping", gettext_lazy("Shipping"), ("shipment_method", "reserve")),
)
DRAFTED = {"name", "vat_bus"}  # fields with which a card begins; blank has a meaning there


class PartyForm(CardForm):
    """`bill_to_no` stands for the party who pays, who may be one of many thousands."""

    lists = {
        "salesperson": Kind.SALESPERSON,
        "currency": Kind.CURRENCY,
        "payment_terms": Kind.PAYMENT_TERMS,
        "payment_method": Kind.PAYMENT_METHOD,
        "shipment_method": Kind.SHIPMENT_METHOD,
        "price_group": Kind.PRICE_GROUP,
    }
    of_code = {"no_name": "name", "bill_to": "bill_to_no", "exists": "no", "code_too_long": "no"}

    bill_to_no = forms.CharField(required=False, max_length=100)

    class Meta:
        model = Party
        fields = [name for _a, _t, names in TABS for name in names if name != "bill_to_no"]
        labels = ADDRESS_LABELS | {
            "salesperson": gettext_lazy("Salesperson"),
            "blocked": gettext_lazy("Blocked"),
            "vat_registration_no": gettext_lazy("VAT registration no."),
            "vat_bus": gettext_lazy("VAT business group"),
            "currency": gettext_lazy("Currency"),
            "payment_terms": gettext_lazy("Payment terms"),
            "payment_method": gettext_lazy("Payment method"),
            "price_group": gettext_lazy("Price group"),
            "prices_incl_vat": gettext_lazy("Prices include VAT"),
            "shipment_method": gettext_lazy("Shipment method"),
            "reserve": gettext_lazy("Reserve"),
        }
        help_texts = {
            "reserve": gettext_lazy(
                "Whether orders keep their goods, so that they are not free for others. "
                "An item may say otherwise."
            ),
            "country": gettext_lazy("Two letters, as NO."),
            "currency": gettext_lazy("Empty: the currency of the company."),
        }

    def __init__(self, company: Company, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company, self.kind = company, kind
        vendor = kind == Party.Kind.VENDOR
        payer = self.instance.bill_to
        self.initial["bill_to_no"] = payer.no if payer else ""
        self.fields["bill_to_no"].label = _("Pay-to vendor") if vendor else _("Bill-to customer")
        self.fields["bill_to_no"].help_text = _("A number, or a part of the name. Empty: the same.")
        self.fields["bill_to_no"].widget = FindingInput(company, f"{kind}s")
        self.fields["vat_bus"].required = self.fields["reserve"].required = False
        rates = Lookup.objects.filter(company=company, kind=Kind.VAT_RATE)
        groups = sorted({pair.partition("|")[0] for pair in rates.values_list("code", flat=True)})
        self.choose("vat_bus", [(group, group) for group in groups])
        self.choose_from(company)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        return name

    def clean_country(self) -> str:
        return country_code(self.cleaned_data["country"])

    def clean_reserve(self) -> str:
        """What is not sent stays: an address form may leave it out."""
        return self.cleaned_data["reserve"] or str(self.instance.reserve)

    def clean_email(self) -> str:
        return email_address(self.cleaned_data["email"])

    def clean_bill_to_no(self) -> str:
        if not self.cleaned_data["bill_to_no"].strip():
            return ""
        return find_party(self, "bill_to_no", self.company, self.kind).no

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        if "bill_to_no" in changes:
            no = changes.pop("bill_to_no")
            changes["bill_to"] = self._parties().get(no=no) if no else None
        return changes

    def save_changes(self) -> Party:
        """Raises CardError; then nothing is saved."""
        return change_party(self.instance, **self.changes())

    @property
    def tabs(self) -> list[FastTab]:
        return [
            fast_tab(anchor, title, [self[name] for name in names]) for anchor, title, names in TABS
        ]

    def _parties(self) -> Any:
        return Party.objects.filter(company=self.company, kind=self.kind)


class NewPartyForm(PartyForm):
    """What there is not yet: also with a number, or without one from the series."""

    no = forms.CharField(
        required=False,
        max_length=20,
        label=gettext_lazy("No."),
        help_text=gettext_lazy("Empty: the next number of the series."),
    )

    @transaction.atomic
    def create(self) -> Party:
        """Raises CardError; then nothing is written."""
        values = {name: self.cleaned_data[name] for name in DRAFTED}
        make = create_vendor if self.kind == Party.Kind.VENDOR else create_customer
        party = make(self.company, CustomerDraft(no=self.cleaned_data["no"], **values))
        rest = {k: v for k, v in self.changes().items() if k not in {*DRAFTED, "no"}}
        return change_party(party, **rest) if rest else party

    @property
    def tabs(self) -> list[FastTab]:
        general, *others = super().tabs
        return [
            fast_tab("general", general.title, [self["no"], *general.fields, *general.switches]),
            *others,
        ]
