"""Currencies are added to the books from the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from erp.currencies import Currencies
from erp.models import Company, Lookup

Run = Callable[..., str]


def test_a_currency_is_added_with_its_rate_and_another_rate_later(
    given_company: Company, run: Run
) -> None:
    code = given_company.code
    assert "1 NOK is 0.085" in run("currency", "nok", "0.085", "--company", code)
    run("currency", "NOK", "0.09", "--company", code, "--from", "2026-03-01")

    known = Currencies.of(given_company, {"NOK"})
    assert known.rate("NOK", date(2026, 2, 28)) == Decimal("0.085")
    assert known.rate("NOK", date(2026, 3, 1)) == Decimal("0.09")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["KRONER", "1"], "is no currency: write three letters"),
        (["NOK", "much"], "much is no rate"),
        (["NOK", "-1"], "-1 is no rate"),
        (["NOK", "1", "--from", "9.3.2026"], "9.3.2026 is no day"),
    ],
)
def test_nonsense_is_refused(
    given_company: Company, refused: Run, words: list[str], sentence: str
) -> None:
    before = Lookup.objects.count()
    arguments = words if "-1" not in words else ["--company", given_company.code, "--", *words]
    if "--" not in arguments:
        arguments = [*words, "--company", given_company.code]

    assert sentence in refused("currency", *arguments)
    assert Lookup.objects.count() == before
