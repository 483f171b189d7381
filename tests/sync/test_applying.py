"""Apply changes: an open sales document that nobody touched comes to say what the order says now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from connector.sync.applying import Plan, Seen, apply, planned
from connector.sync.audit import broken_links
from connector.sync.errors import RecordError
from connector.sync.models import DocumentLink, LineLink, OrderAction
from erp.documents import release, reopen
from erp.documents.editing import edit_document
from erp.documents.line_edits import LineEdit
from erp.models import Document
from erp.posting import post_order
from sandbox.store import Store
from shops.models import OrderPayload, Shop
from tests.sync.conftest import (
    LAMP,
    TODAY,
    Run,
    Sandbox,
    change,
    change_settings,
    document_of,
    order_named,
    record_of,
    ship,
)
from tests.sync.presses import press

pytestmark = pytest.mark.django_db(transaction=True)
SHADE: dict[str, Any] = {"sku": "SHADE", "title": "Shade", "quantity": 1, "price": "30.00"}


@pytest.fixture
def changed(shopify: Sandbox, store: Store, shop: Shop, run: Run) -> str:
    """An order with an open sales order: five lamps became three, and it goes to another street."""
    change_settings(shop, auto_release_sales_orders=False)
    name = shopify.place({**LAMP, "quantity": 5}, SHADE)
    run("orders")
    run("documents")
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 2}})
    run("orders")
    assert order_named(name).conflict
    return name


def look(name: str) -> Plan:
    return planned(order_named(name))


def test_the_preview_tells_each_field_and_both_totals_and_writes_nothing(changed: str) -> None:
    plan = look(changed)

    told = {(one.line, one.label): (one.before, one.after) for one in plan.changes}
    assert told["Lamp", "Quantity"] == ("5", "3")
    assert told["", "Total"] == ("530.00", "330.00")
    assert not any(line == "Shade" for line, _label in told)
    document = document_of(changed)
    assert document.version == 1
    assert document.amount_incl == 530
    assert order_named(changed).conflict


def test_applying_changes_the_document_clears_the_conflict_and_is_told(changed: str) -> None:
    action = apply(order_named(changed).pk, look(changed).seen, press())

    document, order = document_of(changed), order_named(changed)
    assert (document.state, document.version) == (Document.State.OPEN, 2)
    assert document.amount_incl == 330
    assert list(document.lines.values_list("quantity", flat=True)) == [3, 1]
    assert (order.conflict, order.conflict_note, order.conflict_resolved_at) == (False, "", None)
    assert (action.kind, action.by) == (OrderAction.Kind.APPLY, "kari")
    assert "Lamp, Quantity: 5 → 3." in action.answer
    assert LineLink.objects.filter(document_line__document=document).count() == 2
    assert broken_links() == []


def test_a_second_press_and_a_stale_preview_do_nothing_twice(changed: str) -> None:
    order, plan, pressed = order_named(changed), look(changed), press()

    first = apply(order.pk, plan.seen, pressed)
    assert apply(order.pk, plan.seen, pressed) == first
    with pytest.raises(RecordError, match="changed meanwhile"):
        apply(order.pk, plan.seen, press("ola"))

    assert document_of(changed).version == 2
    assert OrderAction.objects.count() == 1


def test_a_change_that_came_since_the_preview_is_not_applied_unseen(
    changed: str, shopify: Sandbox, run: Run
) -> None:
    plan = look(changed)
    shopify.control("orders/edit", {"name": changed, "remove": {"LAMP": 1}})
    run("orders")

    with pytest.raises(RecordError, match="changed meanwhile"):
        apply(order_named(changed).pk, plan.seen, press())

    assert document_of(changed).amount_incl == 530
    assert order_named(changed).conflict


def test_a_document_that_was_released_and_reopened_is_untouched(changed: str) -> None:
    document = document_of(changed)
    release(document.pk)
    with pytest.raises(RecordError, match="is released"):
        look(changed)

    reopen(document.pk)
    apply(order_named(changed).pk, look(changed).seen, press())

    assert document_of(changed).amount_incl == 330


def test_what_a_person_edited_is_not_written_over(changed: str) -> None:
    document = document_of(changed)
    lines = [
        LineEdit(
            pk=line.pk,
            type="item" if line.item else "account",
            no=line.item.no if line.item else line.account,
            text=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            tax=line.given_tax,
        )
        for line in document.lines.select_related("item")
    ]
    edit_document(document.pk, expected_version=1, head={"notes": "Call first."}, lines=lines)

    with pytest.raises(RecordError, match="was changed by hand"):
        look(changed)
    order = order_named(changed)
    with pytest.raises(RecordError, match="was changed by hand"):
        apply(order.pk, Seen(2, order.payload.digest), press())

    assert document_of(changed).notes == "Call first."
    assert order_named(changed).conflict


def test_a_document_of_before_is_untouched_as_long_as_its_version_is(changed: str) -> None:
    DocumentLink.objects.update(made="")
    assert look(changed).changes

    release(document_of(changed).pk)
    reopen(document_of(changed).pk)

    with pytest.raises(RecordError, match="was changed by hand"):
        look(changed)


def test_what_was_shipped_in_part_is_refused(changed: str) -> None:
    ship(changed, 1)

    with pytest.raises(RecordError, match="was shipped in part"):
        look(changed)

    assert order_named(changed).conflict


def test_what_is_shipped_and_invoiced_is_refused_as_completed(changed: str) -> None:
    post_order(document_of(changed).pk, ship=True, invoice=True, today=TODAY)

    with pytest.raises(RecordError, match="is completed"):
        look(changed)

    assert document_of(changed).amount_incl == 530


def test_an_order_that_was_cancelled_names_the_way_out(
    changed: str, shopify: Sandbox, run: Run
) -> None:
    shopify.control("orders/cancel", {"name": changed})
    run("orders")

    with pytest.raises(RecordError, match="Nothing of the order is left to sell: cancel SO"):
        look(changed)


def test_added_lines_and_addresses_come_in(changed: str, store: Store, run: Run) -> None:
    record = record_of(store, changed)
    lamp, shade = record.lines
    change(store, changed, lines=(replace(lamp, removed=0), replace(shade, quantity=2)))
    run("orders")

    plan = look(changed)
    apply(order_named(changed).pk, plan.seen, press())

    assert [(one.line, one.before, one.after) for one in plan.changes if one.line] == [
        ("Shade", "1", "2")
    ]
    assert document_of(changed).amount_incl == Decimal(560)


def test_refunds_that_are_in_it_are_not_credited_again(
    changed: str, shopify: Sandbox, run: Run
) -> None:
    shopify.control("orders/refund", {"name": changed, "lines": {"LAMP": 1}})
    run("orders")

    apply(order_named(changed).pk, look(changed).seen, press())

    link = DocumentLink.objects.get(order__name=changed)
    order = order_named(changed)
    assert sorted(link.refunds or []) == sorted(order.refunds.values_list("gid", flat=True))
    assert link.document.amount_incl == 230
    assert broken_links() == []
    run("refunds")
    assert Document.objects.filter(kind=Document.Kind.CREDIT_MEMO).count() == 0


def test_a_content_that_cannot_be_read_is_told(changed: str) -> None:
    OrderPayload.objects.update(raw="{}")

    with pytest.raises(RecordError, match="cannot be read"):
        look(changed)


def test_two_people_at_once_apply_once(changed: str) -> None:
    order, plan, start = order_named(changed), look(changed), Barrier(2)

    def one(by: str) -> object:
        start.wait(timeout=20)
        try:
            return apply(order.pk, plan.seen, press(by))
        except RecordError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(one, ["kari", "ola"]))

    assert sorted(type(each).__name__ for each in answers) == ["OrderAction", "RecordError"]
    assert document_of(changed).version == 2
    assert OrderAction.objects.count() == 1


def test_a_crash_in_the_middle_leaves_everything_as_it_was(
    changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = look(changed)

    def dies(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("connector.sync.applying._noted", dies)
        with pytest.raises(KeyboardInterrupt):
            apply(order_named(changed).pk, plan.seen, press())

    assert document_of(changed).amount_incl == 530
    assert order_named(changed).conflict
    apply(order_named(changed).pk, plan.seen, press())
    assert document_of(changed).amount_incl == 330
