"""50101: what is in Shopify and not in the books is listed, with the reason, and can be fetched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from connector.shopify.documents import load
from connector.sync import booked
from connector.sync.conflicts import resolve
from connector.sync.models import Cursor, DayCount, MissingRecord
from connector.sync.models import Run as RunRow
from connector.sync.periods import first_day, period_back_to
from connector.sync.staging.asked_for import ask_for
from erp.documents import create_sales_document
from erp.drafts import LineDraft, SalesDocumentDraft
from erp.models import Document
from erp.posting import post_order
from jobqueue.models import JobQueueEntry, Status
from sandbox.store import Store
from shops.models import Order, Shop
from tests.sync.conftest import (
    LAMP,
    TODAY,
    Run,
    Sandbox,
    change,
    document_of,
    order_named,
    record_of,
    ship,
)

TODAY_AT_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)
NAMES = (
    "orders",
    "orders_here",
    "orders_booked",
    "refunds",
    "refunds_booked",
    "fulfillments",
    "fulfillments_booked",
    "missing",
)


def counted() -> dict[str, int]:
    """All days together; what is zero is left out."""
    sums = DayCount.objects.aggregate(**{name: Sum(name) for name in NAMES})
    return {name: number for name, number in sums.items() if number}


def missing() -> list[tuple[str, str, str]]:
    rows = MissingRecord.objects.order_by("order_name", "kind", "pk")
    return [(row.kind, row.order_name, row.why) for row in rows]


def test_what_is_in_the_books_is_accounted_for(shopify: Sandbox, run: Run) -> None:
    """Made, shipped and told: Shopify and the books count the same."""
    name = shopify.place()
    run("orders")
    run("documents")
    ship(name, 2)
    run("shipments")

    log = run("reconciliation")

    assert missing() == []
    assert counted() == {
        "orders": 1,
        "orders_here": 1,
        "orders_booked": 1,
        "fulfillments": 1,
        "fulfillments_booked": 1,
    }
    assert log.counts == {"read": 1, "unchanged": 1}
    assert "Every order" in log.message


def test_every_day_of_the_period_is_there_also_an_empty_one(run: Run) -> None:
    run("reconciliation")

    assert DayCount.objects.count() == 7
    assert counted() == {}


def test_a_missing_order_has_its_reason(
    shopify: Sandbox, shop: Shop, store: Store, run: Run
) -> None:
    """Left out by a filter, not synchronized yet, archived, cancelled, missed: each is told apart."""
    filtered = shopify.place(tags=["later"])
    run("orders", filters={"tags": "<>*[later]*"})
    archived, cancelled, missed = (shopify.place() for _number in range(3))
    change(store, archived, closed_at=store.clock.now())
    change(store, cancelled, cancelled_at=store.clock.now(), cancel_reason="OTHER")
    tomorrow = timezone.now() + timedelta(days=1)
    Cursor.objects.filter(shop=shop).update(position=tomorrow)
    late = shopify.place()
    store.put(replace(record_of(store, late), updated_at=tomorrow + timedelta(minutes=1)))

    log = run("reconciliation")

    assert missing() == [
        ("order", filtered, "waiting"),
        ("order", archived, "archived"),
        ("order", cancelled, "cancelled"),
        ("order", missed, "missed"),
        ("order", late, "not_yet"),
    ]
    assert "filter on Tags" in MissingRecord.objects.get(order_name=filtered).reason
    assert counted() == {"orders": 5, "missing": 5}
    assert log.counts == {"read": 5, "skipped": 4, "rejected": 1}
    assert "5 records, of which 1 need" in log.message


def test_an_order_without_a_document_is_here_and_not_in_the_books(
    shopify: Sandbox, run: Run
) -> None:
    name = shopify.place(test=True)
    run("orders")
    run("documents")

    run("reconciliation")

    assert missing() == [("order", name, "unprocessed")]
    assert "test order" in MissingRecord.objects.get().reason
    assert counted() == {"orders": 1, "orders_here": 1, "missing": 1}


def test_an_order_that_needs_no_document_is_accounted_for(shopify: Sandbox, run: Run) -> None:
    """With its refund: nothing of it was ever sold."""
    name = shopify.place()
    shopify.control("orders/cancel", {"name": name})
    run("orders", archived="include")
    run("documents")

    run("reconciliation")

    assert order_named(name).state == Order.State.NO_DOCUMENT
    assert missing() == []
    assert counted() == {
        "orders": 1,
        "orders_here": 1,
        "orders_booked": 1,
        "refunds": 1,
        "refunds_booked": 1,
    }


def test_a_refund_counts_once_the_books_have_as_much_left_as_shopify(
    shopify: Sandbox, run: Run
) -> None:
    name = shopify.place()
    run("orders")
    run("documents")
    document = document_of(name)
    invoice = post_order(document.pk, ship=True, invoice=True, today=TODAY).invoice
    assert invoice is not None
    run("shipments")
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})
    run("orders")

    run("reconciliation")

    assert missing() == [("refund", name, "differs")]
    row = MissingRecord.objects.get()
    assert row.details == {
        "order": name,
        "books": "200.00",
        "shopify": "100.00",
        "currency": "EUR",
    }
    assert "Shopify has 100.00 EUR left" in row.reason

    _credit(invoice, Decimal(100))
    run("reconciliation")

    assert missing() == []
    assert counted()["refunds_booked"] == counted()["refunds"] == 1


def test_what_a_person_resolved_is_told_as_long_as_the_books_differ(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    name = shopify.place({**LAMP, "quantity": 3})
    run("orders")
    run("documents")
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})
    run("orders")
    assert resolve(order_named(name), "Sent as a gift.", "ada", TODAY_AT_NOON)

    run("reconciliation")

    assert missing() == [("order", name, "resolved")]
    row = MissingRecord.objects.get()
    assert not row.trouble
    assert row.reason == (
        "Marked as resolved by ada on 2 Mar 2026: “Sent as a gift”. "
        f"Shopify has 200.00 EUR left of order {name}, the books have 300.00."
    )
    assert (
        RunRow.objects.filter(report="reconciliation").latest("pk").counts.get("rejected", 0) == 0
    )

    invoice = post_order(document_of(name).pk, ship=True, invoice=True, today=TODAY).invoice
    assert invoice is not None
    _credit(invoice, Decimal(100))
    run("reconciliation")

    assert missing() == []


def test_an_answer_does_not_cover_a_refund_that_came_after_it(shopify: Sandbox, run: Run) -> None:
    name = shopify.place({**LAMP, "quantity": 3})
    run("orders")
    run("documents")
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})
    run("orders")
    assert resolve(order_named(name), "Sent as a gift.", "ada", TODAY_AT_NOON)
    invoice = post_order(document_of(name).pk, ship=True, invoice=True, today=TODAY).invoice
    assert invoice is not None
    run("shipments")
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})
    run("orders")

    run("reconciliation")

    assert set(missing()) == {
        ("order", name, "resolved"),
        ("refund", name, "differs"),
    }

    _credit(invoice, Decimal(100))
    run("reconciliation")

    assert missing() == [("order", name, "resolved")]


def _credit(invoice: Document, amount: Decimal) -> None:
    """Credit one lamp of the invoice."""
    line = LineDraft(
        item_no="LAMP",
        unit_price=amount,
        tax=Decimal(0),
        corrects_line=invoice.lines.get().line_no,
    )
    create_sales_document(
        invoice.company,
        SalesDocumentDraft(
            kind="credit_memo",
            customer_no=str(invoice.party.no) if invoice.party else "",
            currency="EUR",
            document_date=TODAY,
            tax_mode="given",
            corrects_no=invoice.posted_no or "",
            lines=(line,),
        ),
    )


def test_money_paid_back_for_no_goods_is_missed_too(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """No total of Shopify's tells of it: what was paid back beyond what the total lost does."""
    name = shopify.place()
    run("orders")
    run("documents")
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})
    record = record_of(store, name)
    [refund] = record.refunds
    [payment, back] = record.transactions
    more = replace(back.amount, shop=Decimal("112.50"), presentment=Decimal("112.50"))
    change(
        store,
        name,
        transactions=(payment, replace(back, amount=more)),
        refunds=(replace(refund, amount=more),),
    )

    run("reconciliation")

    assert MissingRecord.objects.get().details["shopify"] == "87.50"


def test_what_shopify_shipped_and_the_books_did_not_is_missing(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """An order that was fulfilled by hand in Shopify after its sales order was made."""
    name = shopify.place()
    run("orders")
    run("documents")
    [sent] = record_of(store, shopify.place(fulfilled=True)).fulfillments
    own = replace(sent, gid=store.new_gid("Fulfillment"), lines=(), fulfillment_order_gids=())
    change(store, name, fulfillments=(own,))

    run("reconciliation")

    assert ("fulfillment", name, "not_shipped") in missing()
    assert document_of(name).no in MissingRecord.objects.get(order_name=name).reason
    ship(name, 2)
    run("reconciliation")
    assert name not in {row[1] for row in missing()}


def test_refunds_and_fulfillments_of_an_order_that_is_not_here(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    name = shopify.place(fulfilled=True)
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})

    run("reconciliation")

    assert missing() == [
        ("fulfillment", name, "order_missing"),
        ("order", name, "not_yet"),
        ("refund", name, "order_missing"),
    ]
    run("orders")
    run("reconciliation")
    assert missing() == [
        ("fulfillment", name, "with_order"),
        ("order", name, "unprocessed"),
        ("refund", name, "with_order"),
    ]
    run("documents")
    run("reconciliation")
    assert missing() == []


def test_an_order_that_was_deleted_in_shopify_is_noticed(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    shopify.place()
    before = store.snapshot()
    name = shopify.place()
    run("orders")
    run("documents")
    store.restore(before)

    run("reconciliation")

    assert missing() == [("order", name, "gone")]
    assert counted() == {"orders": 1, "orders_here": 2, "orders_booked": 1, "missing": 1}


def test_only_the_period_is_counted_and_older_days_stay(shopify: Sandbox, run: Run) -> None:
    """A refund of today counts today, however old its order is."""
    long_ago = timezone.now() - timedelta(days=20)
    name = shopify.place(createdAt=long_ago.isoformat(), updatedAt=long_ago.isoformat())
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})

    run("reconciliation", period="31")
    assert [row[0] for row in missing()] == ["order", "refund"]
    before = DayCount.objects.count()
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})
    run("reconciliation")

    assert [row[0] for row in missing()] == ["order", "refund", "refund"]
    assert DayCount.objects.count() == before == 31
    assert counted()["orders"] == 1
    assert counted()["refunds"] == 2


def test_what_is_asked_for_comes_in_whatever_the_filters_say(
    shopify: Sandbox, shop: Shop, store: Store, run: Run
) -> None:
    """Also an archived one; then the comparison is asked for anew, over as many days as it takes."""
    name, other = shopify.place(), shopify.place()
    for one in (name, other):
        change(store, one, closed_at=store.clock.now())
    run("orders")
    run("reconciliation")
    assert missing() == [("order", name, "archived"), ("order", other, "archived")]

    wanted = ask_for(MissingRecord.objects.filter(order_name=name), timezone.now())
    run("orders", filters={"test": "yes"})

    assert wanted == {shop: 1}
    assert list(Order.objects.values_list("name", flat=True)) == [name]
    entry = JobQueueEntry.objects.get(kind="reconciliation", status=Status.READY)
    assert entry.parameters["options"] == {"period": "7"}
    assert not MissingRecord.objects.filter(asked_at__isnull=False).exists()


def test_a_comparison_that_comes_between_forgets_no_wish(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    name = shopify.place()
    change(store, name, closed_at=store.clock.now())
    run("orders")
    run("reconciliation")
    ask_for(MissingRecord.objects.all(), timezone.now())

    run("reconciliation")

    assert MissingRecord.objects.get().asked_at is not None


def test_a_run_that_fails_leaves_what_the_last_one_found(
    shopify: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopify.place()
    run("reconciliation")
    was = missing()
    monkeypatch.setattr("connector.sync.reports.reconciliation.PAGE", 1)
    shopify.place()
    shopify.faults({"kind": "http", "status": 401, "operation": "OrdersBrief", "nth": 2})

    log = run("reconciliation")

    assert "token" in log.error_message
    assert missing() == was
    assert not RunRow.objects.filter(report="reconciliation").latest("pk").finished_at


def test_it_costs_less_than_a_fifth_of_a_point_an_order(shopify: Sandbox, run: Run) -> None:
    for _number in range(3):
        shopify.place()

    run("reconciliation")

    assert load("orders_brief").cost({"first": 250}) == 46
    assert shopify.calls()["OrdersBrief"] == 1


def test_a_page_takes_as_many_queries_as_one_order(
    shopify: Sandbox, shop: Shop, run: Run, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shopify.place()
    run("orders")
    run("documents")
    gids = list(Order.objects.values_list("gid", flat=True))
    with django_assert_num_queries(5):
        booked.ours(shop, gids)
    for _number in range(3):
        shopify.place()
    run("orders")
    run("documents")
    gids = list(Order.objects.values_list("gid", flat=True))

    with django_assert_num_queries(5):
        assert len(booked.ours(shop, gids)) == 4


@pytest.mark.parametrize(
    ("back", "period"), [(0, "7"), (6, "7"), (7, "31"), (31, "92"), (400, "366")]
)
def test_the_shortest_period_that_holds_a_day(back: int, period: str) -> None:
    now = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # already the third in Oslo
    day = first_day("7", now, "Europe/Oslo") + timedelta(days=6 - back)

    assert period_back_to(day, now, "Europe/Oslo") == period
