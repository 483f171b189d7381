"""The small lists of the books: creating, changing and deleting their rows.

A row that something names by its code cannot be deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from erp import codes
from erp.errors import CardError
from erp.lookup_values import READERS, Values
from erp.models import (
    Company,
    Document,
    DocumentLine,
    GLEntry,
    Item,
    ItemTemplate,
    Lookup,
    Party,
    Price,
)

Kind = Lookup.Kind
# How long a code may be where it is used.
LENGTHS = {
    Kind.CURRENCY: 3,
    Kind.VAT_RATE: 41,
    Kind.COUNTRY: 2,
    Kind.SHIPPING_AGENT: 20,
    Kind.CATEGORY: 20,
    Kind.GL_ACCOUNT: 20,
    Kind.PRICE_GROUP: 20,
    Kind.SALESPERSON: 20,
    Kind.TARIFF: 20,
}
USUAL = 10


@transaction.atomic
def put_lookup(
    company: Company,
    kind: Lookup.Kind,
    code: str,
    description: str = "",
    values: Mapping[str, Any] | None = None,
) -> Lookup:
    """Create a row or change the one with this code; `values` are described at `Lookup`.

    Raises CardError; then nothing is written.
    """
    kept = codes.code(code, LENGTHS.get(kind, USUAL))
    if not kept:
        raise CardError("no_code", _("Give it a code."))
    read = READERS.get(kind, _unread)
    row, _new = Lookup.objects.update_or_create(
        company=company,
        kind=kind,
        code=kept,
        defaults={
            "description": description.strip()[:100],
            "data": read(company, kept, dict(values or {})),
        },
    )
    return row


@transaction.atomic
def delete_lookup(company: Company, kind: Lookup.Kind, code: str) -> None:
    """Raises CardError when there is no such row, or when something names it."""
    kept = code.strip().upper()
    row = Lookup.objects.select_for_update().filter(company=company, kind=kind, code=kept).first()
    if row is None:
        raise CardError("unknown", _("%(no)s does not exist.") % {"no": code})
    for user in _users(company, kind, kept):
        raise CardError(
            "used",
            _("%(code)s is used by %(user)s and cannot be deleted.") % {"code": kept, "user": user},
        )
    row.delete()


def category_path(company: Company, code: str) -> list[str]:
    """The codes from the root of the tree down to `code`."""
    rows = Lookup.objects.filter(company=company, kind=Kind.CATEGORY)
    parents = {key: data.get("parent", "") for key, data in rows.values_list("code", "data")}
    path: list[str] = []
    while code in parents:
        path.insert(0, code)
        code = parents[code]
    return path


def _unread(_company: Company, _code: str, values: Values) -> Values:
    if values:
        raise CardError("values", _("This list holds a code and a description only."))
    return {}


def _users(company: Company, kind: Lookup.Kind, code: str) -> Iterator[object]:
    """The first of each sort of rows that name the code."""
    if kind == Kind.GL_ACCOUNT and code in company.settings.get("accounts", {}).values():
        yield _("the company's settings")
    if code in {company.lcy, *_pairs(company)} and kind in {Kind.CURRENCY, Kind.VAT_RATE}:
        yield _("the company's settings")
    for find in USERS.get(kind, ()):
        if (found := find(company, code).first()) is not None:
            yield found


def _pairs(company: Company) -> set[str]:
    return {f"{company.setting('vat_bus')}|{company.setting('vat_prod')}"}


def _parties(field: str) -> Callable[[Company, str], QuerySet[Model]]:
    return lambda company, code: Party.objects.filter(Q(**{field: code}), company=company)


def _items(field: str) -> Callable[[Company, str], QuerySet[Model]]:
    return lambda company, code: Item.objects.filter(Q(**{field: code}), company=company)


def _documents(field: str) -> Callable[[Company, str], QuerySet[Model]]:
    return lambda company, code: Document.objects.filter(Q(**{field: code}), company=company)


def _lookups(kind: Lookup.Kind, field: str) -> Callable[[Company, str], QuerySet[Model]]:
    return lambda company, code: Lookup.objects.filter(
        Q(**{f"data__{field}": code}), company=company, kind=kind
    )


def _prices(field: str, **others: str) -> Callable[[Company, str], QuerySet[Model]]:
    return lambda company, code: Price.objects.filter(
        Q(**{field: code}), Q(**others), item__company=company
    )


USERS: dict[str, tuple[Callable[[Company, str], QuerySet[Model]], ...]] = {
    Kind.CURRENCY: (_parties("currency"), _documents("currency"), _prices("currency")),
    Kind.PAYMENT_TERMS: (_parties("payment_terms"), _documents("payment_terms")),
    Kind.PAYMENT_METHOD: (_parties("payment_method"), _documents("payment_method")),
    Kind.SHIPMENT_METHOD: (_parties("shipment_method"), _documents("shipment_method")),
    Kind.SHIPPING_AGENT: (_documents("agent"),),
    Kind.UOM: (
        _items("base_uom"),
        _items("sales_uom"),
        _items("units__has_key"),
        lambda company, code: DocumentLine.objects.filter(document__company=company, uom=code),
    ),
    Kind.CATEGORY: (
        _items("category"),
        lambda company, code: ItemTemplate.objects.filter(company=company, category=code),
        _lookups(Kind.CATEGORY, "parent"),
    ),
    Kind.GL_ACCOUNT: (
        _lookups(Kind.PAYMENT_METHOD, "account"),
        lambda company, code: GLEntry.objects.filter(document__company=company, account=code),
        lambda company, code: DocumentLine.objects.filter(document__company=company, account=code),
    ),
    Kind.VAT_RATE: (
        lambda company, code: GLEntry.objects.filter(document__company=company, vat_code=code),
    ),
    Kind.REASON: (_documents("reason"),),
    Kind.COUNTRY: (_parties("country"),),
    Kind.PRICE_GROUP: (_parties("price_group"), _prices("source_no", source_type="group")),
    Kind.SALESPERSON: (_parties("salesperson"),),
    Kind.TARIFF: (_items("tariff_no"),),
}
