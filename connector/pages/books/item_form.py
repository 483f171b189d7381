"""The fields of an item's card, and how the books save them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from connector.pages.books.address_fields import country_code
from connector.pages.books.cards import AmountField, CardForm
from connector.pages.books.finding import FindingInput, find_party
from connector.pages.fast_tabs import FastTab, fast_tab
from connector.pages.request_form import SuggestingInput
from erp.cards import change_item
from erp.drafts import ItemDraft
from erp.errors import Refused
from erp.exchange import cells
from erp.items import create_item
from erp.models import Company, Item, Lookup, Party

Kind = Lookup.Kind
UNITS = cells.units("units")
TABS = (
    (
        "general",
        _("General"),
        ("description", "type", "category", "gtin", "blocked", "sales_blocked"),
    ),
    (
        "origin",
        _("Vendor and customs"),
        ("vendor_no", "vendor_item_no", "tariff_no", "country_of_origin"),
    ),
    (
        "units",
        _("Units of measure"),
        ("base_uom", "units", "sales_uom", "unit_weight", "unit_volume"),
    ),
    ("prices", _("Prices and VAT"), ("unit_price", "vat_prod", "price_incl_vat")),
    ("stock", _("Inventory"), ("reserve", "prevent_negative")),
)
DRAFTED = {"description", "type", "base_uom", "vat_prod", "unit_price"}


class UnitsField(forms.CharField):
    """Units of measure with their size: `BOX=12; PALLET=480`."""

    def prepare_value(self, value: Any) -> Any:
        return UNITS.write(value) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return UNITS.value(text)
        except cells.BadCell as error:
            raise ValidationError(str(error)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class ItemForm(CardForm):
    lists = {"category": Kind.CATEGORY}
    of_code = {
        "vendor": "vendor_no",
        "no_uom": "sales_uom",
        "price": "unit_price",
        "code_too_long": "no",
        "exists": "no",
    }

    units = UnitsField(
        required=False,
        label=_("Other units of measure"),
        help_text=_("With how many base units are in each: BOX=12; PALLET=480."),
    )
    vendor_no = forms.CharField(
        required=False,
        max_length=100,
        label=_("Vendor"),
        help_text=_("A number, or a part of the name."),
    )
    unit_price = AmountField(min_value=0, label=_("Unit price"))
    unit_weight = AmountField(min_value=0, label=_("Unit weight (kg)"))
    unit_volume = AmountField(min_value=0, label=_("Unit volume"))

    class Meta:
        model = Item
        fields = [name for _a, _t, names in TABS for name in names if name != "vendor_no"]
        labels = {
            "tariff_no": _("Tariff no."),
            "country_of_origin": _("Country of origin"),
            "description": _("Description"),
            "type": _("Type"),
            "category": _("Item category"),
            "gtin": _("GTIN"),
            "vendor_item_no": _("Vendor item no."),
            "blocked": _("Blocked"),
            "sales_blocked": _("Sales blocked"),
            "base_uom": _("Base unit of measure"),
            "sales_uom": _("Sales unit of measure"),
            "vat_prod": _("VAT product group"),
            "price_incl_vat": _("Price includes VAT"),
            "reserve": _("Reserve"),
            "prevent_negative": _("Prevent negative inventory"),
        }
        help_texts = {"sales_uom": _("Empty: the base unit of measure.")}

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        vendor = self.instance.vendor
        self.initial["vendor_no"] = vendor.no if vendor else ""
        self.fields["vendor_no"].widget = FindingInput(company, "vendors")
        for name in ("unit_price", "unit_weight", "unit_volume"):
            self.fields[name].required = False
        rows = Lookup.objects.filter(company=company, kind__in=[Kind.UOM, Kind.VAT_RATE])
        codes = list(rows.order_by("code").values_list("kind", "code"))
        uoms = tuple(code for kind, code in codes if kind == Kind.UOM)
        self.fields["base_uom"].widget = SuggestingInput(uoms)
        groups = {code.partition("|")[2] for kind, code in codes if kind == Kind.VAT_RATE}
        self.fields["vat_prod"].required = False
        self.choose("vat_prod", [(group, group) for group in sorted(groups)])
        self.choose_from(company)

    def clean_base_uom(self) -> str:
        return self._code("base_uom")

    def clean_sales_uom(self) -> str:
        return self._code("sales_uom")

    def clean_vendor_no(self) -> str:
        if not self.cleaned_data["vendor_no"].strip():
            return ""
        return find_party(self, "vendor_no", self.company, Party.Kind.VENDOR).no

    def clean_country_of_origin(self) -> str:
        return country_code(self.cleaned_data["country_of_origin"])

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        if "vendor_no" in changes:
            vendors = Party.objects.filter(company=self.company, kind=Party.Kind.VENDOR)
            no = changes.pop("vendor_no")
            changes["vendor"] = vendors.get(no=no) if no else None
        return changes

    def clean_gtin(self) -> str:
        return self._code("gtin")

    def clean(self) -> dict[str, Any]:
        """An amount left empty is nothing."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("unit_price", "unit_weight", "unit_volume"):
            if name in values and values[name] is None:
                values[name] = 0
        return values

    def note(self, refusal: Refused) -> None:
        if refusal.code == "has_entries":  # of the two fields, the one that was touched
            self.add_error("type" if "type" in self.changed_data else "base_uom", refusal.sentence)
        else:
            super().note(refusal)

    def save_changes(self) -> Item:
        """Raises CardError; then nothing is saved."""
        return change_item(self.instance, **self.changes())

    @property
    def tabs(self) -> list[FastTab]:
        return [
            fast_tab(anchor, title, [self[name] for name in names]) for anchor, title, names in TABS
        ]

    def _code(self, name: str) -> str:
        code: str = self.cleaned_data[name]
        return code.strip().upper()


class NewItemForm(ItemForm):
    no = forms.CharField(
        required=False,
        max_length=20,
        label=_("No."),
        help_text=_("Empty: the next number of the series."),
    )

    @transaction.atomic
    def create(self) -> Item:
        """Raises CardError; then nothing is written."""
        values = {name: self.cleaned_data[name] for name in DRAFTED}
        item = create_item(self.company, ItemDraft(no=self.cleaned_data["no"], **values))
        rest = {k: v for k, v in self.changes().items() if k not in {*DRAFTED, "no"}}
        return change_item(item, **rest) if rest else item

    @property
    def tabs(self) -> list[FastTab]:
        general, *others = super().tabs
        return [
            fast_tab("general", general.title, [self["no"], *general.fields, *general.switches]),
            *others,
        ]
