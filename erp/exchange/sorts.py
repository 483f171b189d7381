"""The sorts of cards: their columns, and how a card is found, made and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from erp.cards import change_item, change_party
from erp.customers import create_customer, create_vendor
from erp.drafts import CustomerDraft, ItemDraft
from erp.exchange import cells
from erp.exchange.cells import Column
from erp.items import create_item
from erp.models import Company, Item, Party
from erp.money import ZERO

ITEM_COLUMNS = (
    cells.code("no", 20),
    cells.text("description", 100),
    cells.choice("type", Item.Type.values),
    cells.code("base_uom", 10),
    cells.units("units"),
    cells.code("sales_uom", 10),
    cells.code("category", 20),
    cells.code("gtin", 14),
    cells.text("vendor_item_no", 50),
    cells.code("tariff_no", 20),
    cells.code("country_of_origin", 2),
    cells.code("vat_prod", 20),
    cells.number("unit_price"),
    cells.flag("price_incl_vat"),
    cells.number("unit_volume"),
    cells.number("unit_weight"),
    cells.flag("blocked"),
    cells.flag("sales_blocked"),
    cells.choice("reserve", Item.Reserve.values),
    cells.choice("prevent_negative", Item.PreventNegative.values),
)
PARTY_COLUMNS = (
    cells.code("no", 20),
    cells.text("name", 100),
    cells.text("name_2", 50),
    cells.text("address", 100),
    cells.text("address_2", 50),
    cells.text("city", 30),
    cells.text("post_code", 20),
    cells.text("county", 30),
    cells.code("country", 2),
    cells.text("contact", 100),
    cells.text("email", 80),
    cells.text("phone", 30),
    cells.text("vat_registration_no", 20),
    cells.code("currency", 3),
    cells.code("vat_bus", 20),
    cells.flag("prices_incl_vat"),
    cells.code("price_group", 20),
    cells.code("payment_terms", 10),
    cells.code("payment_method", 10),
    cells.code("shipment_method", 10),
    cells.choice("reserve", Item.Reserve.values),
    cells.code("salesperson", 20),
    cells.choice("blocked", Party.Blocked.values),
)
# What a vendor asks stands on the papers: price groups are for those who buy, and so are reservations.
SELLING = {"price_group", "reserve"}
VENDOR_COLUMNS = tuple(column for column in PARTY_COLUMNS if column.name not in SELLING)
Card = Item | Party


@dataclass(frozen=True, slots=True)
class Sort:
    """`create` and `change` raise CardError."""

    columns: tuple[Column, ...]
    cards: Callable[[Company], QuerySet[Any]]
    create: Callable[[Company, Mapping[str, Any]], Card]
    change: Callable[..., Card]


def _items(company: Company) -> QuerySet[Item]:
    return Item.objects.filter(company=company)


def _customers(company: Company) -> QuerySet[Party]:
    return Party.objects.filter(company=company, kind=Party.Kind.CUSTOMER)


def _vendors(company: Company) -> QuerySet[Party]:
    return Party.objects.filter(company=company, kind=Party.Kind.VENDOR)


def _new_item(company: Company, values: Mapping[str, Any]) -> Item:
    """A blank VAT group or unit is the company's; the rest is set as it stands in the row."""
    draft = ItemDraft(
        no=values.get("no", ""),
        description=values.get("description", ""),
        unit_price=values.get("unit_price", ZERO),
        vat_prod=values.get("vat_prod", ""),
        base_uom=values.get("base_uom") or "PCS",
        type=values.get("type", "inventory"),
    )
    return change_item(create_item(company, draft), **_rest(values, "vat_prod", "base_uom"))


def _new_customer(company: Company, values: Mapping[str, Any]) -> Party:
    made = create_customer(company, _party_draft(values))
    return change_party(made, **_rest(values, "vat_bus"))


def _new_vendor(company: Company, values: Mapping[str, Any]) -> Party:
    made = create_vendor(company, _party_draft(values))
    return change_party(made, **_rest(values, "vat_bus"))


def _party_draft(values: Mapping[str, Any]) -> CustomerDraft:
    return CustomerDraft(
        name=values.get("name", ""), no=values.get("no", ""), vat_bus=values.get("vat_bus", "")
    )


def _rest(values: Mapping[str, Any], *defaulted: str) -> dict[str, Any]:
    """What a draft has no place for; blanks that got a default are left alone."""
    return {
        name: value
        for name, value in values.items()
        if name != "no" and (value or name not in defaulted)
    }


SORTS: dict[str, Sort] = {
    "items": Sort(ITEM_COLUMNS, _items, _new_item, change_item),
    "customers": Sort(PARTY_COLUMNS, _customers, _new_customer, change_party),
    "vendors": Sort(VENDOR_COLUMNS, _vendors, _new_vendor, change_party),
}
