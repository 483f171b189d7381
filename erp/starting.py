"""Setting up the books of a country: all lists, accounts and numbers a company needs to trade.

What is there already stays as it is, so that it can be done again after an upgrade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from erp import setup
from erp.countries import Country, country_named, country_names
from erp.errors import CardError
from erp.models import Company, Location, Lookup, NumberSeries

Kind = Lookup.Kind
Rows = Mapping[str, tuple[str, dict[str, Any]]]  # code → (description, data)


@dataclass(slots=True)
class SetUp:
    """What came of it, by part: {"accounts": (made, there before)}."""

    company: Company
    created: bool  # the company itself
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)


@transaction.atomic
def set_up(
    code: str,
    country_code: str,
    *,
    name: str = "",
    currency: str = "",
    language: str = "",
    currencies: Mapping[str, Decimal] | None = None,
) -> SetUp:
    """Set up the books of a company, or add what they lack. Raises CardError.

    `currency` and `language` are the country's unless given; `currencies` are {code: LCY for one}.
    """
    country = country_named(country_code)
    language = language or country.language
    if language not in dict(settings.LANGUAGES):
        raise CardError(
            "language",
            _("There is no language %(code)s here. Known are: %(known)s.")
            % {"code": language, "known": ", ".join(dict(settings.LANGUAGES))},
        )
    known = Company.objects.filter(code=code).first()
    lcy = currency or (known.lcy if known else country.currency)
    if known and known.lcy != lcy:
        raise CardError(
            "lcy",
            _("The books of %(code)s are kept in %(lcy)s, and that cannot change.")
            % {"code": code, "lcy": known.lcy},
        )
    with translation.override(language):
        company = known or _company(code, lcy, country, name)
        done = SetUp(company, known is None)
        _fill(done, country, language)
        if done.created:  # with it came what each part began with
            done.parts = {part: (sum(counts), 0) for part, counts in done.parts.items()}
        for other, rate in (currencies or {}).items():
            if not Lookup.objects.filter(company=company, kind=Kind.CURRENCY, code=other).exists():
                setup.add_currency(company, other, rate=rate)
    return done


def _company(code: str, lcy: str, country: Country, name: str) -> Company:
    rates = {
        pair: Decimal(pct) for pair, (pct, kind) in country.vat_rates.items() if kind == "normal"
    }
    company = setup.create_company(code, lcy, name=name, vat_rates=rates)
    company.location_set.update(name=_("Main warehouse"))
    for pair, (description, _data) in _vat(country).items():
        made = Lookup.objects.filter(company=company, kind=Kind.VAT_RATE, code=pair)
        made.update(description=description)
    return company


def _fill(done: SetUp, country: Country, language: str) -> None:
    company = done.company
    parts: dict[str, tuple[Lookup.Kind, Rows]] = {
        "VAT rates": (Kind.VAT_RATE, _vat(country)),
        "payment terms": (Kind.PAYMENT_TERMS, _terms()),
        "payment methods": (Kind.PAYMENT_METHOD, _methods(company)),
        "shipment methods": (
            Kind.SHIPMENT_METHOD,
            _plain(
                ("EXPRESS", _("Express")), ("PICKUP", _("Picked up")), ("STANDARD", _("Standard"))
            ),
        ),
        "units of measure": (
            Kind.UOM,
            _plain(
                ("PCS", _("Piece")), ("BOX", _("Box")), ("KG", _("Kilogram")), ("HOUR", _("Hour"))
            ),
        ),
        "reasons": (
            Kind.REASON,
            _plain(
                ("COUNT", _("Counted")),
                ("DAMAGED", _("Damaged")),
                ("FOUND", _("Found")),
                ("LOST", _("Lost")),
            ),
        ),
        "countries": (Kind.COUNTRY, _plain(*sorted(country_names(language).items()))),
    }
    done.parts["accounts"] = _accounts(company)
    done.parts["number series"] = _series(company)
    done.parts["locations"] = _location(company)
    for part, (kind, rows) in parts.items():
        done.parts[part] = _add(company, kind, rows)


def _accounts(company: Company) -> tuple[int, int]:
    """The accounts of all roles; a role that has one keeps it."""
    numbers = {role: no for role, (no, *_rest) in setup.ACCOUNTS.items()}
    own: dict[str, str] = company.settings.get("accounts", {})
    if missing := numbers.keys() - own.keys():
        company.settings["accounts"] = own | {role: numbers[role] for role in missing}
        company.save(update_fields=["settings"])
    chart = {no: (name, data) for no, name, data in setup.chart(company.settings["accounts"])}
    return _add(company, Kind.GL_ACCOUNT, chart)


def _series(company: Company) -> tuple[int, int]:
    there = set(NumberSeries.objects.filter(company=company).values_list("code", flat=True))
    setup.add_series(company, leave_out=there)
    return len(setup.SERIES.keys() - there), len(setup.SERIES.keys() & there)


def _location(company: Company) -> tuple[int, int]:
    code = company.setting("default_location") or "MAIN"
    _row, made = Location.objects.get_or_create(
        company=company, code=code, defaults={"name": _("Main warehouse")}
    )
    if not company.setting("default_location"):
        company.settings["default_location"] = code
        company.save(update_fields=["settings"])
    return (1, 0) if made else (0, 1)


def _vat(country: Country) -> Rows:
    words = {"normal": "%s %%", "reverse": _("Reverse charge %s %%"), "none": _("No VAT")}
    return {
        pair: (words[kind] % pct if kind != "none" else words[kind], {"pct": pct, "type": kind})
        for pair, (pct, kind) in country.vat_rates.items()
    }


def _terms() -> Rows:
    names = {
        "COD": (_("At once"), ""),
        "8D": (_("8 days"), "8D"),
        "14D": (_("14 days"), "14D"),
        "30D": (_("30 days"), "30D"),
        "CM": (_("End of the month"), "CM"),
        "1M+CM": (_("End of next month"), "1M+CM"),
    }
    return {code: (name, {"formula": formula}) for code, (name, formula) in names.items()}


def _methods(company: Company) -> Rows:
    """How money comes in; gift cards are paid from what was set aside when they were sold."""
    bank, gift = company.account("bank"), company.account("gift_card")
    return {
        "BANK": (_("Bank transfer"), {"account": bank}),
        "CARD": (_("Card"), {"account": bank}),
        "SHOPIFY": (_("Shopify Payments"), {"account": bank}),
        "GIFTCARD": (_("Gift card"), {"account": gift}),
    }


def _plain(*rows: tuple[str, str]) -> Rows:
    return {code: (name, {}) for code, name in rows}


def _add(company: Company, kind: Lookup.Kind, rows: Rows) -> tuple[int, int]:
    """Add the rows that are missing; return how many, and how many were there."""
    found = Lookup.objects.filter(company=company, kind=kind, code__in=rows)
    there = set(found.values_list("code", flat=True))
    missing: Iterable[tuple[str, tuple[str, dict[str, Any]]]] = (
        (code, row) for code, row in rows.items() if code not in there
    )
    made = Lookup.objects.bulk_create(
        Lookup(company=company, kind=kind, code=code, description=name[:100], data=data)
        for code, (name, data) in missing
    )
    return len(made), len(there)
