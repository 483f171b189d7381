"""What a person reads when Shopify cannot be reached or used, and that the next run recovers."""

from __future__ import annotations

from typing import Any

import pytest

from shops.models import Connection, Order, Shop
from tests.sync.conftest import TOKEN, Run, Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries within a run wait for nobody."""
    monkeypatch.setattr("connector.shopify.retry.time.sleep", lambda _seconds: None)


def test_d7_a_wrong_token_stops_the_entry_and_flags_the_shop_until_it_works_again(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    shopify.place()
    Connection.objects.update(access_token="shpat_wrong")
    Connection.objects.get().save()

    log = run("orders")

    shop.refresh_from_db()
    assert not log.will_retry
    assert "access token of shop DEMO" in log.error_message
    assert "shpat" not in log.error_message + log.error_trace
    assert (shop.health, shop.health_note) == (Shop.Health.ATTENTION, log.error_message)

    connection = Connection.objects.get()
    connection.access_token = TOKEN
    connection.save()
    assert run("orders").status == "success"
    shop.refresh_from_db()
    assert (shop.health, shop.health_note) == (Shop.Health.CONNECTED, "")


def test_a_shop_without_a_token_says_so(shop: Shop, run: Run) -> None:
    Connection.objects.all().delete()

    assert run("orders").error_message == (
        "Shop DEMO has no access token: connect it on the shop card."
    )


def test_a_wrong_address_is_told_as_such(shop: Shop, run: Run) -> None:
    Shop.objects.update(url="http://127.0.0.1:9")

    log = run("orders")

    assert log.will_retry
    assert "127.0.0.1:9" in log.error_message


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "http", "status": 503}, "503"),
        ({"kind": "html"}, "not"),
        ({"kind": "truncated"}, ""),
        ({"kind": "empty"}, "not"),
        ({"kind": "internal"}, ""),
        ({"kind": "reset_before"}, ""),
    ],
)
def test_an_answer_that_is_none_is_a_sentence_and_the_next_run_recovers(
    shopify: Sandbox, run: Run, fault: dict[str, Any], words: str
) -> None:
    name = shopify.place()
    shopify.faults(fault)

    log = run("orders")
    assert log.status == "error"
    assert log.will_retry
    assert words in log.error_message
    assert log.error_message.endswith(".")

    shopify.faults()
    assert log.entry is not None
    log.entry.earliest_start = log.started
    log.entry.save(update_fields=["earliest_start"])
    from jobqueue.runner import run_entry

    run_entry(log.entry.pk)

    log.entry.refresh_from_db()
    assert log.entry.status == "finished"
    assert Order.objects.get().name == name


def test_throttling_is_waited_out_within_the_run(shopify: Sandbox, run: Run) -> None:
    shopify.place()
    shopify.faults({"kind": "throttle", "times": 2})

    assert run("orders").counts == {"read": 1, "created": 1}


def test_a_frozen_shop_is_told_as_such(shopify: Sandbox, shop: Shop, run: Run) -> None:
    shopify.faults({"kind": "http", "status": 402})

    log = run("orders")

    shop.refresh_from_db()
    assert not log.will_retry
    assert shop.health == Shop.Health.ATTENTION


def test_pages_that_were_recorded_before_a_failure_stay_recorded(
    shopify: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.sync.reports.orders.PAGE", 10)
    for _number in range(30):
        shopify.place()
    shopify.faults({"kind": "http", "status": 402, "operation": "OrdersPage", "nth": 3})

    run("orders")
    assert Order.objects.count() == 20

    shopify.faults()
    log = run("orders")
    assert Order.objects.count() == 30
    assert log.counts["created"] == 10


def test_d7_a_forbidden_call_fails_at_once_and_flags_the_shop(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    shopify.faults({"kind": "http", "status": 403})

    log = run("orders")

    shop.refresh_from_db()
    assert (log.status, log.will_retry) == ("error", False)
    assert log.entry is not None
    assert (log.entry.status, log.entry.attempts) == ("error", 0)
    assert (shop.health, shop.health_note) == (Shop.Health.ATTENTION, log.error_message)
