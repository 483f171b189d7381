"""Two shop cards on one store: each order belongs to one of them, and none to both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connections

from connector.sync.claims import other_cards, taken_elsewhere
from connector.sync.jobs import request_report
from connector.sync.models import ApiBudget, DocumentLink, MissingRecord, StagedOrder
from connector.sync.reports import orders as orders_report
from connector.sync.staging.orders import put_orders
from erp.models import Document
from jobqueue.models import JobQueueLogEntry
from jobqueue.runner import run_entry
from shops.models import Connection, Order, OrderSettings, Shop
from tests.sync.conftest import TOKEN, Run, Sandbox, order_named

pytestmark = pytest.mark.django_db(transaction=True)

AT_THE_TILL = {"channel": "Point of Sale"}
ONLINE = {"channel": "<>Point of Sale"}


@pytest.fixture
def till(shop: Shop) -> Shop:
    """The second card of the store: everybody is the same guest there."""
    till = Shop.objects.create(
        code="POS", url=shop.url, company_code=shop.company_code, currency="EUR", zone=shop.zone
    )
    Connection.objects.create(shop=till, access_token=TOKEN)
    settings = OrderSettings.of(shop)
    settings.pk, settings.shop = None, till
    settings.customer_mapping = OrderSettings.CustomerMapping.DEFAULT
    settings.save()
    return till


def run_for(shop: Shop, report: str = "orders", **asked: Any) -> JobQueueLogEntry:
    entry, _created = request_report(report, shop, **asked)
    run_entry(entry.pk)
    return JobQueueLogEntry.objects.filter(entry=entry).latest("fence")


def cards_of(name: str) -> list[str]:
    return list(Order.objects.filter(name=name).values_list("shop__code", flat=True))


def waiting_at(shop: Shop) -> set[str]:
    return set(StagedOrder.objects.filter(shop=shop).values_list("name", flat=True))


def test_s13_8_each_card_takes_what_its_filter_lets_in(
    shopify: Sandbox, shop: Shop, till: Shop
) -> None:
    """Spec 13.8: the online card leaves the order of the till to the till's card."""
    sold, ordered = shopify.place(sourceName="pos"), shopify.place()

    run_for(shop, filters=ONLINE)
    assert cards_of(sold) == []
    assert waiting_at(shop) == {sold}
    assert StagedOrder.objects.get().reason == "Left out by the filter on Channel."

    log = run_for(till, filters=AT_THE_TILL)

    assert log.counts == {"read": 2, "created": 1, "skipped": 1}
    assert (cards_of(sold), cards_of(ordered)) == (["POS"], ["DEMO"])
    assert not StagedOrder.objects.exists()
    run_for(till, "documents")
    document = DocumentLink.objects.get(order=order_named(sold)).document
    assert document.party is not None
    assert document.party.no == "GUEST"


def test_s13_8_what_no_card_wants_stays_in_sight_until_one_does(
    shopify: Sandbox, shop: Shop, till: Shop
) -> None:
    name = shopify.place(tags=["wholesale"])
    for card in (shop, till):
        run_for(card, filters={"tags": "<>*[wholesale]*"})
        assert waiting_at(card) == {name}

    run_for(till)

    assert cards_of(name) == ["POS"]
    assert not StagedOrder.objects.exists()


def test_s13_8_what_one_card_has_taken_the_other_never_takes(
    shopify: Sandbox, shop: Shop, till: Shop
) -> None:
    """Also without any filter, by a change of the order, or asked for by name."""
    name = shopify.place()
    run_for(shop)
    run_for(shop, "documents")

    shopify.control("orders/edit", {"name": name, "note": "Ring twice."})
    log = run_for(till)
    assert log.counts == {"read": 1, "skipped": 1}
    MissingRecord.objects.create(
        shop=till,
        kind="order",
        gid=order_named(name).gid,
        order_gid=order_named(name).gid,
        order_name=name,
        day=order_named(name).created_at.date(),
        why="missed",
        checked_at=order_named(name).created_at,
        asked_at=order_named(name).created_at,
    )
    run_for(till)
    run_for(till, "documents")

    assert cards_of(name) == ["DEMO"]
    assert not StagedOrder.objects.exists()
    assert Document.objects.filter(kind=Document.Kind.ORDER).count() == 1
    assert run_for(shop).counts["updated"] == 1  # the card that has it keeps it up to date


@pytest.mark.parametrize("rival_first", [True, False])
def test_s13_8_both_cards_at_once_import_an_order_once(
    shopify: Sandbox, shop: Shop, till: Shop, monkeypatch: pytest.MonkeyPatch, rival_first: bool
) -> None:
    """The second card comes while the first has looked and not yet written."""
    names = {shopify.place() for _number in range(5)}
    looked, rival_done = Event(), Event()
    first, second = (till, shop) if rival_first else (shop, till)

    def slowly(card: Shop, *rest: Any) -> Any:
        if card == first:
            looked.set()
            rival_done.wait(1.5)  # it has to wait, until this one has written
        return put_orders(card, *rest)

    def rival() -> None:
        try:
            looked.wait(10)
            run_for(second)
        finally:
            rival_done.set()
            connections.close_all()

    monkeypatch.setattr(orders_report, "put_orders", slowly)
    with ThreadPoolExecutor(1) as threads:
        beside = threads.submit(rival)
        run_for(first)
        beside.result(30)

    assert all(cards_of(name) == [first.code] for name in names)
    assert not StagedOrder.objects.exists()


def test_s13_8_the_comparison_leaves_the_other_cards_orders_to_it(
    shopify: Sandbox, shop: Shop, till: Shop
) -> None:
    name = shopify.place()
    run_for(shop)

    run_for(till, "reconciliation")
    run_for(shop, "reconciliation")

    missing = MissingRecord.objects.values_list("shop__code", "order_name", "why")
    assert list(missing) == [("DEMO", name, "unprocessed")]


def test_cards_of_one_store_share_its_points(shopify: Sandbox, shop: Shop, till: Shop) -> None:
    """Shopify counts by store: two budgets would spend its points twice."""
    shopify.place()
    for card in (shop, till):
        run_for(card)

    assert list(ApiBudget.objects.values_list("shop__code", flat=True)) == ["DEMO"]
    assert other_cards(shop) == [till.pk]


def test_a_card_alone_asks_for_no_lock(
    shopify: Sandbox, run: Run, django_assert_num_queries: Any
) -> None:
    shopify.place()
    run("orders")
    shop = Shop.objects.get()

    with django_assert_num_queries(1):
        assert taken_elsewhere(shop, ["gid://shopify/Order/1"]) == {}
