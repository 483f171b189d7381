"""30104: orders come in, each once, each with a reason where it does not."""

from __future__ import annotations

from decimal import Decimal

import orjson
import pytest

from connector.sync.models import Cursor, Run, StagedOrder
from jobqueue.models import JobQueueEntry
from shops.models import Company, Customer, Order, OrderLine, OrderPayload, Shop, Variant
from tests.sync.conftest import KARI, LAMP, Damage, Sandbox, change_settings, order_named
from tests.sync.conftest import Run as RunReport

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_order_comes_in_with_its_lines_amounts_and_buyer(
    shopify: Sandbox, run: RunReport
) -> None:
    name = shopify.place(LAMP, customer=KARI, shipping=[{"title": "Post", "price": "10.00"}])

    log = run("orders")

    order = order_named(name)
    assert (order.total, order.currency, order.customer_name) == (
        Decimal(210),
        "EUR",
        "Kari Holm",
    )
    assert (order.state, order.line_count, order.quantity) == (Order.State.UNPROCESSED, 1, 2)
    [line] = order.lines.all()
    assert (line.sku, line.quantity, line.unit_price) == ("LAMP", 2, Decimal(100))
    assert log.status == "success"
    assert log.counts == {"read": 1, "created": 1}


def test_f16_the_first_visit_takes_open_orders_and_says_how_many_it_left(
    shopify: Sandbox, run: RunReport
) -> None:
    """AC-001."""
    for _number in range(5):
        shopify.place()
    for _number in range(20):
        shopify.place(closed=True)

    log = run("orders")

    assert log.counts == {"read": 5, "created": 5}
    assert log.message.startswith("20 archived or cancelled orders were left out")


def test_archived_orders_come_in_when_asked_for(shopify: Sandbox, run: RunReport) -> None:
    shopify.place()
    shopify.place(closed=True)

    log = run("orders", archived="include")

    assert log.counts == {"read": 2, "created": 2}


def test_an_archived_order_that_is_new_later_waits_with_its_reason(
    shopify: Sandbox, run: RunReport
) -> None:
    """AC-004: it does not come in, and it is not forgotten."""
    shopify.place()
    run("orders")
    name = shopify.place(closed=True)

    run("orders")

    staged = StagedOrder.objects.get()
    assert (staged.name, staged.code) == (name, "archived")
    assert not Order.objects.filter(name=name).exists()


def test_the_next_visit_reads_only_what_changed_and_writes_only_what_differs(
    shopify: Sandbox, run: RunReport
) -> None:
    shopify.place()
    run("orders")

    log = run("orders")

    assert log.counts == {"read": 1, "unchanged": 1}  # the overlap reads the newest again


def test_the_cursor_stands_at_shopifys_time_of_the_newest_order(
    shopify: Sandbox, shop: Shop, run: RunReport
) -> None:
    """AC-001: the cursor is Shopify’s clock, not ours."""
    shopify.place(updatedAt="2026-10-01T08:00:00Z", createdAt="2026-10-01T08:00:00Z")
    name = shopify.place(updatedAt="2026-10-02T09:30:00Z", createdAt="2026-10-01T08:00:00Z")

    run("orders")

    assert Cursor.objects.get(shop=shop).position == order_named(name).updated_at


def test_more_orders_than_a_page_all_come_in(
    shopify: Sandbox, run: RunReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AC-003: 25, 25 and 10."""
    monkeypatch.setattr("connector.sync.reports.orders.PAGE", 25)
    names = [shopify.place() for _number in range(60)]

    log = run("orders")

    assert log.counts == {"read": 60, "created": 60}
    assert shopify.calls()["OrdersPage"] == 3
    assert set(Order.objects.values_list("name", flat=True)) == set(names)


def test_an_order_with_more_lines_than_a_page_comes_in_whole(
    shopify: Sandbox, run: RunReport
) -> None:
    """AC-038: twelve shipping lines are five with the page and one call for the rest."""
    lines = [{"sku": f"S{n}", "title": f"Thing {n}", "price": "1.00"} for n in range(260)]
    name = shopify.place(*lines, shipping=[{"title": f"P{n}", "price": "1.00"} for n in range(12)])

    run("orders")

    order = order_named(name)
    node = orjson.loads(order.payload.raw)
    assert order.lines.count() == 260
    assert len(node["shippingLines"]["nodes"]) == 12
    assert shopify.calls()["OrderShippingLines"] == 1
    assert order.total == Decimal("272.00")


def test_f17_only_fully_paid_orders_come_in_where_the_filter_says_so_and_the_others_wait(
    shopify: Sandbox, run: RunReport
) -> None:
    paid = [shopify.place() for _number in range(3)]
    unpaid = [shopify.place(paid=False) for _number in range(2)]

    log = run("orders", filters={"fully_paid": "yes"})

    assert set(Order.objects.values_list("name", flat=True)) == set(paid)
    waiting = StagedOrder.objects.filter(state=StagedOrder.State.WAITING, code="filtered")
    assert set(waiting.values_list("name", flat=True)) == set(unpaid)
    assert log.counts == {"read": 5, "created": 3, "skipped": 2}


def test_what_waited_comes_in_when_the_filter_lets_it(shopify: Sandbox, run: RunReport) -> None:
    """AC-009."""
    name = shopify.place(tags=["retail", "VIP"])
    run("orders", filters={"tags": "<>*retail*"})
    assert StagedOrder.objects.get().name == name

    run("orders", filters={"tags": "@*vip*"})

    assert order_named(name).tags == "[retail] [VIP]"
    assert not StagedOrder.objects.exists()


def test_f14_an_order_that_cannot_be_read_waits_raw_with_its_reason_and_blocks_nobody(
    shopify: Sandbox, run: RunReport, damaged: Damage
) -> None:
    """AC-012: the other nine come in."""
    names = [shopify.place() for _number in range(10)]
    damaged(names[3], "createdAt", "yesterday")

    log = run("orders")

    staged = StagedOrder.objects.get()
    assert (staged.name, staged.state, staged.code) == (names[3], "rejected", "unreadable")
    assert "yesterday" in staged.reason
    assert orjson.loads(staged.raw)["name"] == names[3]
    assert staged.next_try is not None
    assert log.status == "issues"
    assert log.counts == {"read": 10, "created": 9, "rejected": 1}
    newest = Order.objects.order_by("-updated_at").values_list("updated_at", flat=True)[0]
    assert Cursor.objects.get().position == newest  # it does not wait for what was refused

    tries = staged.attempts
    run("orders")
    staged.refresh_from_db()
    assert staged.attempts > tries


def test_an_order_that_cannot_be_written_waits_raw_and_the_rest_of_its_page_comes_in(
    shopify: Sandbox, run: RunReport, damaged: Damage
) -> None:
    """AC-012: error, message and stack."""
    names = [shopify.place() for _number in range(5)]
    damaged(names[2], "poNumber", {"not": "a text"})

    log = run("orders")

    staged = StagedOrder.objects.get()
    assert (staged.name, staged.code) == (names[2], "unexpected")
    assert "Traceback" in staged.trace
    assert log.counts == {"read": 5, "created": 4, "rejected": 1}


def test_what_was_refused_comes_in_by_itself_once_it_is_mended(
    shopify: Sandbox, run: RunReport, damaged: Damage
) -> None:
    name = shopify.place()
    damaged(name, "poNumber", {"not": "a text"})
    run("orders")
    damaged("nobody", "poNumber", None)
    shopify.control("orders/edit", {"name": name, "note": "mended"})

    log = run("orders")

    assert log.counts["created"] == 1
    assert order_named(name).state == Order.State.UNPROCESSED
    assert not StagedOrder.objects.exists()


def test_a_changed_order_is_brought_up_to_date_while_it_is_unprocessed(
    shopify: Sandbox, run: RunReport
) -> None:
    name = shopify.place(LAMP)
    run("orders")

    shopify.control(
        "orders/edit", {"name": name, "remove": {"LAMP": 1}, "email": "new@example.com"}
    )
    log = run("orders")

    order = order_named(name)
    assert log.counts == {"read": 1, "updated": 1}
    assert (order.current_total, order.email, order.conflict) == (
        Decimal(100),
        "new@example.com",
        False,
    )
    assert order.lines.get().current_quantity == 1


def test_customers_companies_and_variants_are_noted_unmapped(
    shopify: Sandbox, run: RunReport
) -> None:
    shopify.place(LAMP, customer=KARI)
    shopify.place(LAMP, customer=KARI, company="Holm AS")

    run("orders")

    assert Customer.objects.get().link.state == "unmapped"
    assert Company.objects.get().link.state == "unmapped"
    assert Variant.objects.get().link.state == "unmapped"


def test_a_run_leaves_its_record(shopify: Sandbox, run: RunReport) -> None:
    shopify.place()

    log = run("orders")

    record = Run.objects.get()
    assert (record.report, record.log_entry, record.counts) == ("orders", log, log.counts)
    assert record.finished_at is not None
    assert OrderPayload.objects.count() == OrderLine.objects.count() == 1


def test_the_shop_card_learns_currency_zone_and_plan_before_orders_are_listed(
    shopify: Sandbox, shop: Shop, run: RunReport
) -> None:
    Shop.objects.update(currency="", zone="UTC", plan="")

    run("orders")

    shop.refresh_from_db()
    assert (shop.currency, shop.zone) == ("EUR", "Europe/Oslo")
    assert shop.plan
    assert next(iter(shopify.calls())) == "ShopInfo"


def test_a_shop_that_changed_its_currency_is_not_read_on(
    shopify: Sandbox, shop: Shop, run: RunReport
) -> None:
    """AC-026: no currency is taken for another."""
    shopify.place()
    Shop.objects.update(currency="USD")

    log = run("orders")

    assert "now counts in EUR" in log.error_message
    assert not Order.objects.exists()


def test_documents_are_asked_for_at_once_where_the_shop_says_so(
    shopify: Sandbox, shop: Shop, run: RunReport
) -> None:
    shopify.place()
    run("orders")
    assert not JobQueueEntry.objects.filter(kind="documents").exists()

    change_settings(shop, auto_create_orders=True)
    run("orders")

    asked = JobQueueEntry.objects.get(kind="documents")
    assert (asked.shop, asked.parameters["options"]) == ("DEMO", {"retry": "due"})


def test_a_buyer_who_paid_in_a_currency_of_four_letters_is_no_obstacle(
    shopify: Sandbox, run: RunReport, damaged: Damage
) -> None:
    name = shopify.place()
    damaged(name, "presentmentCurrencyCode", "USDC")

    run("orders")

    assert order_named(name).presentment_currency == "USDC"
