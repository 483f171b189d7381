"""Money, quantities and times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from connector.ui.amounts import money, quantity
from connector.ui.templatetags.ui import when


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234567.5000", "NOK", "1,234,567.50 NOK"),
        ("1000.0000", "JPY", "1,000 JPY"),
        ("1.5000", "KWD", "1.500 KWD"),
        ("0.1234", "EUR", "0.1234 EUR"),
        ("-3.0000", "", "-3.00"),
    ],
)
def test_money_has_the_decimals_of_its_currency_and_loses_none(
    amount: str, currency: str, text: str
) -> None:
    assert money(Decimal(amount), currency) == text


@pytest.mark.parametrize(("language", "text"), [("nl", "1.234,50"), ("it", "1.234,50")])
def test_money_is_written_as_the_language_writes_it(language: str, text: str) -> None:
    with translation.override(language):
        assert money(Decimal("1234.5")) == text


@pytest.mark.parametrize(
    ("amount", "text"), [("3.00000", "3"), ("0.25000", "0.25"), ("0", "0"), ("1200", "1,200")]
)
def test_quantities_have_no_idle_zeros(amount: str, text: str) -> None:
    assert quantity(Decimal(amount)) == text


NOON = datetime(2026, 11, 3, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "3 Nov 2026, 12:30"),
        ("nb", "03.11.2026, 12:30"),
        ("fi", "3.11.2026, 12:30"),
        ("it", "03/11/2026, 12:30"),
        ("nl", "3-11-2026, 12:30"),
    ],
)
def test_a_time_is_written_as_the_language_writes_it(language: str, text: str) -> None:
    with translation.override(language):
        shown = when(NOON)

    assert shown == f'<time class="num" datetime="2026-11-03T12:30:00+00:00">{text}</time>'


def test_of_today_only_the_time_of_day_is_written() -> None:
    assert ">12:30<" in when(NOON, NOON.replace(hour=1))
    assert ">3 Nov 2026, 12:30<" in when(NOON, NOON.replace(day=4))
    assert when(date(2026, 11, 3)) == '<time datetime="2026-11-03">3 Nov 2026</time>'
    assert when(None) == "–"
