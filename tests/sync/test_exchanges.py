"""Exchanges: what is taken for goods that come back is on the refund's document alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.sync.applying import apply, planned
from connector.sync.audit import broken_links
from connector.sync.models import LineLink, MissingRecord, RefundLink
from erp.audit import broken_invariants
from erp.drafts import PaidDraft, PaymentDraft
from erp.ledgers import remaining
from erp.models import Company as Books
from erp.models import Document, PartyEntry, Stock
from erp.payments import create_payment
from erp.posting import post_document, post_order, post_payment
from erp.setup import add_currency
from sandbox.store import Store
from shops.models import OrderLine, Refund, Return, Shop
from tests.sync.conftest import (
    LAMP,
    TODAY,
    Run,
    Sandbox,
    change_settings,
    document_of,
    order_named,
)
from tests.sync.presses import press
from tests.sync.test_refunds import accounts, lines_of, memo_of, sold

__all__ = ["accounts"]
pytestmark = pytest.mark.django_db(transaction=True)

CHAIR: dict[str, Any] = {"sku": "CHAIR-RED", "title": "Chair", "price": "365.00"}


def returned(shopify: Sandbox, name: str, *exchange: dict[str, Any], units: int = 1) -> None:
    """Open a return of the first line in Shopify."""
    body = {"name": name, "lines": {"0": units}, "exchange": list(exchange)}
    shopify.control("orders/return", body)


def received(shopify: Sandbox, run: Run, name: str, **how: Any) -> Refund:
    """Take the goods back in Shopify, import and credit; return our row of the refund."""
    shopify.control("orders/return/receive", {"name": name, **how})
    run("orders")
    run("refunds")
    return Refund.objects.filter(order__name=name).latest("pk")


def in_step(run: Run) -> None:
    """Assert that money of both sides agrees, and that the books do in themselves."""
    run("reconciliation")
    kinds = [MissingRecord.Kind.REFUND, MissingRecord.Kind.ORDER]
    assert not MissingRecord.objects.filter(kind__in=kinds).exists()
    assert broken_links() == []
    assert not broken_invariants()


def test_ac036_lines_in_exchange_are_flagged_and_not_sold(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Of an order that comes with a return in progress: the lamp is sold, the chair is not."""
    name = shopify.place(LAMP, fulfilled=True)
    returned(shopify, name, CHAIR)

    run("orders")
    run("documents")

    lines = OrderLine.objects.filter(order__name=name)
    assert list(lines.values_list("sku", "exchange")) == [("LAMP", False), ("CHAIR-RED", True)]
    assert lines_of(document_of(name)) == [("LAMP", "item", Decimal(2), Decimal(200))]
    assert broken_links() == []


def test_ac036_an_order_that_was_exchanged_before_it_came_is_sold_whole(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Its document has what came back; the memo takes that off again, and has the chair."""
    name = shopify.place(LAMP, fulfilled=True, taxRate="0.25", taxesIncluded=False)
    returned(shopify, name, CHAIR)
    shopify.control("orders/return/receive", {"name": name})
    run("orders")
    run("documents")
    order = document_of(name)
    assert lines_of(order) == [("LAMP", "item", Decimal(2), Decimal(250))]
    assert broken_links() == []

    post_order(order.pk, today=TODAY)
    run("refunds")

    refund = Refund.objects.get()
    assert [line[:3] for line in lines_of(memo_of(refund))] == [
        ("LAMP", "item", Decimal(1)),
        ("CHAIR-RED", "item", Decimal(-1)),
    ]
    assert memo_of(refund).amount_incl == Decimal("-331.25")
    in_step(run)


def test_an_exchange_is_credited_also_after_changes_were_applied(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Applying writes the order as it was sold, so the refund is still to be told."""
    change_settings(accounts, auto_release_sales_orders=False)
    name = shopify.place(LAMP, fulfilled=True, taxRate="0.25", taxesIncluded=False)
    run("orders")
    run("documents")
    returned(shopify, name, CHAIR)
    shopify.control("orders/return/receive", {"name": name})
    run("orders")

    order = order_named(name)
    apply(order.pk, planned(order).seen, press())

    assert lines_of(document_of(name)) == [("LAMP", "item", Decimal(2), Decimal(250))]
    post_document(document_of(name).pk, today=TODAY)
    run("refunds")
    assert memo_of(Refund.objects.get()).amount_incl == Decimal("-331.25")
    in_step(run)


def test_ac135_what_is_taken_in_exchange_is_set_off(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Returned 1893, new 365, refund 1528: two item lines, and no refund account."""
    lamp = {**LAMP, "quantity": 1, "price": "1893.00"}
    name = sold(shopify, run, lamp, taxRate="0.25", taxesIncluded=True)
    returned(shopify, name, CHAIR)

    refund = received(shopify, run, name)

    memo = memo_of(refund)
    assert refund.amount == memo.amount_incl == Decimal(1528)
    assert lines_of(memo) == [
        ("LAMP", "item", Decimal(1), Decimal(1893)),
        ("CHAIR-RED", "item", Decimal(-1), Decimal(-365)),
    ]
    assert memo.vat_amount == Decimal("305.60")
    assert not order_named(name).conflict
    post_document(memo.pk, today=TODAY)
    entry = PartyEntry.objects.get(kind=PartyEntry.Kind.INVOICE)
    assert remaining(entry) == Decimal(365)
    assert Stock.objects.get(item__no="CHAIR-RED").qty == Decimal(-1)
    in_step(run)


def test_ac136_who_takes_more_than_came_back_owes_the_rest(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """100 came back, 250 were taken: a memo over −150, no conflict, and 150 open besides."""
    name = sold(shopify, run, {**LAMP, "quantity": 1}, taxRate="0.25", taxesIncluded=False)
    returned(shopify, name, {**CHAIR, "price": "250.00"})

    refund = received(shopify, run, name)

    memo = memo_of(refund)
    assert (refund.amount, memo.amount, memo.amount_incl) == (
        Decimal(0),
        Decimal(-150),
        Decimal("-187.50"),
    )
    assert [line[2] for line in lines_of(memo)] == [Decimal(1), Decimal(-1)]
    order = order_named(name)
    assert not order.conflict
    post_document(memo.pk, today=TODAY)
    invoice = PartyEntry.objects.get(kind=PartyEntry.Kind.INVOICE)
    owed = PartyEntry.objects.get(kind=PartyEntry.Kind.CREDIT_MEMO)
    assert (remaining(invoice), remaining(owed)) == (Decimal(125), Decimal("187.50"))
    in_step(run)
    memo.refresh_from_db()
    paid = PaidDraft(memo.posted_no or "", kind="credit_memo")
    payment = PaymentDraft(owed.party.no, Decimal("187.50"), "EUR", TODAY, settles=(paid,))
    post_payment(create_payment(memo.company, payment).pk)
    assert remaining(owed) == 0
    in_step(run)


def test_ac136_an_exchange_is_no_conflict_before_the_goods_are_back(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """The chair is on the order from the day the return is open; another line would be one."""
    name = sold(shopify, run)
    returned(shopify, name, CHAIR)

    run("orders")

    assert not order_named(name).conflict
    assert Return.objects.get().status == "OPEN"
    assert broken_links() == []


def test_an_even_exchange_comes_to_nothing(shopify: Sandbox, accounts: Shop, run: Run) -> None:
    name = sold(shopify, run)
    returned(shopify, name, {**CHAIR, "price": "100.00"})

    memo = memo_of(received(shopify, run, name))

    assert [line[3] for line in lines_of(memo)] == [Decimal(100), Decimal(-100)]
    assert memo.amount_incl == 0
    post_document(memo.pk, today=TODAY)
    in_step(run)


def test_two_refunds_of_one_return_have_the_exchange_once(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    name = sold(shopify, run)
    returned(shopify, name, {**CHAIR, "price": "30.00"}, units=2)

    first = memo_of(received(shopify, run, name, lines={"0": 1}))
    second = memo_of(received(shopify, run, name, lines={"0": 1}))

    assert [line[0] for line in lines_of(first)] == ["LAMP", "CHAIR-RED"]
    assert lines_of(second) == [("LAMP", "item", Decimal(1), Decimal(100))]
    assert LineLink.objects.filter(document_line__document=first).count() == 1
    in_step(run)


def test_an_exchange_never_becomes_two_documents(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Not where a run forgot that it was done, though by then its lines are known as booked."""
    name = sold(shopify, run, {**LAMP, "quantity": 1})
    returned(shopify, name, {**CHAIR, "price": "250.00"})
    refund = received(shopify, run, name)
    Refund.objects.update(state=Refund.State.UNPROCESSED)

    run("refunds")

    assert Document.objects.filter(kind=Document.Kind.CREDIT_MEMO).count() == 1
    refund.refresh_from_db()
    assert (refund.state, refund.reason) == (Refund.State.PROCESSED, "")


def test_what_was_taken_in_exchange_can_come_back_too(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """No invoice has it, so its line is tied to none."""
    name = sold(shopify, run, {**LAMP, "quantity": 1})
    returned(shopify, name, {**CHAIR, "price": "40.00"})
    received(shopify, run, name)

    shopify.control("orders/refund", {"name": name, "lines": {"CHAIR-RED": 1}})
    run("orders")
    run("refunds")

    memo = memo_of(Refund.objects.latest("pk"))
    assert memo.amount_incl == Decimal(40)
    assert memo.lines.get().source_line is None
    assert not order_named(name).conflict
    in_step(run)


def test_the_exchange_of_a_fulfilled_order_is_told_in_its_presentment_currency(
    shopify: Sandbox, accounts: Shop, books: Books, run: Run
) -> None:
    add_currency(books, "NOK", rate=Decimal("0.0854700855"))
    change_settings(accounts, currency_handling="presentment")
    name = sold(shopify, run, {**LAMP, "quantity": 1}, currency="NOK")
    change_settings(accounts, currency_handling="shop")
    returned(shopify, name, {**CHAIR, "price": "40.00"})

    memo = memo_of(received(shopify, run, name))

    assert (memo.currency, memo.amount_incl) == ("NOK", Decimal("702.00"))
    assert [line[3] for line in lines_of(memo)] == [Decimal(1170), Decimal(-468)]


def test_an_exchange_is_a_credit_memo_whatever_returns_are_processed_as(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """A return order takes goods in alone."""
    change_settings(accounts, process_returns_as="return_order")
    name = sold(shopify, run)
    returned(shopify, name, {**CHAIR, "price": "40.00"})

    assert memo_of(received(shopify, run, name)).kind == Document.Kind.CREDIT_MEMO
    assert RefundLink.objects.count() == 1


def test_a_missing_item_of_an_exchange_is_named(
    shopify: Sandbox, accounts: Shop, store: Store, run: Run
) -> None:
    name = sold(shopify, run)
    change_settings(accounts, auto_create_unknown_items=False)
    returned(shopify, name, CHAIR)

    refund = received(shopify, run, name)

    assert "Missing: " in refund.reason
    assert "Chair" in refund.reason
    assert not RefundLink.objects.exists()
