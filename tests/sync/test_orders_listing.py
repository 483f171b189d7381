"""30104, listing: what of a shop is looked at, what is taken, and what waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.shopify.documents import load
from connector.sync.models import Cursor, StagedOrder
from connector.sync.staging.waiting import MOST_TRIES
from sandbox.records.order import Tax
from sandbox.store import Store
from shops.models import Order, Shop
from tests.sync import nodes
from tests.sync.conftest import (
    KARI,
    LAMP,
    Damage,
    Run,
    Sandbox,
    change,
    content_of,
    order_named,
    record_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_only_what_changed_since_the_cursor_is_read(shopify: Sandbox, shop: Shop, run: Run) -> None:
    """AC-002, less the overlap of five minutes."""
    cursor = datetime(2026, 8, 1, 10, 0, tzinfo=UTC)
    Cursor.objects.create(shop=shop, report="orders", position=cursor)
    times = ("09:54", "10:01")
    before, after = (shopify.place(updatedAt=f"2026-08-01T{time}:00Z") for time in times)

    log = run("orders")

    assert log.counts == {"read": 1, "created": 1}
    assert order_named(after).updated_at > cursor
    assert not Order.objects.filter(name=before).exists()
    assert not StagedOrder.objects.exists()


def test_a_known_order_that_was_archived_is_brought_up_to_date(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """AC-005."""
    name = shopify.place()
    run("orders")
    change(store, name, closed_at=store.clock.now())

    log = run("orders")

    assert log.counts == {"read": 1, "updated": 1}
    assert order_named(name).closed


@pytest.mark.parametrize(
    ("taxes", "liable"),
    [
        ([], False),
        ([{**nodes.tax("5.00"), "channelLiable": None}], False),
        ([{**nodes.tax("5.00"), "channelLiable": False}], False),
        ([{**nodes.tax("5.00"), "channelLiable": True}], True),
        ([nodes.tax("5.00"), {**nodes.tax("5.00"), "channelLiable": True}], True),
    ],
    ids=["no taxes", "null", "false", "true", "one of two"],
)
def test_the_channel_is_liable_where_it_remits_one_of_the_taxes(
    taxes: list[dict[str, Any]], liable: bool
) -> None:
    """AC-006, AC-029."""
    order = nodes.read(nodes.order("100.00", [nodes.line()], currentTaxLines=taxes))

    assert order.channel_liable is liable


def test_orders_whose_taxes_the_channel_remits_can_be_left_out(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """AC-006, AC-029: in a filter."""
    names = [shopify.place({**LAMP, "taxRate": "0.25"}) for _number in range(2)]
    line = record_of(store, names[1]).lines[0]
    remitted: tuple[Tax, ...] = tuple(replace(tax, channel_liable=True) for tax in line.taxes)
    change(store, names[1], lines=(replace(line, taxes=remitted),))

    run("orders", filters={"channel_liable": "no"})

    assert Order.objects.get().name == names[0]
    assert StagedOrder.objects.get().name == names[1]
    run("orders")
    assert content_of(names[1]).channel_liable


def test_company_orders_are_told_from_those_of_people(shopify: Sandbox, run: Run) -> None:
    """AC-008."""
    people = [shopify.place(LAMP, customer=KARI) for _number in range(3)]
    companies = [shopify.place(LAMP, customer=KARI, company="Holm AS") for _number in range(2)]

    log = run("orders", filters={"b2b": "yes"})

    assert log.counts == {"read": 5, "created": 2, "skipped": 3}
    assert {order.name for order in Order.objects.exclude(company_gid="")} == set(companies)
    assert set(StagedOrder.objects.values_list("name", flat=True)) == set(people)


def test_a_filter_on_tags_lets_in_and_leaves_out(shopify: Sandbox, run: Run) -> None:
    """AC-009."""
    name = shopify.place(tags=["retail", "VIP"])

    run("orders", filters={"tags": "<>*retail*"})
    staged = StagedOrder.objects.get()
    assert (staged.name, staged.state, staged.code) == (name, "waiting", "filtered")
    assert staged.reason == "Left out by the filter on Tags."
    run("orders", filters={"tags": "<>*retail*"})
    assert StagedOrder.objects.get().name == name

    log = run("orders", filters={"tags": "@*vip*"})

    assert log.counts["created"] == 1
    assert order_named(name).tags == "[retail] [VIP]"


def test_what_fails_again_and_again_is_tried_less_often_and_then_waits_for_a_person(
    shopify: Sandbox, run: Run, damaged: Damage
) -> None:
    """AC-012: back-off, and an end to it."""
    name = shopify.place()
    damaged(name, "poNumber", {"not": "a text"})
    run("orders")
    first = StagedOrder.objects.get()
    Cursor.objects.update(position=datetime(2099, 1, 1, tzinfo=UTC))  # only what waits comes again

    assert run("orders", retry="due").counts == {"read": 0}
    run("orders")
    second = StagedOrder.objects.get()
    assert first.next_try is not None
    assert second.next_try is not None
    assert second.next_try - second.staged_at > timedelta(minutes=9)

    StagedOrder.objects.update(attempts=MOST_TRIES - 1, next_try=first.staged_at)
    assert run("orders", retry="due").counts == {"read": 1, "rejected": 1}
    assert StagedOrder.objects.get().next_try is None
    assert run("orders", retry="due").counts == {"read": 0}

    damaged("nobody", "poNumber", None)
    raw = StagedOrder.objects.get().raw.replace('{"not":"a text"}', "null")
    StagedOrder.objects.update(raw=raw)
    assert run("orders").counts == {"read": 1, "created": 1}


def test_a_shop_that_went_to_a_smaller_plan_is_read_on(
    shopify: Sandbox, store: Store, shop: Shop, run: Run
) -> None:
    """AC-013: one question about the shop comes first, and no order is asked what needs a plan."""
    run("orders")
    shop.refresh_from_db()
    assert shop.plan == "Plus"
    store.put(replace(store.shop, plus=False))
    shopify.place()

    log = run("orders")

    shop.refresh_from_db()
    assert shop.plan == "Basic"
    assert log.counts == {"read": 1, "created": 1}
    assert shopify.calls()["ShopInfo"] == 2
    assert "staffMember" not in load("orders_page").text
