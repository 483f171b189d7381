"""The best price for a customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from erp.models import Company, Item, Party, Price
from erp.prices import BestPrice, Purchase, best_price
from tests.erp.makers import D

JUNE = (date(2026, 6, 1), date(2026, 6, 30))


@pytest.fixture
def given_prices(given_a_company: Company) -> Item:
    """Card 100; all 95; VIP 100 −12 % from 5; June 80; USD 110."""
    item = given_a_company.item_set.get()
    item.unit_price = D(100)
    item.save()
    Price.objects.create(item=item, unit_price=D(95))
    Price.objects.create(
        item=item,
        source_type="group",
        source_no="VIP",
        min_qty=D(5),
        unit_price=D(100),
        line_discount_pct=D(12),
    )
    Price.objects.create(item=item, unit_price=D(80), starts=JUNE[0], ends=JUNE[1])
    Price.objects.create(item=item, unit_price=D(110), currency="USD")
    return item


@pytest.mark.parametrize(
    ("group", "quantity", "currency", "day", "expected"),
    [
        ("", 1, "EUR", date(2026, 3, 1), (D(95), D(0))),
        ("VIP", 4, "EUR", date(2026, 3, 1), (D(95), D(0))),
        ("VIP", 5, "EUR", date(2026, 3, 1), (D(100), D(12))),
        ("", 1, "EUR", date(2026, 6, 30), (D(80), D(0))),
        ("", 1, "EUR", date(2026, 7, 1), (D(95), D(0))),
        ("", 1, "USD", date(2026, 3, 1), (D(110), D(0))),
    ],
)
def test_the_lowest_matching_price_is_taken(
    given_prices: Item,
    group: str,
    quantity: int,
    currency: str,
    day: date,
    expected: tuple[Decimal, Decimal],
) -> None:
    """Case 27."""
    Party.objects.update(price_group=group)

    found = best_price(
        Party.objects.get(), Purchase(given_prices, None, D(quantity), currency, day)
    )

    assert found == BestPrice(*expected, incl_vat=False)


def test_without_a_price_line_the_card_counts(given_a_company: Company) -> None:
    item = given_a_company.item_set.get()

    found = best_price(Party.objects.get(), Purchase(item, None, D(1), "EUR", JUNE[0]))

    assert found == BestPrice(D(10), D(0), incl_vat=False)


def test_a_price_of_another_variant_or_customer_does_not_count(given_a_company: Company) -> None:
    item = given_a_company.item_set.get()
    red = item.variants.create(code="RED")
    blue = item.variants.create(code="BLUE")
    Price.objects.create(item=item, variant=blue, unit_price=D(1))
    Price.objects.create(item=item, source_type="customer", source_no="C2", unit_price=D(2))
    Price.objects.create(item=item, variant=red, unit_price=D(9))

    found = best_price(Party.objects.get(), Purchase(item, red, D(1), "EUR", JUNE[0]))

    assert found.unit_price == D(9)
