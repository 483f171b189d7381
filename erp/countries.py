"""The countries whose books can be set up, read from the file of public facts beside this one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from django.utils.translation import gettext as _

from erp.errors import CardError

FILE = Path(__file__).parent / "data" / "countries.toml"
ALPHA_2 = 2  # letters of a country in ISO 3166-1
GROUPS = ("STANDARD", "REDUCED", "REDUCED2", "REDUCED3")  # VAT product groups, by falling rate
NO_VAT = "ZERO"


@dataclass(frozen=True, slots=True)
class Country:
    code: str  # ISO 3166-1
    currency: str  # ISO 4217
    language: str
    eu: bool
    vat: tuple[Decimal, ...]  # percent, the standard rate first

    @property
    def vat_rates(self) -> dict[str, tuple[str, str]]:
        """{"BUS|PROD": (percent, type)}, the first one for those that say nothing."""
        prods = dict(zip(GROUPS, map(str, self.vat), strict=False))
        home = {f"DOMESTIC|{prod}": (pct, "normal") for prod, pct in prods.items()}
        home[f"DOMESTIC|{NO_VAT}"] = ("0", "normal")
        abroad = {f"EXPORT|{prod}": ("0", "none") for prod in [*prods, NO_VAT]}
        union = {f"EU|{prod}": (pct, "reverse") for prod, pct in prods.items()}
        return home | (union if self.eu else {}) | abroad


@cache
def countries() -> dict[str, Country]:
    """All that are known, by code."""
    with FILE.open("rb") as file:
        facts = tomllib.load(file)
    return {
        code: Country(
            code, row["currency"], row["language"], row["eu"], tuple(map(Decimal, row["vat"]))
        )
        for code, row in facts.items()
    }


def country_named(code: str) -> Country:
    """Raises CardError with those that are known."""
    found = countries().get(code.strip().upper())
    if found is None:
        raise CardError(
            "country",
            _("Books for %(code)s cannot be set up by themselves. Known are: %(known)s.")
            % {"code": code, "known": ", ".join(countries())},
        )
    return found


def country_names(language: str) -> dict[str, str]:
    """{ISO 3166-1 code: name} of all countries there are."""
    names = Locale.parse(language).territories
    return {
        code: str(name)
        for code, name in names.items()
        if is_country_code(code) and code not in NOT_COUNTRIES
    }


def is_country_code(text: str) -> bool:
    """Whether it looks like one; not whether there is such a country."""
    return len(text) == ALPHA_2 and text.isalpha()


# Codes of Unicode's list that are regions or reserved, not countries of ISO 3166-1.
NOT_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)
