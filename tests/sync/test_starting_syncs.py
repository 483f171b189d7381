"""Starting syncs: acceptance cases of the F group that need a Shopify to talk to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from connector.sync.jobs import request_report
from connector.sync.models import StagedOrder
from connector.sync.reports import orders
from connector.sync.staging.orders import put_orders
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.recurrence_columns import WEEKDAYS
from jobqueue.runner import run_entry
from shops.models import Connection, Order, Shop
from tests.sync.conftest import LAMP, TOKEN, Run, Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def another_card(shop: Shop, code: str, **fields: Any) -> Shop:
    """A second card on the very same store."""
    values = {"url": shop.url, "company_code": shop.company_code, "currency": "EUR"}
    card = Shop.objects.create(code=code, **(values | fields))
    Connection.objects.create(shop=card, access_token=TOKEN)
    return card


def every_15_minutes(shop: Shop, **filters: str) -> JobQueueEntry:
    days: dict[str, Any] = dict.fromkeys(WEEKDAYS, True)
    entry, _created = request_report(
        "orders", shop, filters=filters, minutes_between_runs=15, **days
    )
    return entry


def test_f9_the_others_run_though_one_of_the_shops_is_disabled(
    shopify: Sandbox, shop: Shop
) -> None:
    another_card(shop, "AAA")
    another_card(shop, "BBB", enabled=False)
    shopify.place()
    said, told = StringIO(), StringIO()

    with pytest.raises(CommandError, match="1 of 3 shops failed"):
        call_command(
            "report", "orders", "--shop", "AAA|BBB|demo", "--inline", stdout=said, stderr=told
        )

    assert "BBB: Shop BBB is disabled: enable it on the shop card." in told.getvalue()
    assert "shop AAA: read 1, created 1 in" in said.getvalue()
    assert "shop DEMO: read 1, skipped 1 in" in said.getvalue()  # the other card has taken it
    assert Order.objects.get().shop.code == "AAA"
    assert not JobQueueEntry.objects.filter(shop="BBB").exists()


def test_a_shop_filter_that_finds_none_or_cannot_be_read_is_refused(shop: Shop) -> None:
    for text, sentence in (("X*", r"There is no shop X\*\. Known: DEMO\."), ("A|", "--shop: ")):
        with pytest.raises(CommandError, match=sentence):
            call_command("report", "orders", "--shop", text)


def test_f11_of_shipments_each_single_one_is_shown_as_done(
    shopify: Sandbox, shop: Shop, monkeypatch: pytest.MonkeyPatch, shipped: Callable[[int], None]
) -> None:
    """Fifty of them are one batch, each waits for Shopify: nobody may see 0 until the end."""
    shipped(3)
    shown: list[int] = []
    monkeypatch.setattr(
        "jobqueue.running.RunningJob.progress",
        lambda _job, *, done=None, **_more: shown.append(done),
    )

    entry, _created = request_report("shipments", shop)
    run_entry(entry.pk)

    assert [done for done in shown if done][:3] == [1, 2, 3]


@pytest.fixture
def shipped(shopify: Sandbox, shop: Shop, run: Run) -> Callable[[int], None]:
    """Orders that are imported, processed and shipped, and of which Shopify is not told yet."""

    def shipped(count: int) -> None:
        for _number in range(count):
            shopify.place(LAMP)
        run("orders")
        run("documents")
        run("post_sales_orders", invoice="no")

    return shipped


def test_f15_what_failed_comes_in_at_the_next_run_though_nothing_changed_in_shopify(
    shopify: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of customers in the list of cases; orders are the records that come in today."""
    stamps = [f"2026-10-0{day}T08:00:00Z" for day in range(1, 8)]
    names = [shopify.place(createdAt=stamp, updatedAt=stamp) for stamp in stamps]

    def refuse_the_fourth(shop: Shop, wanted: Sequence[Any], *more: Any) -> Any:
        if any(arrival.name == names[3] for arrival in wanted):
            raise ValueError("a fault of ours")
        return put_orders(shop, wanted, *more)

    monkeypatch.setattr(orders, "put_orders", refuse_the_fourth)
    first = run("orders")
    assert (first.counts["created"], first.counts["rejected"]) == (6, 1)
    assert StagedOrder.objects.get().name == names[3]

    monkeypatch.setattr(orders, "put_orders", put_orders)
    second = run("orders")

    assert second.counts["created"] == 1
    assert Order.objects.filter(name=names[3]).exists()
    assert not StagedOrder.objects.exists()


def test_f17_a_schedule_with_a_filter_takes_three_and_leaves_two_to_wait(
    shopify: Sandbox, shop: Shop
) -> None:
    for paid in (True, False, True, False, True):
        shopify.place(paid=paid)
    entry = every_15_minutes(shop, fully_paid="yes")

    for _run in range(2):
        JobQueueEntry.objects.update(earliest_start=Now() - timedelta(seconds=1))
        run_entry(entry.pk)

    assert (Order.objects.count(), StagedOrder.objects.count()) == (3, 2)
    assert JobQueueLogEntry.objects.filter(status="success").count() == 2


def test_f19_two_cards_on_one_store_share_its_orders_by_channel(
    shopify: Sandbox, shop: Shop
) -> None:
    for source in ["web"] * 4 + ["pos"] * 6:
        shopify.place(sourceName=source)
    Shop.objects.update(code="STORE", category="SHPFY")
    store = Shop.objects.get()
    till = another_card(store, "POS", category="SHPFY")
    entries = [
        every_15_minutes(store, channel="<>Point of Sale"),
        every_15_minutes(till, channel="Point of Sale"),
    ]
    assert {entry.category for entry in entries} == {"SHPFY"}

    for entry in [*entries, *entries]:
        JobQueueEntry.objects.update(earliest_start=Now() - timedelta(seconds=1))
        run_entry(entry.pk)

    taken = {
        card.code: set(Order.objects.filter(shop=card).values_list("gid", flat=True))
        for card in (store, till)
    }
    assert {code: len(gids) for code, gids in taken.items()} == {"STORE": 4, "POS": 6}
    assert not taken["STORE"] & taken["POS"]
    assert JobQueueLogEntry.objects.filter(status="success").count() == 4


def test_f21_a_toggle_switched_off_meanwhile_leaves_no_shop_out(
    shopify: Sandbox, shop: Shop
) -> None:
    name = shopify.place()
    entry, _created = request_report("orders", shop)

    Shop.objects.update(allow_background_syncs=False)
    run_entry(entry.pk)

    entry.refresh_from_db()
    assert entry.status == Status.FINISHED
    assert Order.objects.get().name == name
