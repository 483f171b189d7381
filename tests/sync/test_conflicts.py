"""What changed of an order after its document was made: flagged with what it was, until resolved."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.utils import timezone, translation

from connector.sync.audit import broken_links
from connector.sync.conflicts import resolve
from connector.sync.mapping.conflicts import conflict
from connector.sync.mapping.sums import told
from sandbox.store import Store
from tests.sync import nodes
from tests.sync.conftest import LAMP, Run, Sandbox, change, document_of, order_named, record_of


def found(before: dict[str, Any], **after: Any) -> str:
    return conflict(orjson.dumps(before).decode(), nodes.read({**before, **after}))


def lines(*given: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": list(given), "pageInfo": {"hasNextPage": False, "endCursor": None}}


def test_an_item_that_was_added_is_named() -> None:
    """AC-041."""
    lamp, shade = nodes.line(), nodes.line("30.00", title="Shade")
    before = nodes.order("100.00", [lamp])

    assert found(before, lineItems=lines(lamp, shade)) == "Shade: 0 became 1."


def test_a_line_that_vanished_is_named() -> None:
    lamp, shade = nodes.line(), nodes.line("30.00", title="Shade")

    assert found(nodes.order("130.00", [lamp, shade]), lineItems=lines(lamp)) == (
        "Shade: 1 became 0."
    )


def test_dearer_shipping_is_named() -> None:
    """AC-042."""
    before = nodes.order("105.00", [nodes.line()], shipping=(nodes.charge("5.00"),))

    note = found(
        before, currentShippingPriceSet=nodes.bag("7.00"), currentTotalPriceSet=nodes.bag("107.00")
    )

    assert note == "Shipping: 5.00 became 7.00 EUR. Total: 105.00 became 107.00 EUR."


def test_an_order_that_was_cancelled_says_so_first() -> None:
    """AC-045."""
    note = found(nodes.order("100.00", [nodes.line()]), cancelledAt="2026-03-03T10:00:00Z")

    assert note == "The order was cancelled in Shopify."


def test_a_price_a_discount_and_an_address_are_told_by_their_names() -> None:
    """AC-048."""
    lamp = nodes.line("100.00", discount="5.00")
    before = nodes.order("95.00", [lamp])
    changed = {
        **lamp,
        "originalUnitPriceSet": nodes.bag("90.00"),
        "discountAllocations": [{"allocatedAmountSet": nodes.bag("4.00")}],
    }
    moved = nodes.address(address1="Elvegata 2", zip="5003", city="Bergen")

    note = found(before, lineItems=lines(changed), shippingAddress=moved)

    assert "Lamp, unit price: 100.00 became 90.00 EUR." in note
    assert "Lamp, discount: 5.00 became 4.00 EUR." in note
    assert "Ship-to address: Kari Holm, Storgata 1, 0155 Oslo, NO became " in note
    assert "Kari Holm, Elvegata 2, 5003 Bergen, NO." in note
    assert "Bill-to" not in note


def test_a_payment_is_no_change() -> None:
    before = nodes.order("100.00", [nodes.line()], displayFinancialStatus="PENDING")

    assert found(before, displayFinancialStatus="PAID", tags=["x"], note="hi") == ""


@pytest.mark.django_db(transaction=True)
def test_more_units_flag_the_order_and_leave_the_document(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """AC-040."""
    name = shopify.place(LAMP)
    run("orders")
    run("documents")
    _order_units(store, name, 3)

    run("orders")

    order = order_named(name)
    assert order.conflict
    assert "Lamp: 2 became 3." in order.conflict_note
    assert document_of(name).lines.get().quantity == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("processed", [True, False])
def test_fewer_units_are_a_conflict_only_once_there_is_a_document(
    processed: bool, shopify: Sandbox, run: Run
) -> None:
    """AC-043, AC-044."""
    name = shopify.place(LAMP)
    run("orders")
    if processed:
        run("documents")
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})

    run("orders")

    order = order_named(name)
    assert order.conflict is processed
    assert order.quantity == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_resolved_stays_so_until_the_next_change(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """AC-047."""
    name = shopify.place({**LAMP, "quantity": 5})
    run("orders")
    run("documents")
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})
    run("orders")
    assert resolve(order_named(name), "Lowered by hand.", "ada", timezone.now())

    change(store, name, tags=("again",))
    run("orders")

    order = order_named(name)
    assert (order.conflict, order.conflict_note) == (False, "")
    assert (order.conflict_answer, order.conflict_resolved_by) == ("Lowered by hand.", "ada")
    assert broken_links() == []
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})
    run("orders")
    order = order_named(name)
    assert order.conflict_note.startswith("Lamp: 4 became 3.")
    assert (order.conflict_answer, order.conflict_resolved_by) == ("", "")
    assert order.conflict_resolved_at is None


@pytest.mark.django_db(transaction=True)
def test_a_second_change_is_noted_beside_the_first_and_undoes_an_answer_to_it(
    shopify: Sandbox, run: Run
) -> None:
    name = shopify.place({**LAMP, "quantity": 5})
    run("orders")
    run("documents")
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})
    run("orders")
    seen = order_named(name)
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 2}})
    run("orders")

    assert not resolve(seen, "Done.", "ada", timezone.now())

    note = order_named(name).conflict_note
    assert "Lamp: 5 became 4." in note
    assert "Lamp: 4 became 2." in note


def _order_units(store: Store, name: str, units: int) -> None:
    record = record_of(store, name)
    [line] = record.lines
    change(store, name, lines=(replace(line, quantity=units),))


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [("500.0", "EUR", "500.00"), ("500.0", "JPY", "500"), ("0.125", "EUR", "0.125")],
)
def test_amounts_have_the_decimals_of_their_currency(
    amount: str, currency: str, words: str
) -> None:
    assert told(Decimal(amount), currency) == words


@pytest.mark.django_db(transaction=True)
def test_what_changed_is_told_in_the_language_of_the_run(shopify: Sandbox, run: Run) -> None:
    name = shopify.place({**LAMP, "quantity": 5})
    run("orders")
    run("documents")
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})
    with translation.override("nb"):
        run("orders")

    note = order_named(name).conflict_note
    assert note == "Lamp: 5 ble 4. Totalt: 500.00 ble 400.00 EUR."
