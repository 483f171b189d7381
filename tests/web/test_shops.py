"""The shop card: saving, the rules between fields, and starting a sync."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.setup import create_company
from jobqueue.models import JobQueueEntry, Status
from shops.forms import OrderSettingsForm
from shops.models import OrderSettings, Shop
from tests import factories


@pytest.fixture
def given_a_shop(db: None) -> Shop:
    return factories.make_shop()


def filled(client: Client, shop: Shop, **changes: Any) -> dict[str, Any]:
    """The card as the page shows it, with changes; None removes (an unticked switch)."""
    tabs = client.get(reverse("shop", args=[shop.code])).context["tabs"]
    fields = [field for tab in tabs for field in [*tab.switches, *tab.fields]]
    values = {field.html_name: field.value() for field in fields}
    sent = values | changes
    return {name: value for name, value in sent.items() if value is not None and value is not False}


def test_the_card_saves_both_sides_at_once(given_a_shop: Shop, given_kari: Client) -> None:
    changes = {
        "name": "Nordlys",
        "category": "shpfy-all",
        "enabled": None,
        "auto_create_orders": "on",
        "shipping_charges_account": "3100",
        "tolerance": "0.05",
    }

    response = given_kari.post(
        reverse("shop", args=[given_a_shop.code]), filled(given_kari, given_a_shop, **changes)
    )

    assert response.status_code == 302
    given_a_shop.refresh_from_db()
    assert (given_a_shop.name, given_a_shop.category) == ("Nordlys", "SHPFY-ALL")
    assert not given_a_shop.enabled
    settings = OrderSettings.objects.get(shop=given_a_shop)
    assert settings.auto_create_orders
    assert settings.shipping_charges_account == "3100"
    assert str(settings.tolerance) == "0.0500"


def test_a_mistake_saves_nothing_and_opens_its_section(
    given_a_shop: Shop, given_kari: Client
) -> None:
    values = filled(given_kari, given_a_shop, name="Other", auto_create_orders="on")

    response = given_kari.post(reverse("shop", args=[given_a_shop.code]), values)

    text = response.content.decode()
    assert "Nothing is saved yet." in text
    assert "sales documents post shipping charges to it" in text
    assert [tab.anchor for tab in response.context["tabs"] if tab.has_error] == ["accounts"]
    given_a_shop.refresh_from_db()
    assert given_a_shop.name == "Nordlys Outdoor"
    assert not OrderSettings.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"auto_create_orders": "on"}, "shipping_charges_account"),
        ({"customer_mapping": "default"}, "default_customer_no"),
        ({"tolerance": "-0.01"}, "tolerance"),
    ],
)
@pytest.mark.django_db
def test_what_one_setting_needs_of_another_is_told_on_the_field_that_mends_it(
    changes: dict[str, str], field: str
) -> None:
    fine = {
        "currency_handling": "shop",
        "tax_mode": "given",
        "tax_area_from": "ship_to",
        "tolerance": "0",
        "customer_mapping": "email_phone",
        "unit_option": "0",
        "process_returns_as": "credit_memo",
        "return_location_priority": "default",
    }

    assert OrderSettingsForm(fine).is_valid()
    form = OrderSettingsForm(fine | changes)
    assert list(form.errors) == [field]


def test_a_closed_section_shows_its_most_telling_values(
    given_a_shop: Shop, given_kari: Client
) -> None:
    OrderSettings.objects.create(shop=given_a_shop, fee_account="3900", tip_account="3200")

    tabs = given_kari.get(reverse("shop", args=[given_a_shop.code])).context["tabs"]

    peeks = {tab.anchor: tab.peek for tab in tabs}
    assert peeks["accounts"] == ["3200", "3900"]
    assert peeks["customers"] == [
        "With order import",
        "By e-mail or phone",
        "Keep what the other side has",
        "Company name",
    ]


def test_sync_now_leads_to_the_entry_and_twice_to_the_same(
    given_a_shop: Shop, given_kari: Client
) -> None:
    address = reverse("sync", args=[given_a_shop.code, 30104])

    first = given_kari.post(address)
    second = given_kari.post(address, follow=True)

    entry = JobQueueEntry.objects.get()
    assert entry.status == Status.READY
    assert (entry.shop, entry.number, entry.category) == ("NORDIC", 30104, "SHPFY-NORDIC")
    assert entry.requested_by is not None
    assert entry.requested_by.get_username() == "kari"
    assert first["Location"] == reverse("job", args=[entry.pk])
    assert second.redirect_chain == [(reverse("job", args=[entry.pk]), 302)]
    assert "This sync was already asked for." in second.content.decode()


def test_the_sync_menu_offers_every_report_and_unknown_ones_are_refused(
    given_a_shop: Shop, given_kari: Client
) -> None:
    text = given_kari.get(reverse("shop", args=[given_a_shop.code])).content.decode()

    assert reverse("sync", args=[given_a_shop.code, 30104]) in text
    assert given_kari.post(reverse("sync", args=[given_a_shop.code, 99])).status_code == 404
    assert given_kari.get(reverse("sync", args=[given_a_shop.code, 30104])).status_code == 405
    assert not JobQueueEntry.objects.exists()


def test_a_disabled_shop_is_not_synchronized(given_a_shop: Shop, given_kari: Client) -> None:
    Shop.objects.update(enabled=False)

    page = given_kari.post(reverse("sync", args=[given_a_shop.code, 30104]), follow=True)

    assert "Shop NORDIC is disabled: enable it on the shop card." in page.content.decode()
    assert not JobQueueEntry.objects.exists()


def test_an_account_that_the_books_do_not_have_is_refused_on_its_field(
    given_a_shop: Shop, given_kari: Client
) -> None:
    create_company(given_a_shop.company_code, "NOK")

    response = given_kari.post(
        reverse("shop", args=[given_a_shop.code]),
        filled(given_kari, given_a_shop, tip_account="12345"),
    )

    assert "There is no account 12345." in response.content.decode()
    assert not OrderSettings.objects.filter(tip_account="12345").exists()
