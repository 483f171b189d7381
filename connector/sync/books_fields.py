"""The settings of a shop that name something in the books: their first values, their check."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from erp.models import Company, Location, Lookup, Party

# Settings of a shop → account roles of the books.
ROLES = {
    "shipping_charges_account": "shipping",
    "sold_gift_card_account": "gift_card",
    "tip_account": "tips",
    "cash_roundings_account": "cash_rounding",
    "custom_line_account": "sales",
    "fee_account": "shipping",
}
CUSTOMERS = ("default_customer_no", "default_company_no")


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
        **_missing(
            books, named, ("location_code",), _locations(books), _("There is no location %s.")
        ),
    }


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
