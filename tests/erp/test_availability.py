"""On hand, projected and free."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from erp.availability import by_item, free, on_hand, projected
from erp.documents import cancel
from erp.models import Company, Document, DocumentLine, Location
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


def test_what_is_bought_and_returned_adds_on_its_day(given_stock_in_two_places: Company) -> None:
    """A purchase order to be received at SHOP, and a return order, each by its line's date."""
    company = given_stock_in_two_places
    item = company.item_set.get(no="A")
    for side, kind, no, place, day in (
        ("purchase", "order", "P1", "SHOP", date(2026, 3, 5)),
        ("sale", "return_order", "R1", "MAIN", date(2026, 3, 9)),
        ("purchase", "invoice", "P2", "MAIN", date(2026, 3, 5)),
    ):
        document = Document.objects.create(
            company=company,
            side=side,
            kind=kind,
            no=no,
            document_date=TODAY,
            posting_date=TODAY,
            currency="EUR",
        )
        DocumentLine.objects.create(
            document=document,
            line_no=10000,
            item=item,
            location=Location.objects.get(code=place),
            quantity=D(6),
            qty_shipped=D(1),
            qty_per_uom=D(2),
            shipment_date=day,
        )

    def known(day: date, *places: str) -> object:
        return projected(company, [item.pk], day=day, locations=places or None)[item.pk, None]

    assert known(TODAY) == D(13)
    assert known(date(2026, 3, 5)) == D(23)
    assert known(date(2026, 3, 9)) == D(33)
    assert (known(date(2026, 3, 9), "SHOP"), known(date(2026, 3, 9), "MAIN")) == (D(13), D(20))


def test_many_items_cost_no_more_queries_than_one(
    given_stock_in_two_places: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    company = given_stock_in_two_places
    items = [make_item(company, f"I{n}").pk for n in range(20)]

    with django_assert_num_queries(3):
        projected(company, items, day=TODAY, locations=["MAIN"])
    with django_assert_num_queries(2):
        free(company, items, locations=["MAIN"])


def test_an_item_s_total_is_that_of_all_its_variants(given_stock_in_two_places: Company) -> None:
    company = given_stock_in_two_places
    b = company.item_set.get(no="B")
    make_stock(company, ("B", 2, 1))

    assert by_item(on_hand(company, [b.pk])) == {b.pk: D(7)}
