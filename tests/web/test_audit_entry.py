"""The audit of every night on the pages of the queue."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from connector.sync.nightly_audit import install_audit
from shops.models import Shop
from tests import factories


@pytest.fixture
def given_nordic(db: None) -> Shop:
    return factories.make_shop()


def page(client: Client, name: str, query: str = "", **where: int) -> str:
    response = client.get(reverse(name, kwargs=where) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_audit_stands_in_the_schedule(given_nordic: Shop, given_kari: Client) -> None:
    entry, _new = install_audit("Europe/Oslo")

    assert "Audit the books" in page(given_kari, "jobs")
    shown = page(given_kari, "job", entry_id=entry.pk)
    assert "Audit the books" in shown
    assert "2:30" in shown
    assert page(given_kari, "job-schedule", entry_id=entry.pk)


def test_a_report_for_a_shop_is_chosen_among_those_of_shops(
    given_nordic: Shop, given_kari: Client
) -> None:
    chosen = page(given_kari, "job-new", "?shop=NORDIC")
    assert "Sync orders from Shopify" in chosen
    assert "Audit the books" not in chosen
