"""A dry run says what would be created, changed, skipped and refused, and writes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps

from connector.sync.models import DryRunLine, ShipmentLink
from connector.sync.models import Run as RunRow
from erp.models import Document
from jobqueue.models import JobQueueEntry, LogStatus
from sandbox.store import Store
from shops.models import Order, Shop
from tests.sync.conftest import (
    KARI,
    LAMP,
    Run,
    Sandbox,
    change,
    change_settings,
    document_of,
    record_of,
    ship,
)

pytestmark = pytest.mark.django_db(transaction=True)
# What a dry run may write: that it ran, what it says, and the points it spent.
ITS_OWN = {"sync.Run", "sync.DryRunLine", "sync.ApiBudget"}


def everything() -> dict[str, list[Any]]:
    """All rows of all tables of the product, but for the queue's."""
    kept = {}
    for model in apps.get_models():
        if model._meta.app_label in {"sync", "shops", "erp"} and model._meta.label not in ITS_OWN:
            kept[model._meta.label] = list(model._default_manager.order_by("pk").values())
    return kept


def told() -> list[tuple[str, str, str]]:
    return list(DryRunLine.objects.order_by("pk").values_list("ref", "outcome", "words"))


def test_an_import_says_what_is_new_what_changes_and_what_is_left_out(
    shopify: Sandbox, shop: Shop, store: Store, run: Run
) -> None:
    known = shopify.place()
    run("orders")
    run("documents")
    change(store, known, tags=("vip",), source_name="pos")
    shopify.control("orders/edit", {"name": known, "remove": {"0": 1}})
    fresh, archived = shopify.place(), shopify.place()
    change(store, archived, closed_at=store.clock.now())
    before = everything()

    log = run("orders", dry_run="yes")

    assert everything() == before
    assert log.status == LogStatus.SUCCESS
    assert log.counts == {"read": 3, "created": 1, "updated": 1, "skipped": 1}
    assert "nothing was written" in log.message
    lines = {ref: (outcome, words) for ref, outcome, words in told()}
    assert lines[fresh] == ("created", "1 line, 200.00 EUR")
    assert lines[archived][0] == "skipped"
    assert "Archived in Shopify" in lines[archived][1]
    outcome, words = lines[known]
    assert outcome == "updated"
    assert "Current total: 200.00 → 100.00" in words
    assert "Tags: – → [vip]" in words
    assert "Lamp: 2 became 1." in words


def test_the_real_run_after_it_does_just_that(shopify: Sandbox, run: Run) -> None:
    """The cursor has not moved, and no report was asked for."""
    shopify.place()
    rehearsed = run("orders", dry_run="yes")
    assert not Order.objects.exists()
    assert JobQueueEntry.objects.count() == 1

    log = run("orders")

    assert log.counts == rehearsed.counts == {"read": 1, "created": 1}


def test_no_follow_up_is_asked_for(shopify: Sandbox, shop: Shop, run: Run) -> None:
    change_settings(shop, auto_create_orders=True)
    shopify.place()

    run("orders", dry_run="yes")

    assert set(JobQueueEntry.objects.values_list("kind", flat=True)) == {"orders"}


def test_documents_are_told_with_their_customers_and_items_and_what_holds_them(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    name, test = shopify.place(customer=KARI), shopify.place(test=True)
    run("orders")
    before = everything()

    log = run("documents", dry_run="yes")

    assert everything() == before
    assert log.counts == {"read": 2, "created": 1, "rejected": 1}
    assert log.status == LogStatus.SUCCESS
    [made, held] = sorted(told())
    assert made[:2] == (name, "created")
    assert "Sales order over 200.00 EUR for" in made[2]
    assert "The customer is new." in made[2]
    assert "New item: LAMP." in made[2]
    assert held[:2] == (test, "rejected")
    assert "test order" in held[2]
    run("documents")
    assert document_of(name).amount_incl == 200


def test_a_second_order_of_a_customer_is_told_without_new_cards(shopify: Sandbox, run: Run) -> None:
    shopify.place(customer=KARI)
    run("orders")
    run("documents")
    shopify.place(customer=KARI)
    run("orders")

    run("documents", dry_run="yes")

    [(_ref, _outcome, words)] = told()
    assert "new" not in words.lower()


def test_an_order_that_was_fulfilled_would_be_an_invoice(shopify: Sandbox, run: Run) -> None:
    shopify.place(fulfilled=True)
    run("orders")

    run("documents", dry_run="yes")

    assert told()[0][2].startswith("Sales invoice over 200.00 EUR")


def test_shipments_are_told_and_shopify_hears_nothing(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    """Also where the shop allows nothing to be sent: nothing is."""
    name = shopify.place({**LAMP, "quantity": 5})
    run("orders")
    run("documents")
    ship(name, 2)
    Shop.objects.update(allow_outgoing_requests=False)
    before, mutations = everything(), shopify.mutations()

    log = run("shipments", dry_run="yes")

    assert everything() == before
    assert shopify.mutations() == mutations
    assert log.counts == {"read": 1, "created": 1}
    assert told()[0][2] == "2 units in 1 fulfillment. Shopify writes to the buyer."


def test_two_shipments_of_one_order_are_not_told_the_same_goods(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """Shopify waits for three more; the second shipment would find one of its two."""
    name = shopify.place({**LAMP, "quantity": 5})
    run("orders")
    run("documents")
    ship(name, 2)
    ship(name, 2)
    [waits] = record_of(store, name).fulfillment_orders
    [line] = waits.lines
    change(
        store,
        name,
        fulfillment_orders=(replace(waits, lines=(replace(line, remaining=3),)),),
    )

    run("shipments", dry_run="yes")

    first, second = told()
    assert (first[1], second[1]) == ("created", "rejected")
    assert "1 of 2 units" in second[2]
    assert set(ShipmentLink.objects.values_list("state", flat=True)) == {"pending"}


def test_a_shipment_whose_bell_was_lost_is_told_too(shopify: Sandbox, run: Run) -> None:
    name = shopify.place()
    run("orders")
    run("documents")
    ship(name, 2)
    ShipmentLink.objects.all().delete()

    run("shipments", dry_run="yes", filters={"no": "NOSUCH"})
    assert told() == []
    run("shipments", dry_run="yes")

    assert len(told()) == 1
    assert not ShipmentLink.objects.exists()


def test_what_is_gone_from_shopify_would_be_refused(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    before = store.snapshot()
    name = shopify.place()
    run("orders")
    run("documents")
    ship(name, 2)
    store.restore(before)

    run("shipments", dry_run="yes")

    assert told()[0][1] == "rejected"
    assert "no longer exists" in told()[0][2]


def test_of_each_report_the_last_dry_run_is_kept(shopify: Sandbox, run: Run) -> None:
    shopify.place()
    run("orders", dry_run="yes")
    run("orders", dry_run="yes")

    assert len(told()) == 1
    assert RunRow.objects.filter(dry_run=True).count() == 2
    assert DryRunLine.objects.get().run == RunRow.objects.latest("pk")


def test_a_long_dry_run_ends_and_says_so(
    shopify: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.sync.dry_runs.MOST", 3)
    for _number in range(5):
        shopify.place()

    log = run("orders", dry_run="yes")

    assert log.counts == {"read": 3, "created": 3}
    assert "Only the first 3 records" in log.message


def test_a_dry_run_is_no_visit(shopify: Sandbox, store: Store, run: Run) -> None:
    """The first real visit still says how many archived orders it leaves out."""
    name = shopify.place()
    change(store, name, closed_at=store.clock.now())
    run("orders", dry_run="yes")

    log = run("orders")

    assert log.message.startswith("1 archived")
    assert not Document.objects.exists()
    assert not Order.objects.filter(name=name).exists()
