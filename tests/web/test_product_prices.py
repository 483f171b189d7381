"""Prices in Shopify: what we ask and why, what Shopify has, and a person's word on edited ones."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connector.sync.models import PriceMark
from erp.models import Item, Price
from erp.setup import create_company
from shops.models import Product, Variant
from tests import factories
from tests.factories import NOW

PAGE, DECIDE = reverse("product-prices"), reverse("product-prices-decide")


@pytest.fixture
def given_edited(db: None) -> Variant:
    """A variant at 749 in Shopify that was told 700 and asks 700 by a price for everybody."""
    books = create_company("NORDLYS", "NOK", vat_rates={"DOMESTIC|VAT25": Decimal(25)})
    item = Item.objects.create(company=books, no="NB-1", description="Layer", vat_prod="VAT25")
    Price.objects.create(item=item, source_type=Price.Source.ALL, unit_price=700)
    return edited(item)


def edited(item: Item) -> Variant:
    shop = factories.make_shop()
    product = Product.objects.create(
        shop=shop,
        gid="gid://shopify/Product/1",
        title="Merino base layer",
        created_at=NOW,
        updated_at=NOW,
        seen_at=NOW,
    )
    variant = factories.make_variant(shop, item, product=product, product_gid=product.gid)
    PriceMark.objects.create(variant=variant, price=700, state=PriceMark.State.DRIFT, sent_at=NOW)
    return variant


def test_a_price_is_shown_with_the_line_that_made_it_beside_shopifys(
    given_edited: Variant, given_kari: Client
) -> None:
    shown = given_kari.get(PAGE).content.decode()

    assert "The price for all customers: 700." in shown
    assert "Edited in Shopify" in shown
    assert "749" in shown


def test_more_prices_take_no_more_queries(
    given_edited: Variant, given_kari: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    given_kari.get(PAGE)
    with django_assert_num_queries(14) as before:
        given_kari.get(PAGE)
    item, product = Item.objects.get(), given_edited.product
    for _each in range(3):
        factories.make_variant(given_edited.shop, item, product=product)

    with django_assert_num_queries(len(before)):
        given_kari.get(PAGE)


@pytest.mark.parametrize(
    ("decision", "state", "price"), [("accept", "accepted", "749"), ("overwrite", "sent", "749")]
)
def test_a_person_says_whose_price_stands(
    given_edited: Variant, given_kari: Client, decision: str, state: str, price: str
) -> None:
    given_kari.post(DECIDE, {"variant": given_edited.pk, "decision": decision})

    mark = PriceMark.objects.get()
    assert (mark.state, mark.price) == (state, Decimal(price))


def test_all_of_the_list_can_be_answered_at_once(given_edited: Variant, given_kari: Client) -> None:
    given_kari.post(DECIDE, {"query": "view=drift", "decision": "accept"})

    assert PriceMark.objects.get().state == PriceMark.State.ACCEPTED


def test_whoever_may_not_change_shops_sees_the_prices_and_answers_nothing(
    given_edited: Variant, given_lars: Client
) -> None:
    assert 'value="accept"' not in given_lars.get(f"{PAGE}?view=drift").content.decode()
    answer = given_lars.post(DECIDE, {"variant": given_edited.pk, "decision": "accept"})

    assert answer.status_code == 403
    assert PriceMark.objects.get().state == PriceMark.State.DRIFT
