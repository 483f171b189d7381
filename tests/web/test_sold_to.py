"""Whom orders are sold to, on one page of the shop."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from erp.customers import create_customer
from erp.drafts import CustomerDraft
from erp.setup import create_company
from shops.models import CompanyLocation, CustomerTemplate, Shop
from tests import factories


@pytest.fixture
def given_a_place(db: None) -> CompanyLocation:
    books = create_company("NORDLYS", "NOK")
    for no in ("C-DE", "20000", "30000"):
        create_customer(books, CustomerDraft(name=no, no=no))
    company = factories.make_shop_company(factories.make_shop())
    return factories.make_company_location(company)


def address(place: CompanyLocation) -> str:
    return reverse("sold-to", args=[place.company.shop.code])


def chosen(place: CompanyLocation, sell_to: str, bill_to: str) -> dict[str, str]:
    prefix = f"location-{place.pk}"
    return {f"{prefix}-sell_to_no": sell_to, f"{prefix}-bill_to_no": bill_to}


def test_a_country_gets_its_customer_and_loses_it(
    given_a_place: CompanyLocation, given_kari: Client
) -> None:
    page, same = address(given_a_place), chosen(given_a_place, "", "")
    new = {"new-country": "de", "new-default_customer_no": " c-de "}

    given_kari.post(page, same | new)

    row = CustomerTemplate.objects.get()
    assert (row.country, row.default_customer_no) == ("DE", "C-DE")
    again = given_kari.post(page, same | new | {"DE-default_customer_no": "20000"})
    assert "DE has a customer already: change its row." in again.content.decode()
    given_kari.post(page, same | {"DE-default_customer_no": "20000"})
    assert CustomerTemplate.objects.get().default_customer_no == "20000"
    given_kari.post(page, same | {"DE-default_customer_no": ""})
    assert not CustomerTemplate.objects.exists()


def test_a_location_gets_customer_and_payer(
    given_a_place: CompanyLocation, given_kari: Client
) -> None:
    given_kari.post(address(given_a_place), chosen(given_a_place, "20000", "30000"))

    given_a_place.refresh_from_db()
    assert (given_a_place.sell_to_no, given_a_place.bill_to_no) == ("20000", "30000")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"new-country": "1X", "new-default_customer_no": "C-DE"}, "1X is no country"),
        ({"new-country": "DE", "new-default_customer_no": "9"}, "There is no customer 9."),
        ({"new-country": "DE"}, "Enter what the country is to have."),
        ({"new-country": "DE", "new-vat_bus": "MOON"}, "“MOON”: The books of NORDLYS do not have"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_saved(
    values: dict[str, str],
    sentence: str,
    given_a_place: CompanyLocation,
    given_kari: Client,
) -> None:
    page = given_kari.post(address(given_a_place), chosen(given_a_place, "20000", "") | values)

    assert sentence in page.content.decode()
    given_a_place.refresh_from_db()
    assert given_a_place.sell_to_no == ""
    assert not CustomerTemplate.objects.exists()


def test_a_payer_without_a_customer_is_refused(
    given_a_place: CompanyLocation, given_kari: Client
) -> None:
    page = given_kari.post(address(given_a_place), chosen(given_a_place, "", "30000"))

    assert "Enter the customer who buys, too." in page.content.decode()


def test_without_the_right_one_may_look(given_a_place: CompanyLocation, given_lars: Client) -> None:
    page = given_lars.get(address(given_a_place)).content.decode()

    assert "You may look at it, not change it." in page
    assert given_lars.post(address(given_a_place), {}).status_code == 403
    assert Shop.objects.count() == 1
