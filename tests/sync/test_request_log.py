"""The log of requests: what is kept by which mode, hidden, cut, forgotten, and what it never breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from connector.shopify.calls import Call
from connector.shopify.errors import AccessDenied, Unavailable, UserErrors
from connector.shopify.order_actions import Cancellation, cancel_order
from connector.shopify.retry import Retry
from connector.sync import request_log
from connector.sync.models import Issue, ShopifyRequest
from connector.sync.request_log import CUT, LONGEST, remove_old
from connector.sync.sessions import client_for
from jobqueue import ticks
from shops.models import OrderPayload, Shop
from tests import factories
from tests.sync.conftest import LAMP, Run, Sandbox, order_named

pytestmark = pytest.mark.django_db(transaction=True)
Mode = Shop.LoggingMode


def log_as(shop: Shop, mode: str) -> None:
    Shop.objects.filter(pk=shop.pk).update(logging_mode=mode)
    shop.refresh_from_db()


def kept() -> list[tuple[str, bool]]:
    return list(ShopifyRequest.objects.order_by("pk").values_list("operation", "failed"))


def refuse_to_cancel(shopify: Sandbox, shop: Shop, run: Run) -> None:
    """Ask Shopify to cancel an order that has left."""
    name = shopify.place(LAMP)
    run("orders")
    shopify.control("orders/fulfill", {"name": name})
    with pytest.raises(UserErrors):
        cancel_order(client_for(shop), order_named(name).gid, Cancellation())


def test_by_itself_only_what_went_wrong_is_kept(shopify: Sandbox, shop: Shop, run: Run) -> None:
    """AC-161: an answer of 200 with userErrors is kept, a clean one is not."""
    refuse_to_cancel(shopify, shop, run)

    row = ShopifyRequest.objects.get()
    assert (row.operation, row.failed, row.status, row.retries) == ("order_cancel", True, 200, 0)
    assert "fulfil" in row.error.lower()
    assert row.error in row.answer
    assert '"reason": "OTHER"' in row.variables
    assert row.request_id
    assert row.cost is not None
    assert list(ShopifyRequest.objects.open(timezone.now())) == [row]


def test_all_keeps_what_went_well_too_with_its_run(shopify: Sandbox, shop: Shop, run: Run) -> None:
    log_as(shop, Mode.ALL)
    shopify.place()

    log = run("orders")

    page = ShopifyRequest.objects.get(operation="orders_page")
    assert (page.failed, page.error, page.log_entry) == (False, "", log)
    assert page.cost
    assert "kari@example.com" not in page.answer
    assert not ShopifyRequest.objects.open(timezone.now()).exists()


def test_disabled_keeps_no_request_and_no_skipped_record(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    """AC-165, A7. What somebody has to mend is kept: its next try hangs on it."""
    log_as(shop, Mode.DISABLED)
    refuse_to_cancel(shopify, shop, run)
    name = shopify.place()
    run("orders")
    run("documents")
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})
    run("orders")

    log = run("refunds")

    assert log.counts == {"read": 1, "skipped": 1}
    assert kept() == []
    assert not Issue.objects.exists()
    assert "is not invoiced yet" in order_named(name).refunds.get().reason

    log_as(shop, Mode.ERRORS)
    run("refunds")

    assert Issue.objects.get().outcome == "skipped"


def test_the_same_answer_twice_is_one_capture(shopify: Sandbox, run: Run) -> None:
    """AC-164."""
    name = shopify.place()
    run("orders")
    before = OrderPayload.objects.values_list("digest", flat=True).get(order__name=name)

    log = run("orders")

    assert log.counts.get("unchanged") == 1
    assert list(OrderPayload.objects.values_list("digest", flat=True)) == [before]


@pytest.mark.parametrize("times", [1, 3])
def test_one_that_came_through_at_last_is_one_row_with_its_retries(
    times: int, shopify: Sandbox, shop: Shop
) -> None:
    """AC-162."""
    log_as(shop, Mode.ALL)
    client = client_for(shop)
    client._retry = Retry(sleep=lambda _seconds: None)
    shopify.faults({"kind": "http", "operation": "OrdersCount", "times": times, "status": 429})

    client.execute("orders_count", {"query": ""})

    row = ShopifyRequest.objects.get()
    assert (row.failed, row.retries, row.status) == (False, times, 200)


def test_an_answer_that_is_none_has_its_status(shopify: Sandbox, shop: Shop) -> None:
    client = client_for(shop)
    shopify.faults({"kind": "http", "operation": "OrdersCount", "times": 1, "status": 401})

    with pytest.raises(AccessDenied):
        client.execute("orders_count", {"query": ""})

    row = ShopifyRequest.objects.get()
    assert (row.status, row.answer) == (401, "")
    assert row.error.startswith("Shopify does not accept the access token")


def call(**more: Any) -> Call:
    error = Unavailable("No answer.", request_id="r-1")
    return Call("DEMO", "orders_count", {"query": ""}, sent=1, error=error, **more)


def test_long_answers_are_cut_off_after_people_are_taken_out(shop: Shop) -> None:
    keep = request_log.request_log(shop)
    assert keep
    email, long = "kari@example.com", "x" * LONGEST

    keep(call(answer={"email": email, "title": f"\x00{long}"}))

    row = ShopifyRequest.objects.get()
    assert email not in row.answer
    assert len(row.answer) == LONGEST + len(CUT)
    assert row.status == 200


def test_a_log_that_cannot_be_written_stops_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_args: Any, **_more: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(ShopifyRequest, "save", full)
    keep = request_log.request_log(shop)
    assert keep

    keep(call())

    assert "could not be kept" in caplog.text
    assert kept() == []


def test_by_itself_the_log_costs_a_call_that_went_well_nothing(shop: Shop) -> None:
    """No row, no query and nothing redacted."""
    client = client_for(shop)
    with (
        CaptureQueriesContext(connection) as queries,
        patch.object(request_log, "redacted") as redacted,
    ):
        client.execute("orders_count", {"query": ""})

    assert not [one for one in queries if "shopifyrequest" in one["sql"]]
    assert not redacted.called


def test_what_is_old_is_removed_in_batches(
    shop: Shop, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "BATCH", 2)
    now = timezone.now()
    for days in (31, 40, 50, 29):
        factories.make_request(shop, at=now - timedelta(days=days))

    assert remove_old() == 3
    assert ShopifyRequest.objects.count() == 1

    settings.SHOPIFY_LOG_DAYS = 7
    assert remove_old() == 1
    assert "sync.housekeeping" in ticks.registered()
