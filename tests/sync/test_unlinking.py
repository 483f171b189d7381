"""Unlink and process again: off the unposted document, and never two of them for one order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from connector.sync.audit import broken_links
from connector.sync.errors import RecordError
from connector.sync.jobs import request_report
from connector.sync.models import DocumentLink, Issue, LineLink, OrderAction
from connector.sync.unlinking import unlink
from erp.models import Document
from jobqueue.runner import run_entry
from shops.models import Order, Refund, Shop
from tests.sync.conftest import (
    LAMP,
    Run,
    Sandbox,
    change_settings,
    document_of,
    order_named,
    ship,
)
from tests.sync.presses import press

pytestmark = pytest.mark.django_db(transaction=True)
State = Document.State


@pytest.fixture
def processed(shopify: Sandbox, shop: Shop, run: Run) -> str:
    name = shopify.place(LAMP)
    run("orders")
    run("documents")
    return name


def off(name: str, *, keep: bool, by: str = "kari") -> OrderAction:
    return unlink(order_named(name).pk, document_of(name).pk, press(by), keep=keep)


def in_use() -> list[str]:
    """Sales documents that could still be shipped or posted."""
    rows = Document.objects.exclude(state=State.CANCELLED)
    return list(rows.values_list("no", flat=True))


@pytest.mark.parametrize("keep", [True, False])
def test_the_order_is_unprocessed_and_gets_a_new_document(
    keep: bool, processed: str, run: Run
) -> None:
    old = document_of(processed)
    Order.objects.update(conflict=True, conflict_note="Lamp: 2 became 1.")

    action = off(processed, keep=keep)

    order = order_named(processed)
    assert (order.state, order.conflict, order.conflict_note) == ("unprocessed", False, "")
    assert (action.kind, action.by) == (OrderAction.Kind.UNLINK, "kari")
    assert old.no in action.answer
    kept = Document.objects.filter(pk=old.pk).values_list("state", flat=True)
    assert list(kept) == ([State.CANCELLED] if keep else [])
    assert not LineLink.objects.exists()
    assert broken_links() == []
    run("documents")
    new = document_of(processed)
    assert new.pk != old.pk
    assert in_use() == [new.no]
    assert broken_links() == []


def test_a_cancelled_document_lets_its_order_go(processed: str, run: Run) -> None:
    Document.objects.update(state=State.CANCELLED)

    off(processed, keep=True)
    run("documents")

    assert document_of(processed).state == State.RELEASED
    assert Document.objects.count() == 2


def test_what_is_shipped_in_part_stays(processed: str) -> None:
    ship(processed, 1)

    for keep in (True, False):
        with pytest.raises(RecordError, match="is posted, or a part of it"):
            off(processed, keep=keep)

    assert order_named(processed).state == Order.State.PROCESSED
    assert DocumentLink.objects.count() == 1


def test_a_posted_invoice_stays(shopify: Sandbox, shop: Shop, run: Run) -> None:
    name = shopify.place(LAMP, fulfilled=True)
    run("orders")
    run("documents")
    run("297")
    assert document_of(name).state == State.POSTED

    with pytest.raises(RecordError, match="Correct it by a credit memo"):
        off(name, keep=True)

    assert DocumentLink.objects.count() == 1


def test_a_second_press_and_one_about_another_document_do_nothing(processed: str, run: Run) -> None:
    order, old, pressed = order_named(processed), document_of(processed), press()

    first = unlink(order.pk, old.pk, pressed, keep=False)
    run("documents")

    assert unlink(order.pk, old.pk, pressed, keep=False) == first
    with pytest.raises(RecordError, match="no longer on that document"):
        unlink(order.pk, old.pk, press(), keep=False)
    assert document_of(processed).pk != old.pk
    assert OrderAction.objects.count() == 1


def test_a_kept_document_must_not_hold_shopifys_number(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    change_settings(shop, use_shopify_order_no=True)
    name = shopify.place(LAMP)
    run("orders")
    run("documents")

    with pytest.raises(RecordError, match="would hold the number"):
        off(name, keep=True)
    off(name, keep=False)
    run("documents")

    assert document_of(name).no == name


def test_what_batch_posting_said_of_the_old_document_is_settled(processed: str, shop: Shop) -> None:
    old = document_of(processed)
    issue = Issue.objects.create(
        shop=shop,
        report="296",
        gid=f"document {old.pk}",
        ref=old.no,
        outcome=Issue.Outcome.REJECTED,
        code="x",
        reason="x",
        first_seen=press().now(),
        last_seen=press().now(),
    )

    off(processed, keep=False)

    issue.refresh_from_db()
    assert issue.state == Issue.State.RESOLVED


def test_what_was_said_of_its_refund_is_settled_with_the_old_document(
    processed: str, shopify: Sandbox, run: Run
) -> None:
    """Cancelled in Shopify: a refund that waited for an invoice no longer waits for any."""
    shopify.control("orders/cancel", {"name": processed})
    run("orders")
    run("refunds")
    issue, refund = Issue.objects.open().get(), Refund.objects.get()
    assert "is not invoiced yet" in refund.reason

    off(processed, keep=True)
    run("documents")
    run("refunds")

    issue.refresh_from_db()
    refund.refresh_from_db()
    assert order_named(processed).state == Order.State.NO_DOCUMENT
    assert (issue.state, refund.reason) == (Issue.State.RESOLVED, "")
    assert not Issue.objects.open().exists()


def test_a_crash_in_the_middle_leaves_the_order_on_its_document(
    processed: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = document_of(processed)

    def dies(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    for step in ("_unprocessed", "_noted"):
        with monkeypatch.context() as patch:
            patch.setattr(f"connector.sync.unlinking.{step}", dies)
            with pytest.raises(KeyboardInterrupt):
                off(processed, keep=False)
        assert document_of(processed) == old
        assert broken_links() == []
    run("documents")
    assert in_use() == [old.no]

    off(processed, keep=False)  # and a crash before the next run: the order waits for it
    assert in_use() == []
    run("documents")
    run("documents")
    assert len(in_use()) == 1


def test_two_people_and_two_runs_at_once_make_one_document(processed: str, shop: Shop) -> None:
    order, old = order_named(processed), document_of(processed)
    start = Barrier(4)

    def one(call: Callable[[], object]) -> object:
        start.wait(timeout=20)
        try:
            return call()
        except RecordError as refusal:
            return refusal
        finally:
            connections.close_all()

    def process() -> None:
        entry, _created = request_report("documents", shop)
        run_entry(entry.pk)

    calls: list[Callable[[], object]] = [
        lambda: unlink(order.pk, old.pk, press("kari"), keep=False),
        lambda: unlink(order.pk, old.pk, press("ola"), keep=True),
        process,
        process,
    ]
    with ThreadPoolExecutor(len(calls)) as pool:
        answers = list(pool.map(one, calls))
    process()

    said = [type(answer) for answer in answers[:2]]
    assert sorted(each.__name__ for each in said) == ["OrderAction", "RecordError"]
    assert in_use() == [document_of(processed).no]
    assert broken_links() == []
