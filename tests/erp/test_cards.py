"""Creating companies, customers and items."""

from __future__ import annotations

import pytest

from erp.customers import create_customer, create_customers
from erp.drafts import AddressDraft, CustomerDraft, ItemDraft
from erp.errors import CardError
from erp.items import create_item, create_items
from erp.models import Company, Item, Lookup, NumberSeries, Party
from erp.setup import add_currency, create_company
from tests.erp.makers import D


def test_a_new_company_has_what_it_needs_to_trade(db: None) -> None:
    company = create_company("ACME", "EUR", accounts={"sales": "3000"})

    assert company.account("sales") == "3000"
    assert company.setting("prevent_negative") is False
    chart = Lookup.objects.filter(company=company, kind="gl_account")
    assert {company.account(role) for role in ("sales", "vat_out", "cogs")} <= set(
        chart.values_list("code", flat=True)
    )
    assert Lookup.objects.get(kind="vat_rate").code == "DOMESTIC|STANDARD"
    assert company.location_set.get().code == company.setting("default_location")
    assert NumberSeries.objects.filter(company=company, code="S-INV+", gapless=True).exists()


def test_a_company_is_created_once(db: None) -> None:
    create_company("ACME", "EUR")

    with pytest.raises(CardError, match="Company ACME exists already"):
        create_company("ACME", "NOK")


def test_two_roles_may_share_an_account(db: None) -> None:
    company = create_company("ACME", "EUR", accounts={"tips": "4000"})

    assert Lookup.objects.filter(company=company, kind="gl_account", code="4000").count() == 1


def test_currencies_know_their_smallest_unit_and_their_rates(given_a_company: Company) -> None:
    yen = add_currency(given_a_company, "JPY", rate=D("0.0070"), starts="2026-04-01")

    assert yen.data["rounding"] == "1"
    assert [row["rate"] for row in yen.data["rates"]] == ["0.0062", "0.0070"]


def test_a_customer_gets_a_number_and_what_the_company_says(given_a_company: Company) -> None:
    party = create_customer(
        given_a_company,
        CustomerDraft(
            name=" Grace Hopper ",
            address=AddressDraft(city="Arlington", country="us"),
            email="grace@example.org",
        ),
    )

    assert (party.no, party.name, party.vat_bus) == ("C000001", "Grace Hopper", "DOMESTIC")
    assert (party.city, party.country, party.email) == ("Arlington", "US", "grace@example.org")


def test_customers_are_refused_one_by_one(given_a_company: Company) -> None:
    answers = create_customers(
        given_a_company,
        [
            CustomerDraft(name="Taken", no="c1"),
            CustomerDraft(name=" "),
            CustomerDraft(name="Long", email="x" * 80 + "@example.org"),
            CustomerDraft(name="Long", no="N" * 21),
            CustomerDraft(name="Twice", no="N1"),
            CustomerDraft(name="Twice", no="N1"),
            CustomerDraft(name="Fine"),
        ],
    )

    assert [getattr(answer, "code", "made") for answer in answers] == [
        "exists",
        "no_name",
        "email_too_long",
        "code_too_long",
        "made",
        "exists",
        "made",
    ]
    assert list(Party.objects.order_by("no").values_list("no", flat=True)) == [
        "C000001",
        "C1",
        "N1",
    ]


def test_an_item_is_created_with_its_variants(given_a_company: Company) -> None:
    item = create_item(
        given_a_company,
        ItemDraft(
            " shirt ", "Shirt", D("19.95"), gtin="5901234", variants=(("s", "Small"), ("m", "M"))
        ),
    )

    assert (item.no, item.vat_prod, item.unit_price) == ("SHIRT", "STANDARD", D("19.95"))
    assert list(item.variants.order_by("code").values_list("code", "description")) == [
        ("M", "M"),
        ("S", "Small"),
    ]


def test_items_are_refused_one_by_one(given_a_company: Company) -> None:
    answers = create_items(
        given_a_company,
        [
            ItemDraft("a", "Taken", D(1)),
            ItemDraft("B", "Cheap", D(-1)),
            ItemDraft("C", "Twice", D(1), variants=(("S", ""), ("s", ""))),
            ItemDraft("", "Numbered", D(1)),
        ],
    )

    assert [answer.code for answer in answers if isinstance(answer, CardError)] == [
        "exists",
        "price",
        "variant",
    ]
    assert Item.objects.get(description="Numbered").no == "I000001"
    assert Item.objects.count() == 2


@pytest.mark.parametrize("rate", ["0", "-1", "NaN"])
def test_a_rate_that_is_not_above_zero_is_no_rate(given_a_company: Company, rate: str) -> None:
    with pytest.raises(CardError) as refusal:
        add_currency(given_a_company, "GBP", rate=D(rate))

    assert refusal.value.code == "rate"
    assert not Lookup.objects.filter(kind="currency", code="GBP").exists()
