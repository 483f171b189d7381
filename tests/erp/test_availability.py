"""On hand, projected and free."""

from __future__ import annotations

from datetime import date

import pytest

from erp.availability import free, on_hand, projected
from erp.documents import cancel
from erp.models import Company, Location
from erp.posting import post_order
from tests.erp.makers import TODAY, D, item_line, make_item, make_order, make_stock, to_post


@pytest.fixture
def given_stock_in_two_places(given_a_company: Company) -> Company:
    Location.objects.create(company=given_a_company, code="SHOP", name="Shop")
    make_item(given_a_company, "B", variants=(("RED", "Red"),))
    make_stock(given_a_company, ("A", 10, 1))
    make_stock(given_a_company, ("A", 3, 1), location_code="SHOP")
    make_stock(given_a_company, ("B", 5, 1), variant_code="RED")
    return given_a_company


def test_on_hand_is_by_item_and_variant(given_stock_in_two_places: Company) -> None:
    company = given_stock_in_two_places
    a, b = company.item_set.order_by("no")
    red = b.variants.get()

    assert on_hand(company) == {(a.pk, None): D(13), (b.pk, red.pk): D(5)}
    assert on_hand(company, [a.pk], locations=["SHOP"]) == {(a.pk, None): D(3)}
    assert on_hand(company, [b.pk], locations=["SHOP"]) == {}


def test_open_sales_lessen_what_is_projected(given_stock_in_two_places: Company) -> None:
    company = given_stock_in_two_places
    item = company.item_set.get(no="A")
    partly = make_order(company, item_line(4, 10))
    to_post(partly, ship=1)
    post_order(partly.pk, invoice=False, today=TODAY)
    make_order(company, item_line(2, 10), posting_date=date(2026, 5, 1))
    cancel(make_order(company, item_line(5, 10)).pk)

    assert on_hand(company, [item.pk])[item.pk, None] == D(12)
    assert projected(company, [item.pk], day=TODAY) == {(item.pk, None): D(9)}
    assert projected(company, [item.pk], day=date(2026, 5, 1)) == {(item.pk, None): D(7)}


def test_reserved_goods_are_not_free(given_stock_in_two_places: Company) -> None:
    company = given_stock_in_two_places
    item = company.item_set.get(no="A")
    make_order(company, item_line(4, 10)).lines.update(reserved=D(4))

    assert free(company, [item.pk]) == {(item.pk, None): D(9)}
