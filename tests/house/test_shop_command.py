"""Shops are connected, listed and changed from the command line."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from erp.models import Company
from shops.models import Connection, OrderSettings, Shop

Run = Callable[..., str]
Told = Callable[..., Any]


def test_a_shop_is_added_to_the_only_company(given_company: Company, told: Told) -> None:
    said = told("shop", "add", "ACME", "acme.myshopify.com", "--token", "shpat_1")
    assert said == {"code": "ACME", "url": "https://acme.myshopify.com", "company": "KONTOR"}
    shop = Shop.objects.get()
    assert (shop.code, shop.health) == ("ACME", Shop.Health.UNCHECKED)
    assert shop.connection.access_token == "shpat_1"
    assert OrderSettings.objects.get().shop == shop


@pytest.mark.django_db
def test_a_company_is_made_with_the_shop_when_a_currency_is_given(run: Run) -> None:
    run("shop", "add", "ACME", "acme.myshopify.com", "--company", "NEW", "--currency", "NOK")
    assert Company.objects.get().lcy == "NOK"
    assert Shop.objects.get().company_code == "NEW"
    settings = OrderSettings.objects.get()
    assert (settings.shipping_charges_account, settings.default_customer_no) == ("4100", "GUEST")


def test_a_secret_may_come_by_standard_input(
    given_company: Company, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("shpat_unseen\n"))
    run("shop", "add", "ACME", "acme.myshopify.com", "--token", "-")
    assert Connection.objects.get().access_token == "shpat_unseen"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ACME", "https://acme.example.com"], "https://<name>.myshopify.com"),
        (["ACME", "http://127.0.0.1:8100"], "SHOPIFY_ALLOW_LOCAL"),
        (["ACME", "acme.myshopify.com"], "There is no company yet"),
        (["acme", "acme.myshopify.com", "--company", "K", "--currency", "EUR"], "capital letters"),
    ],
)
def test_a_bad_shop_is_refused_and_nothing_is_left_behind(
    refused: Run, words: list[str], sentence: str
) -> None:
    assert sentence in refused("shop", "add", *words)
    assert not Shop.objects.exists()
    assert not Company.objects.exists()


def test_a_second_shop_of_one_code_is_refused(given_shop: Shop, refused: Run) -> None:
    assert "There is already a shop ACME" in refused("shop", "add", "ACME", "b.myshopify.com")
    assert Shop.objects.get().url == "https://acme.myshopify.com"


def test_an_unknown_company_is_refused_with_those_there_are(
    given_company: Company, refused: Run
) -> None:
    said = refused("shop", "add", "ACME", "acme.myshopify.com", "--company", "OTHER")
    assert said == "There is no company OTHER. There is: KONTOR."


def test_shops_are_listed_without_their_secrets(given_shop: Shop, told: Told, run: Run) -> None:
    (row,) = told("shop", "list")
    assert row == {
        "code": "ACME",
        "name": "",
        "url": "https://acme.myshopify.com",
        "company": "KONTOR",
        "enabled": True,
        "connection": "unchecked",
        "note": "",
    }
    assert "secret" not in run("shop", "list")


@pytest.mark.django_db
def test_no_shop_is_told_with_what_to_do(run: Run) -> None:
    assert run("shop", "list") == "There is no shop yet. Add one with: shop add CODE URL"


def test_fields_of_card_settings_and_connection_are_set_at_once(
    given_shop: Shop, told: Told
) -> None:
    fields = ["name=Å = B", "enabled=no", "tolerance=0.05", "access_token=shpat_2"]
    assert told("shop", "set", "ACME", *fields) == {
        "set": ["name", "enabled", "tolerance", "access_token"]
    }
    shop = Shop.objects.get()
    assert (shop.name, shop.enabled) == ("Å = B", False)
    assert str(shop.order_settings.tolerance) == "0.0500"
    assert shop.connection.access_token == "shpat_2"


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("colour=red", "A shop has no field colour. It has: access_token, "),
        ("health=connected", "A shop has no field health"),
        ("enabled", "write field=value"),
        ("enabled=maybe", "enabled=maybe: write yes or no."),
        ("tax_mode=none", "tax_mode=none: choose one of given, calculated."),
        ("tolerance=much", "tolerance=much: Enter a number."),
        ("default_customer_no=NOBODY", "There is no customer NOBODY."),
        ("tip_account=12345", "There is no account 12345."),
        ("location_code=MOON", "There is no location MOON."),
        ("company_code=X", "There is no company X. There is: KONTOR."),
        ("url=https://127.0.0.1", "https://<name>.myshopify.com"),
    ],
)
def test_one_bad_field_refuses_all(
    given_shop: Shop, refused: Run, field: str, sentence: str
) -> None:
    assert sentence in refused("shop", "set", "ACME", "name=New", field)
    assert Shop.objects.get().name == ""


@pytest.mark.parametrize("action", [["check", "NONE"], ["set", "NONE", "name=x"]])
def test_an_unknown_shop_is_told_with_those_there_are(
    given_shop: Shop, refused: Run, action: list[str]
) -> None:
    assert refused("shop", *action) == "There is no shop NONE. There is: ACME."
