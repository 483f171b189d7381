"""Refunds that become return orders, and what returns tell besides."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.sync.models import MissingRecord
from connector.sync.models import Run as RunRow
from erp.audit import broken_invariants
from erp.ledgers import remaining
from erp.models import Company as Books
from erp.models import Document, PartyEntry, Stock
from erp.models import Location as BooksLocation
from erp.posting import post_order
from sandbox.records.location import Location as Place
from sandbox.store import Store
from shops.models import Location, Refund, Return, Shop
from tests.sync.conftest import (
    LAMP,
    TODAY,
    Run,
    Sandbox,
    change_settings,
    content_of,
    document_of,
)
from tests.sync.test_refunds import accounts, lines_of, memo_of, refunded, sold

__all__ = ["accounts"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def places(accounts: Shop, books: Books, store: Store) -> list[str]:
    """Two places of Shopify with their locations in the books, and a return location."""
    names = ["East", "West"]
    for name in names:
        gid = store.new_gid("Location")
        store.put(Place(gid, name))
        BooksLocation.objects.create(company=books, code=name.upper(), name=name)
        Location.objects.create(shop=accounts, gid=gid, name=name, location_code=name.upper())
    BooksLocation.objects.create(company=books, code="RETURNS", name="Returns")
    change_settings(accounts, return_location_code="RETURNS", return_location_priority="original")
    return names


def received(shopify: Sandbox, run: Run, name: str, *at: str, **more: Any) -> Refund:
    """Send the first line back in Shopify and take it in at these places; import and credit."""
    shopify.control("orders/return", {"name": name, "lines": {"0": 2}, "reason": "too-small"})
    shopify.control("orders/return/receive", {"name": name, "locations": list(at), **more})
    run("orders")
    run("refunds")
    return Refund.objects.filter(order__name=name).latest("pk")


def test_ac138_a_refund_becomes_a_return_order_where_the_shop_wants_it(
    shopify: Sandbox, places: list[str], accounts: Shop, books: Books, run: Run
) -> None:
    """Posting it puts the goods where Shopify did, credits them and settles the invoice."""
    change_settings(accounts, process_returns_as="return_order")
    name = sold(shopify, run, taxRate="0.25", taxesIncluded=True)

    order = memo_of(received(shopify, run, name, "East"))

    assert (order.kind, order.state) == (Document.Kind.RETURN_ORDER, Document.State.RELEASED)
    assert lines_of(order) == [("LAMP", "item", Decimal(2), Decimal(200))]
    assert order.lines.get().source_line is not None
    run("reconciliation")
    assert not MissingRecord.objects.filter(kind="refund").exists()

    posted = post_order(order.pk, ship=True, invoice=True, today=TODAY)

    assert Stock.objects.get(item__no="LAMP", location__code="EAST").qty == 2
    assert posted.invoice is not None
    assert (posted.invoice.kind, posted.invoice.amount_incl) == ("credit_memo", Decimal(200))
    assert remaining(PartyEntry.objects.get(kind=PartyEntry.Kind.INVOICE)) == 0
    run("reconciliation")
    assert not MissingRecord.objects.filter(kind="refund").exists()
    assert not broken_invariants()


def test_ac138_a_return_order_has_what_is_not_goods_as_well(
    shopify: Sandbox, accounts: Shop, books: Books, run: Run
) -> None:
    change_settings(accounts, process_returns_as="return_order")
    post = {"title": "Post", "price": "8.00"}
    name = sold(shopify, run, shipping=[post])

    order = memo_of(refunded(shopify, run, name, lines={"0": 1}, shipping="5.00", more="2.00"))

    assert [line[3] for line in lines_of(order)] == [Decimal(100), Decimal(5), Decimal(2)]
    posted = post_order(order.pk, today=TODAY)
    assert posted.invoice is not None
    assert posted.invoice.amount_incl == Decimal(107)
    assert not broken_invariants()


def test_ac138_a_refund_never_becomes_two_return_orders(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    change_settings(accounts, process_returns_as="return_order")
    name = sold(shopify, run)
    refunded(shopify, run, name, lines={"0": 1})
    Refund.objects.update(state=Refund.State.UNPROCESSED)

    run("refunds")

    assert Document.objects.filter(kind=Document.Kind.RETURN_ORDER).count() == 1


@pytest.mark.parametrize(
    ("at", "priority", "expected"),
    [
        (["East"], "original", "EAST"),
        (["East", "West"], "original", "RETURNS"),
        (["East"], "default", "RETURNS"),
        ([], "original", "RETURNS"),
    ],
)
def test_ac137_goods_come_back_to_where_shopify_put_them(
    shopify: Sandbox,
    places: list[str],
    accounts: Shop,
    run: Run,
    *,
    at: list[str],
    priority: str,
    expected: str,
) -> None:
    """Several places are none; by priority the return location comes first."""
    change_settings(accounts, return_location_priority=priority)
    name = sold(shopify, run)

    line = memo_of(received(shopify, run, name, *at)).lines.get()

    assert line.location is not None
    assert line.location.code == expected


def test_ac137_a_refund_that_names_no_place_is_answered_by_its_return(
    shopify: Sandbox, places: list[str], accounts: Shop, store: Store, run: Run
) -> None:
    name = sold(shopify, run)
    shopify.control("orders/return", {"name": name, "lines": {"0": 1}})
    shopify.control("orders/return/receive", {"name": name, "locations": ["West"]})
    [order] = [one for one in store.orders() if one.name == name]
    [refund] = order.refunds
    silent = replace(refund, lines=(replace(refund.lines[0], location_gid=None),))
    store.put(replace(order, refunds=(silent,)))

    run("orders")
    run("refunds")

    line = memo_of(Refund.objects.get()).lines.get()
    assert shopify.calls()["ReturnArrivals"] == 1
    assert line.location is not None
    assert line.location.code == "WEST"


def test_ac139_the_memo_bears_the_vat_group_of_the_invoice(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """The books have VAT groups for tax areas: of the customer then, not of the customer now."""
    name = sold(shopify, run, taxRate="0.25", taxesIncluded=True)
    invoice = Document.objects.get(kind=Document.Kind.INVOICE)
    assert invoice.party is not None
    invoice.party.vat_bus = "ABROAD"
    invoice.party.save()

    memo = memo_of(refunded(shopify, run, name, lines={"0": 1}))

    assert memo.vat_bus == invoice.vat_bus == "DOMESTIC"
    [line], [was] = memo.lines.all(), invoice.lines.all()
    assert (line.vat_prod, line.vat_pct) == (was.vat_prod, was.vat_pct)


def test_returns_come_with_their_orders_in_one_call_more(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """With their status, lines and reasons, and refreshed until they end."""
    names = [sold(shopify, run) for _number in range(2)]
    assert "OrdersReturns" not in shopify.calls()
    body = {"name": names[0], "lines": {"0": 1}, "reason": "too-small", "note": "Zip"}
    shopify.control("orders/return", body)

    run("orders")

    assert shopify.calls()["OrdersReturns"] == 1
    [back] = Return.objects.all()
    assert (back.order.name, back.name, back.status) == (names[0], f"{names[0]}-R1", "OPEN")
    [line] = content_of(names[0]).returns[0].lines
    assert (line.name, line.quantity, line.reason, line.note) == ("Lamp", 1, "Too small", "Zip")

    shopify.control("orders/return/receive", {"name": names[0]})
    shopify.control("orders/return/close", {"name": names[0]})
    run("orders")

    back.refresh_from_db()
    assert (back.status, back.closed_at is None) == ("CLOSED", False)
    assert Refund.objects.get().return_gid == back.gid


def test_a_return_that_was_declined_since_says_so(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Though the order itself no longer says that it has one."""
    name = sold(shopify, run)
    shopify.control("orders/return", {"name": name, "lines": {"0": 1}, "requested": True})
    run("orders")
    assert Return.objects.get().status == "REQUESTED"
    said = {"reason": "FINAL_SALE", "note": "On sale"}

    shopify.control("orders/return/decline", {"name": name, **said})
    run("orders")

    back = Return.objects.get()
    assert (back.status, back.decline_reason, back.decline_note) == ("DECLINED", *said.values())


def test_a_return_with_more_lines_than_a_page_comes_whole(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Also of an order with more returns than come with it."""
    lines = [{**LAMP, "quantity": 5} for _number in range(7)]
    name = sold(shopify, run, *lines)
    for _number in range(4):
        units = {str(index): 1 for index in range(7)}
        shopify.control("orders/return", {"name": name, "lines": units})

    run("orders")

    returns = content_of(name).returns
    assert [len(back.lines) for back in returns] == [7] * 4
    assert all(back.complete for back in returns)
    assert Return.objects.count() == 4


def test_an_app_without_the_right_says_that_returns_were_not_read(
    shopify: Sandbox, accounts: Shop, store: Store, run: Run
) -> None:
    """The order itself comes in as ever."""
    name = sold(shopify, run)
    scopes = tuple(scope for scope in store.shop.scopes if scope != "read_returns")
    store.put(replace(store.shop, scopes=scopes))
    shopify.control("orders/return", {"name": name, "lines": {"0": 1}})

    run("orders")

    assert "OrdersReturns" not in shopify.calls()
    assert not Return.objects.exists()
    note = RunRow.objects.filter(report="orders").latest("pk").note
    assert "1 order has returns that the app may not read." in note
    assert document_of(name).no
