"""The settings of a shop that name something in the books: their first values, their check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

from erp.models import Company, Item, ItemTemplate, Location, Lookup, Party
from shops.models import ShipmentMethodMapping

# Settings of a shop → account roles of the books.
ROLES = {
    "shipping_charges_account": "shipping",
    "sold_gift_card_account": "gift_card",
    "tip_account": "tips",
    "cash_roundings_account": "cash_rounding",
    "custom_line_account": "sales",
    "fee_account": "shipping",
    "refund_account": "refund",
    "refund_not_restocked_account": "refund_not_restocked",
}
CUSTOMERS = ("default_customer_no", "default_company_no")
LOCATIONS = ("location_code", "return_location_code")
TEMPLATES = ("item_template",)
CURRENCIES = ("price_currency",)
PRICE_GROUPS = ("customer_price_group",)
VAT_GROUPS = ("price_vat_bus",)


def accounts_of(books: Company) -> dict[str, str]:
    """The accounts that a new shop starts with."""
    return {field: books.account(role) for field, role in ROLES.items()}


def not_in_books(books: Company, values: Mapping[str, object]) -> dict[str, str]:
    """Setting → sentence, for each of `values` that names what the books do not have."""
    named = {field: str(value) for field, value in values.items() if value}
    return {
        **_missing(books, named, ROLES, _accounts(books, named), _("There is no account %s.")),
        **_missing(
            books, named, CUSTOMERS, _customers(books, named), _("There is no customer %s.")
        ),
        **_missing(books, named, LOCATIONS, _locations(books), _("There is no location %s.")),
        **_missing(books, named, TEMPLATES, _templates(books), _("There is no item template %s.")),
        **_missing(books, named, CURRENCIES, _currencies(books), _("There is no currency %s.")),
        **_missing(
            books,
            named,
            PRICE_GROUPS,
            _codes(books, Lookup.Kind.PRICE_GROUP),
            _("There is no price group %s."),
        ),
        **_missing(
            books, named, VAT_GROUPS, set(vat_groups(books)), _("There is no VAT group %s.")
        ),
    }


def customers_not_in_books(books: Company, numbers: Collection[str]) -> dict[str, str]:
    """Number → sentence, for each customer that the books do not have."""
    rows = Party.objects.filter(company=books, kind=Party.Kind.CUSTOMER, no__in=numbers)
    there = set(rows.values_list("no", flat=True))
    where = _("The books of %s do not have it.") % books.code
    return {
        no: f"{_('There is no customer %s.') % no} {where}" for no in numbers if no not in there
    }


TEMPLATE_LISTS = {
    "currency": Lookup.Kind.CURRENCY,
    "payment_terms": Lookup.Kind.PAYMENT_TERMS,
    "payment_method": Lookup.Kind.PAYMENT_METHOD,
    "price_group": Lookup.Kind.PRICE_GROUP,
}


def template_not_in_books(books: Company, values: Mapping[str, object]) -> dict[str, str]:
    """Field of a customer template → sentence, for each that names what the books do not have."""
    where = _("The books of %s do not have it.") % books.code
    wanted = {name: str(values.get(name) or "") for name in TEMPLATE_LISTS}
    rows = Lookup.objects.filter(company=books, kind__in=TEMPLATE_LISTS.values())
    there = set(rows.filter(code__in=wanted.values()).values_list("kind", "code"))
    missing = {
        name: f"“{code}”: {where}"
        for name, code in wanted.items()
        if code and (TEMPLATE_LISTS[name].value, code) not in there and code != books.lcy
    }
    group = str(values.get("vat_bus") or "")
    if group and group not in vat_groups(books):
        missing["vat_bus"] = f"“{group}”: {where}"
    return missing


Charge = tuple[str, str]  # charge_type and charge_no of a shipment method


def charges_not_in_books(books: Company, charges: Collection[Charge]) -> dict[Charge, str]:
    """Charge → sentence, for each that names an account or an item the books do not have."""
    numbers = [no for _type, no in charges]
    accounts = Lookup.objects.filter(
        company=books, kind=Lookup.Kind.GL_ACCOUNT, code__in=numbers
    ).values_list("code", flat=True)
    items = Item.objects.filter(company=books, no__in=numbers).values_list("no", flat=True)
    kinds = ShipmentMethodMapping.Charge
    there = {(kinds.ACCOUNT.value, no) for no in accounts} | {
        (kinds.ITEM.value, no) for no in items
    }
    where = _("The books of %s do not have it.") % books.code
    sentences = {
        kinds.ACCOUNT.value: _("There is no account %s."),
        kinds.ITEM.value: _("There is no item %s."),
    }
    return {
        (type_, no): f"{sentences[type_] % no} {where}"
        for type_, no in charges
        if type_ in sentences and (type_, no) not in there
    }


def locations_not_in_books(books: Company, codes: Iterable[str]) -> dict[str, str]:
    """Code → sentence, for each location that the books do not have."""
    where = _("The books of %s do not have it.") % books.code
    unknown = {code for code in codes if code} - _locations(books)
    return {code: f"{_('There is no location %s.') % code} {where}" for code in unknown}


def vat_groups(books: Company) -> list[str]:
    """The VAT business groups that have a rate."""
    rates = Lookup.objects.filter(company=books, kind=Lookup.Kind.VAT_RATE)
    return sorted({code.partition("|")[0] for code in rates.values_list("code", flat=True)})


def _missing(
    books: Company,
    named: Mapping[str, str],
    fields: Mapping[str, str] | tuple[str, ...],
    there: set[str],
    sentence: str,
) -> dict[str, str]:
    where = _("The books of %s do not have it.") % books.code
    return {
        field: f"{sentence % named[field]} {where}"
        for field in fields
        if field in named and named[field].upper() not in there
    }


def _accounts(books: Company, named: Mapping[str, str]) -> set[str]:
    wanted = [named[field] for field in ROLES if field in named]
    rows = Lookup.objects.filter(company=books, kind=Lookup.Kind.GL_ACCOUNT, code__in=wanted)
    return set(rows.values_list("code", flat=True))


def _customers(books: Company, named: Mapping[str, str]) -> set[str]:
    wanted = [named[field].upper() for field in CUSTOMERS if field in named]
    rows = Party.objects.filter(company=books, kind=Party.Kind.CUSTOMER, no__in=wanted)
    return set(rows.values_list("no", flat=True))


def _locations(books: Company) -> set[str]:
    return set(Location.objects.filter(company=books).values_list("code", flat=True))


def _templates(books: Company) -> set[str]:
    return set(ItemTemplate.objects.filter(company=books).values_list("code", flat=True))


def _currencies(books: Company) -> set[str]:
    return _codes(books, Lookup.Kind.CURRENCY) | {books.lcy}


def _codes(books: Company, kind: Lookup.Kind) -> set[str]:
    rows = Lookup.objects.filter(company=books, kind=kind)
    return set(rows.values_list("code", flat=True))
