"""AC-146: what is paid, fulfilled and shipped is archived in Shopify, where the shop wants it."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync.models import OrderAction
from jobqueue.models import JobQueueEntry
from jobqueue.runner import run_entry
from sandbox.store import Store
from shops.models import Order, Shop
from tests.sync.conftest import (
    LAMP,
    Run,
    Sandbox,
    change,
    change_settings,
    document_of,
    order_named,
    record_of,
    ship,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archiving(shop: Shop) -> Shop:
    change_settings(shop, archive_processed_orders=True)
    return shop


def finished(shopify: Sandbox, run: Run, units: int = 2, **more: Any) -> str:
    """An order of two lamps, shipped so far in the books, and in Shopify as `more` says."""
    name = shopify.place(LAMP, **more)
    run("orders")
    run("documents")
    ship(name, units)
    run("shipments")
    return name


def imported(run: Run, shop: Shop) -> list[str]:
    """Run the import and what it asks for; return the orders that are archived here."""
    run("orders")
    for entry in JobQueueEntry.objects.filter(kind="archive", shop=shop.code, status="ready"):
        run_entry(entry.pk)
    return list(Order.objects.filter(closed=True).values_list("name", flat=True))


def is_archived(store: Store, name: str) -> bool:
    return record_of(store, name).closed_at is not None


def test_ac146_a_sales_order_that_is_shipped_fulfilled_and_paid_is_archived_once(
    archiving: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    name = finished(shopify, run)

    assert imported(run, archiving) == [name]

    assert is_archived(store, name)
    action = OrderAction.objects.get()
    assert (action.kind, action.state, action.by) == ("close", "done", "Shopkontor")
    before = shopify.mutations()
    assert imported(run, archiving) == [name]
    assert shopify.mutations() == before


def test_ac146_with_one_unit_outstanding_it_is_not(
    archiving: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    name = finished(shopify, run, units=1)
    Order.objects.filter(name=name).update(fulfillment_status="FULFILLED")

    assert imported(run, archiving) == []

    Order.objects.filter(name=name).update(fulfillment_status="FULFILLED")
    run("archive")
    assert not is_archived(store, name)


def test_ac146_unpaid_it_is_not(archiving: Shop, shopify: Sandbox, store: Store, run: Run) -> None:
    name = finished(shopify, run, paid=False)

    assert imported(run, archiving) == []

    assert not is_archived(store, name)
    assert order_named(name).fulfillment_status == "FULFILLED"


def test_ac146_with_the_setting_off_it_is_not(
    shop: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    name = finished(shopify, run)

    assert imported(run, shop) == []

    run("archive")
    assert not is_archived(store, name)
    assert not JobQueueEntry.objects.filter(kind="archive", status="ready").exists()


@pytest.mark.parametrize("paid", [True, False])
def test_ac146_an_invoice_is_archived_only_when_it_is_paid(
    paid: bool, archiving: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    name = shopify.place(LAMP, fulfilled=True, paid=paid)
    run("orders")
    run("documents")
    assert document_of(name).kind == "invoice"
    change(store, name, tags=("again",))

    assert imported(run, archiving) == ([name] if paid else [])

    assert is_archived(store, name) is paid


def test_an_order_in_conflict_waits_for_its_person(
    archiving: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    name = finished(shopify, run)
    run("orders")
    Order.objects.filter(name=name).update(conflict=True, closed=False)

    run("archive")

    assert not is_archived(store, name)


def test_with_outgoing_off_the_import_asks_for_nothing(
    archiving: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    name = finished(shopify, run)
    Shop.objects.update(allow_outgoing_requests=False)

    assert imported(run, archiving) == []

    assert not is_archived(store, name)
    assert not JobQueueEntry.objects.filter(kind="archive").exists()


def test_a_lost_answer_and_a_dead_shopify_end_in_one_archived_order(
    archiving: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    name = finished(shopify, run)
    run("orders")
    shopify.faults({"kind": "reset_after", "root": "orderClose", "times": 1})

    run("archive")

    assert is_archived(store, name)
    assert order_named(name).closed
    assert OrderAction.objects.get().state == "done"


def test_what_shopify_refuses_is_listed_and_tried_later(
    archiving: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    name = finished(shopify, run)
    run("orders")
    shopify.faults({"kind": "userErrors", "root": "orderClose", "times": 1})

    log = run("archive")

    assert log.counts["rejected"] == 1
    assert not order_named(name).closed
    run("archive")
    assert is_archived(store, name)


def test_a_dry_run_says_which_and_archives_none(
    archiving: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    name = finished(shopify, run)
    run("orders")

    log = run("archive", dry_run="yes")

    assert log.counts["updated"] == 1
    assert not is_archived(store, name)
