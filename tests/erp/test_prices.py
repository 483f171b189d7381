"""The best price for a customer, and why it is that."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from erp.errors import CardError
from erp.models import Company, Item, Party, Price
from erp.prices import Asking, Found, Wanted, best_price, best_prices
from tests.erp.makers import D, make_item

MARCH, JUNE = date(2026, 3, 1), (date(2026, 6, 1), date(2026, 6, 30))


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


def asked(day: date = MARCH, currency: str = "EUR", **options: Any) -> Asking:
    return Asking(Company.objects.get(), day, currency, **options)


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
    asking = Asking.of(Party.objects.select_related("company").get(), day, currency)

    found = best_price(asking, Wanted(given_prices, quantity=D(quantity)))

    assert (found.unit_price, found.line_discount_pct, found.incl_vat) == (*expected, False)


def test_all_of_case_27_in_three_queries(
    given_prices: Item, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Case 27 in bulk: one more item, one more variant, not one more query."""
    items = [given_prices, *(make_item(given_prices.company, f"I{n}") for n in range(5))]
    asking = asked(price_group="VIP")
    wanted = [Wanted(item, quantity=D(quantity)) for item in items for quantity in (1, 5)]

    with django_assert_num_queries(3):
        answers = best_prices(asking, wanted)

    nets = [answer.net_price for answer in answers if isinstance(answer, Found)]
    assert nets == [D(95), D(88), *[D(10)] * 10]


def test_without_a_price_line_the_card_counts(given_a_company: Company) -> None:
    found = best_price(asked(), Wanted(given_a_company.item_set.get()))

    assert (found.unit_price, found.line_discount_pct, found.line) == (D(10), D(0), None)
    assert found.explanation == "The price of the item card."


def test_a_line_counts_before_the_card_even_when_it_is_dearer(given_a_company: Company) -> None:
    item = given_a_company.item_set.get()
    Price.objects.create(item=item, source_type="group", source_no="VIP", unit_price=D(700))

    assert best_price(asked(price_group="VIP"), Wanted(item)).unit_price == D(700)


def test_a_price_of_another_variant_or_customer_does_not_count(given_a_company: Company) -> None:
    item = given_a_company.item_set.get()
    red = item.variants.create(code="RED")
    blue = item.variants.create(code="BLUE")
    Price.objects.create(item=item, variant=blue, unit_price=D(1))
    Price.objects.create(item=item, source_type="customer", source_no="C2", unit_price=D(2))
    Price.objects.create(item=item, variant=red, unit_price=D(9))

    assert best_price(asked(customer_no="C1"), Wanted(item, red)).unit_price == D(9)
    assert best_price(asked(customer_no="C2"), Wanted(item, red)).unit_price == D(2)


def test_without_a_price_in_the_currency_the_own_one_is_converted(given_prices: Item) -> None:
    found = best_price(asked(currency="JPY"), Wanted(given_prices))

    assert found.unit_price == D("15322.58065")  # 95 / 0.0062
    assert found.explanation == ("The price for all customers: 95. Converted at the rate 0.0062.")


@pytest.mark.parametrize(
    ("line_incl", "incl", "expected", "said"),
    [
        (False, True, D("118.75"), "25 % VAT added."),
        (True, False, D(76), "25 % VAT taken out."),
        (True, True, D(95), ""),
    ],
)
def test_vat_is_added_or_taken_out_as_asked(
    given_prices: Item, line_incl: bool, incl: bool, expected: Decimal, said: str
) -> None:
    Price.objects.update(incl_vat=line_incl)

    found = best_price(asked(incl_vat=incl), Wanted(given_prices))

    assert found.unit_price == expected
    assert found.explanation == f"The price for all customers: 95. {said}".strip()


def test_a_unit_has_its_own_price_or_so_many_of_the_base_unit(given_prices: Item) -> None:
    given_prices.units = {"BOX": "12", "PALLET": "480"}
    Price.objects.create(item=given_prices, uom="BOX", unit_price=D(999), min_qty=D(2))

    box = Wanted(given_prices, quantity=D(2), uom="BOX")
    assert best_price(asked(), box).unit_price == D(999)
    assert best_price(asked(), Wanted(given_prices, uom="BOX")).unit_price == D(95 * 12)
    vip = best_price(asked(price_group="VIP"), Wanted(given_prices, uom="PALLET"))
    assert (vip.unit_price, vip.line_discount_pct) == (D(100 * 480), D(12))
    with pytest.raises(CardError, match="Item A has no unit BAG"):
        best_price(asked(), Wanted(given_prices, uom="BAG"))


def test_an_explanation_names_the_line(given_prices: Item) -> None:
    vip = best_price(asked(price_group="VIP"), Wanted(given_prices, quantity=D(5)))
    june = best_price(asked(JUNE[0]), Wanted(given_prices))

    assert vip.explanation == ("The price of price group VIP: 100 −12 %. From a quantity of 5.")
    assert june.explanation == ("The price for all customers: 80. Valid 2026-06-01 to 2026-06-30.")


def test_one_that_cannot_be_sold_does_not_hinder_the_others(given_prices: Item) -> None:
    blocked = make_item(given_prices.company, "B")
    blocked.sales_blocked = True
    old = given_prices.variants.create(code="OLD", blocked=True)

    answers = best_prices(
        asked(), [Wanted(blocked), Wanted(given_prices, old), Wanted(given_prices)]
    )

    assert [getattr(answer, "code", "") for answer in answers] == [
        "item_blocked",
        "item_blocked",
        "",
    ]
    assert [answer.unit_price for answer in answers if isinstance(answer, Found)] == [D(95)]


def test_an_unknown_currency_is_refused_where_something_has_to_be_converted(
    given_prices: Item,
) -> None:
    Price.objects.create(item=given_prices, unit_price=D(7), currency="XAF")
    other = make_item(given_prices.company, "B")

    known, unknown = best_prices(asked(currency="XAF"), [Wanted(given_prices), Wanted(other)])

    assert isinstance(known, Found)
    assert isinstance(unknown, CardError)
    assert "no exchange rate for XAF" in unknown.sentence
