"""Shopify rings: what is not signed is refused, what is signed asks for the report once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from connector.shopify.webhooks import signature
from jobqueue.models import JobQueueEntry
from jobqueue.runner import run_entry
from shops.models import Connection, Shop
from tests.sync.conftest import LAMP, Run, Sandbox, order_named

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "shpss_test"
BODY = b'{"id": 5000001, "note": "K\xc3\xb8benhavn"}'


@pytest.fixture
def signed_shop(shop: Shop) -> Shop:
    connection = Connection.objects.get(shop=shop)
    connection.client_secret = SECRET
    connection.save()
    return shop


def deliver(shop: Shop, delivery: str = "d1", changes: dict[str, str] | None = None) -> int:
    """Deliver as Shopify does; return the status of the answer."""
    headers = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": shop.url.removeprefix("http://"),
        "X-Shopify-Webhook-Id": delivery,
        "X-Shopify-Hmac-Sha256": signature(BODY, SECRET),
        **(changes or {}),
    }
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        reverse("webhooks"), data=BODY, content_type="application/json", headers=headers
    )
    return answer.status_code


def test_a_new_order_is_imported_without_waiting_for_the_schedule(
    shopify: Sandbox, signed_shop: Shop
) -> None:
    name = shopify.place(LAMP)

    assert deliver(signed_shop) == 200

    entry = JobQueueEntry.objects.get()
    assert (entry.kind, entry.shop) == ("orders", "DEMO")
    run_entry(entry.pk)
    assert order_named(name).state == "unprocessed"


def test_while_the_report_waits_another_delivery_asks_for_nothing(signed_shop: Shop) -> None:
    """AC-014."""
    assert [deliver(signed_shop, f"d{number}") for number in range(3)] == [200] * 3

    assert JobQueueEntry.objects.count() == 1


def test_a_delivery_that_comes_again_later_does_nothing_and_a_new_one_does(
    signed_shop: Shop, run: Run
) -> None:
    deliver(signed_shop)
    run_entry(JobQueueEntry.objects.get().pk)

    deliver(signed_shop)
    assert JobQueueEntry.objects.count() == 1
    deliver(signed_shop, "d2")
    assert JobQueueEntry.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"X-Shopify-Hmac-Sha256": ""},
        {"X-Shopify-Hmac-Sha256": signature(BODY, "another secret")},
        {"X-Shopify-Hmac-Sha256": signature(BODY + b" ", SECRET)},
        {"X-Shopify-Hmac-Sha256": "\xe9"},
        {"X-Shopify-Shop-Domain": "other.myshopify.com"},
        {"X-Shopify-Shop-Domain": ""},
    ],
    ids=["unsigned", "other secret", "other body", "no digest", "other shop", "no shop"],
)
def test_what_is_not_shopifys_is_refused(signed_shop: Shop, changes: dict[str, str]) -> None:
    assert deliver(signed_shop, changes=changes) == 401
    assert not JobQueueEntry.objects.exists()


def test_a_shop_without_a_secret_takes_nothing(shop: Shop) -> None:
    empty = {"X-Shopify-Hmac-Sha256": signature(BODY, "")}

    assert [deliver(shop), deliver(shop, changes=empty)] == [401, 401]
    Connection.objects.all().delete()
    assert deliver(shop) == 401


@pytest.mark.parametrize(
    ("topic", "asked"),
    [
        ("orders/updated", 1),
        ("refunds/create", 1),
        ("products/update", 1),
        ("themes/update", 0),
        ("", 0),
    ],
)
def test_a_topic_that_calls_for_no_report_is_answered_and_left(
    signed_shop: Shop, topic: str, asked: int
) -> None:
    assert deliver(signed_shop, changes={"X-Shopify-Topic": topic}) == 200
    assert JobQueueEntry.objects.count() == asked


@pytest.mark.parametrize(
    ("topic", "options"),
    [
        ("customers/update", {"retry": "due"}),
        ("customers/delete", {"direction": "from_shopify"}),
    ],
)
def test_customers_are_read_and_the_one_that_is_gone_by_itself(
    topic: str, options: dict[str, str], signed_shop: Shop
) -> None:
    assert deliver(signed_shop, changes={"X-Shopify-Topic": topic}) == 200

    entry = JobQueueEntry.objects.get(kind="customers")
    gone = {"gid": "'gid://shopify/Customer/5000001'"} if topic == "customers/delete" else {}
    assert entry.parameters == {"filters": gone, "options": options}


def test_a_disabled_shop_is_left_in_peace(signed_shop: Shop) -> None:
    Shop.objects.update(enabled=False)

    assert deliver(signed_shop) == 200
    assert not JobQueueEntry.objects.exists()


def test_only_deliveries_come_here(signed_shop: Shop) -> None:
    assert Client().get(reverse("webhooks")).status_code == 405
