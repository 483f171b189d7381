"""What the books have of what Shopify says of products: categories, vendors, units, tariff numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from connector.sync.matching.index import vendors_named
from connector.sync.matching.items import shape_of
from connector.sync.matching.rules import Rules
from erp import lookups
from erp.countries import is_country_code
from erp.errors import CardError
from erp.models import Company, Lookup, Party
from shops.models import Variant

Kind = Lookup.Kind
LONGEST_UNIT = 10  # characters of its code
HS_DIGITS = range(6, 14)  # a code that names goods has so many


@dataclass(frozen=True, slots=True)
class Facts:
    """Texts in upper case → what they are in the books."""

    categories: Mapping[str, str]  # by description or code
    units: Mapping[str, str]  # by description or code
    tariffs: Mapping[str, str] | None  # by digits; None: the books keep no list of them
    vendors: Mapping[str, tuple[int, str]]  # by number or name, where it is one vendor's alone

    def category(self, product_type: str) -> str:
        return self.categories.get(product_type.strip().upper(), "")

    def vendor_no(self, text: str) -> str:
        return self.vendors.get(text.strip().upper(), (0, ""))[1]

    def vendor_id(self, text: str) -> int | None:
        found = self.vendors.get(text.strip().upper())
        return found[0] if found else None

    def unit(self, text: str) -> str:
        """The code of a unit; "" for none, and for one that cannot have a code."""
        name = text.strip().upper()
        return self.units.get(name, name if len(name) <= LONGEST_UNIT else "")

    def checked_unit(self, text: str) -> str:
        """Raises CardError for a name that is in no list and too long for a code."""
        found = self.unit(text)
        if text.strip() and not found:
            raise CardError(
                "uom",
                _("“%s” is no unit of measure of the books, and too long to become one.") % text,
            )
        return found

    def tariff_no(self, hs_code: str) -> str:
        """The number with these digits; "" where the books have a list without it."""
        digits = "".join(filter(str.isdecimal, hs_code))
        if self.tariffs is None:
            return digits if len(digits) in HS_DIGITS else ""
        return self.tariffs.get(digits, "")

    def country(self, text: str) -> str:
        name = text.strip().upper()
        return name if is_country_code(name) else ""


def facts_of(books: Company, variants: Sequence[Variant], rules: Rules) -> Facts:
    """Read what these variants and their products name; units that are new are written."""
    products = {row.pk: row for variant in variants if (row := variant.product)}
    rows = Lookup.objects.filter(
        company=books, kind__in=[Kind.CATEGORY, Kind.UOM, Kind.TARIFF]
    ).values_list("kind", "code", "description")
    listed: dict[str, dict[str, str]] = {Kind.CATEGORY: {}, Kind.UOM: {}, Kind.TARIFF: {}}
    for kind, code, description in rows:
        named = listed[kind]
        if kind == Kind.TARIFF:
            named["".join(filter(str.isdecimal, code))] = code
            continue
        named[code.upper()] = code
        if description:
            named.setdefault(description.strip().upper(), code)
    facts = Facts(
        categories=listed[Kind.CATEGORY],
        units=listed[Kind.UOM],
        tariffs=listed[Kind.TARIFF] or None,
        vendors=_vendors(books, {row.vendor for row in products.values()}),
    )
    _put_new_units(books, facts, variants, rules)
    return facts


def _vendors(books: Company, texts: set[str]) -> dict[str, tuple[int, str]]:
    named = vendors_named(books, texts)
    keys = {key for found in named.values() for key in found}
    numbers = dict(Party.objects.filter(pk__in=keys).values_list("pk", "no")) if keys else {}
    return {
        text: (key, numbers[key])
        for text, found in named.items()
        if len(found) == 1
        for key in found
    }


def _put_new_units(books: Company, facts: Facts, variants: Sequence[Variant], rules: Rules) -> None:
    named = set()
    for variant in variants:
        at = shape_of(variant.product, rules).unit_at
        if at is not None and at < len(variant.options):
            named.add(facts.unit(variant.options[at]))
    for unit in sorted(named - set(facts.units.values()) - {""}):
        lookups.put_lookup(books, Kind.UOM, unit)
