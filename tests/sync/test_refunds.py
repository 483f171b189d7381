"""50102: a refund of an invoiced order becomes one credit memo that comes to what was paid back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from connector.sync.audit import broken_links
from connector.sync.models import DocumentLink, Issue, MissingRecord, RefundLink
from erp.audit import broken_invariants
from erp.ledgers import remaining
from erp.models import Company as Books
from erp.models import Document, DocumentLine, Location, PartyEntry
from erp.posting import post_document, post_order
from erp.setup import add_currency
from jobqueue.models import JobQueueEntry
from sandbox.store import Store
from shops.models import Order, Refund, Shop
from tests.sync.conftest import (
    LAMP,
    TODAY,
    Run,
    Sandbox,
    change,
    change_settings,
    content_of,
    document_of,
    order_named,
    record_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def accounts(shop: Shop, books: Books) -> Shop:
    change_settings(
        shop,
        refund_account=books.account("refund"),
        refund_not_restocked_account=books.account("refund_not_restocked"),
    )
    return shop


def sold(shopify: Sandbox, run: Run, *lines: dict[str, Any], **more: Any) -> str:
    """An order that is shipped, invoiced and told to Shopify; return its name."""
    name = shopify.place(*lines, **more)
    run("orders")
    run("documents")
    post_order(document_of(name).pk, ship=True, invoice=True, today=TODAY)
    run("shipments")
    return name


def refunded(shopify: Sandbox, run: Run, name: str, **what: Any) -> Refund:
    """Pay back in Shopify, import and credit; return our row of the refund."""
    shopify.control("orders/refund", {"name": name, **what})
    run("orders")
    run("refunds")
    return Refund.objects.filter(order__name=name).latest("pk")


def memo_of(refund: Refund) -> Document:
    return RefundLink.objects.get(refund=refund).document


def lines_of(memo: Document) -> list[tuple[str, str, Decimal, Decimal]]:
    """(item or account, type, quantity, amount with VAT) of each line."""
    return [
        (line.item.no if line.item else line.account, line.type, line.quantity, line.amount_incl)
        for line in memo.lines.order_by("line_no").select_related("item")
    ]


def test_a_full_refund_of_goods_that_came_back(shopify: Sandbox, accounts: Shop, run: Run) -> None:
    """AC-131: a released credit memo of 156.38 with VAT, and both sides have nothing left."""
    lamp = {**LAMP, "quantity": 1, "price": "156.38"}
    name = sold(shopify, run, lamp, taxRate="0.25", taxesIncluded=True)

    refund = refunded(shopify, run, name)

    memo = memo_of(refund)
    assert (memo.kind, memo.state) == (Document.Kind.CREDIT_MEMO, Document.State.RELEASED)
    assert (memo.amount_incl, memo.vat_amount) == (Decimal("156.38"), Decimal("31.28"))
    assert lines_of(memo) == [("LAMP", "item", Decimal(1), Decimal("156.38"))]
    assert refund.state == Refund.State.PROCESSED
    run("reconciliation")
    assert not MissingRecord.objects.exists()


def test_a_refund_never_becomes_two_credit_memos(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Not by a second run, and not where a run forgot that it was done."""
    name = sold(shopify, run)
    refund = refunded(shopify, run, name, lines={"0": 1})
    run("orders")

    assert run("refunds").counts == {}
    Refund.objects.update(state=Refund.State.UNPROCESSED)
    run("refunds")

    assert Document.objects.filter(kind=Document.Kind.CREDIT_MEMO).count() == 1
    refund.refresh_from_db()
    assert refund.state == Refund.State.PROCESSED


def test_the_credit_memo_settles_the_invoice_when_it_is_posted(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Tied to the invoice's line, so that the goods come back at what they went out for."""
    name = sold(shopify, run)
    memo = memo_of(refunded(shopify, run, name, lines={"0": 1}))
    invoice = Document.objects.get(kind=Document.Kind.INVOICE)
    assert memo.corrects == invoice
    assert memo.lines.get().source_line == invoice.lines.get()

    post_document(memo.pk, today=TODAY)

    entry = PartyEntry.objects.get(document=invoice, kind=PartyEntry.Kind.INVOICE)
    assert remaining(entry) == Decimal(100)
    assert not broken_invariants()


def test_a_pending_refund_waits_until_the_money_is_there(
    shopify: Sandbox, accounts: Shop, store: Store, run: Run
) -> None:
    """AC-132: none while it is pending, though Shopify's refund itself stays as it is."""
    name = sold(shopify, run)
    refund = refunded(shopify, run, name, lines={"0": 1}, pending=True)
    assert (refund.state, refund.reason_code, refund.pending) == ("unprocessed", "pending", True)
    assert not RefundLink.objects.exists()
    [issue] = Issue.objects.open().filter(report="refunds")
    assert (issue.gid, issue.ref, issue.outcome) == (refund.gid, name, "skipped")

    record = record_of(store, name)
    *before, back = record.transactions
    [paid] = record.refunds
    change(
        store,
        name,
        transactions=(*before, replace(back, status="SUCCESS")),
        refunds=(replace(paid, amount=back.amount),),
    )
    run("orders")
    run("refunds")

    assert memo_of(refund).amount_incl == Decimal(100)
    assert not Issue.objects.open().filter(report="refunds").exists()


@pytest.mark.parametrize("included", [True, False])
def test_shipping_alone_is_credited_exactly(
    shopify: Sandbox, accounts: Shop, books: Books, run: Run, *, included: bool
) -> None:
    """AC-133: 5.00 of the shipping, to the shipping charges account, whatever prices contain."""
    post = {"title": "Post", "price": "8.00"}
    name = sold(shopify, run, LAMP, shipping=[post], taxRate="0.25", taxesIncluded=included)

    memo = memo_of(refunded(shopify, run, name, shipping="5.00" if included else "4.00"))

    assert lines_of(memo) == [(books.account("shipping"), "account", Decimal(1), Decimal("5.00"))]
    assert memo.vat_amount == Decimal("1.00")
    run("reconciliation")
    assert not MissingRecord.objects.exists()


def test_a_missing_account_is_named_and_can_be_mended(
    shopify: Sandbox, shop: Shop, books: Books, run: Run
) -> None:
    """AC-134."""
    name = sold(shopify, run)

    refund = refunded(shopify, run, name, more="7.00")

    assert "Missing: the refund account." in refund.reason
    assert Issue.objects.open().get(report="refunds").code == "unmapped"
    assert not Document.objects.filter(kind=Document.Kind.CREDIT_MEMO).exists()

    change_settings(shop, refund_account=books.account("refund"))
    run("refunds")

    assert lines_of(memo_of(refund)) == [
        (books.account("refund"), "account", Decimal(1), Decimal("7.00"))
    ]
    refund.refresh_from_db()
    assert (refund.state, refund.reason) == ("processed", "")
    assert not Issue.objects.open().filter(report="refunds").exists()


def test_goods_come_back_to_where_they_were_sold_from_or_to_the_return_location(
    shopify: Sandbox, accounts: Shop, books: Books, run: Run
) -> None:
    """AC-137, but for locations of the refund's lines."""
    name = sold(shopify, run)
    first = memo_of(refunded(shopify, run, name, lines={"0": 1})).lines.get().location
    assert first is not None
    assert first.code == books.setting("default_location")

    Location.objects.create(company=books, code="RETURNS", name="Returns")
    change_settings(accounts, return_location_code="RETURNS")
    second = memo_of(refunded(shopify, run, name, lines={"0": 1})).lines.get().location

    assert second is not None
    assert second.code == "RETURNS"


def test_the_first_line_is_a_comment_with_the_number(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """AC-140."""
    change_settings(accounts, shopify_order_no_on_doc_line=True)
    name = sold(shopify, run)

    first = memo_of(refunded(shopify, run, name)).lines.order_by("line_no")[0]

    assert (first.type, first.description) == ("comment", f"Shopify Order No.: {name}")


@pytest.mark.parametrize(
    ("handling", "currency", "amount"),
    [("presentment", "NOK", "1228.50"), ("shop", "EUR", "105.00")],
)
def test_the_credit_memo_is_in_the_currency_of_the_sales_document(
    shopify: Sandbox,
    accounts: Shop,
    books: Books,
    run: Run,
    *,
    handling: str,
    currency: str,
    amount: str,
) -> None:
    """AC-144, AC-145: also of the shipping, and though the setting was changed meanwhile."""
    add_currency(books, "NOK", rate=Decimal("0.0854700855"))
    change_settings(accounts, currency_handling=handling)
    post = {"title": "Post", "price": "5.00"}
    name = sold(shopify, run, {**LAMP, "quantity": 1}, shipping=[post], currency="NOK")
    change_settings(accounts, currency_handling="shop" if handling != "shop" else "presentment")

    memo = memo_of(refunded(shopify, run, name))

    assert (memo.currency, memo.amount_incl) == (currency, Decimal(amount))
    assert len(lines_of(memo)) == 2


def test_a_partial_refund_with_more_than_the_goods(
    shopify: Sandbox, accounts: Shop, books: Books, run: Run
) -> None:
    """Worked example 13.4: one of two units, 90.00 after its discount, and 17.50 of goodwill."""
    lamp = {**LAMP, "discount": "20.00"}
    name = sold(shopify, run, lamp, taxRate="0.25", taxesIncluded=False)

    memo = memo_of(refunded(shopify, run, name, lines={"0": 1}, more="17.50"))

    goods, rest = memo.lines.order_by("line_no")
    assert (goods.unit_price, goods.line_discount, goods.amount_incl) == (
        Decimal(100),
        Decimal(10),
        Decimal("112.50"),
    )
    assert (rest.account, rest.amount, rest.vat_amount) == (
        books.account("refund"),
        Decimal(14),
        Decimal("3.50"),
    )
    assert (memo.amount_incl, memo.vat_amount) == (Decimal(130), Decimal(26))
    run("reconciliation")
    assert not MissingRecord.objects.exists()


def test_goods_that_do_not_come_back_are_money_alone(
    shopify: Sandbox, accounts: Shop, books: Books, run: Run
) -> None:
    name = sold(shopify, run)

    memo = memo_of(refunded(shopify, run, name, lines={"0": 1}, restock=False))

    account = books.account("refund_not_restocked")
    assert lines_of(memo) == [(account, "account", Decimal(1), Decimal(100))]
    post_document(memo.pk, today=TODAY)
    assert not broken_invariants()


def test_units_taken_off_without_paying_back_need_no_credit_memo(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """AC-130: refused, 0 paid back and nothing restocked."""
    name = sold(shopify, run)

    refund = refunded(shopify, run, name, lines={"0": 1}, restock=False, payBack=False)

    assert refund.state == Refund.State.NO_DOCUMENT
    assert "only made the order smaller" in refund.reason
    assert not RefundLink.objects.exists()


def test_goods_that_came_back_for_nothing_are_restocked(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """AC-130: 0 paid back, but returned: the line, and one that takes its amount back."""
    name = sold(shopify, run)

    memo = memo_of(refunded(shopify, run, name, lines={"0": 1}, payBack=False))

    assert [line[3] for line in lines_of(memo)] == [Decimal(100), Decimal(-100)]
    assert memo.amount_incl == 0
    post_document(memo.pk, today=TODAY)
    assert not broken_invariants()


def test_a_refund_waits_for_the_sales_document_and_for_its_invoice(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    name = shopify.place()
    run("orders")
    run("documents")
    order = document_of(name)

    refund = refunded(shopify, run, name, lines={"0": 1})

    assert refund.reason == f"{order.no} is not invoiced yet."
    assert not RefundLink.objects.exists()
    post_order(order.pk, ship=True, invoice=True, today=TODAY)
    run("refunds")
    assert memo_of(refund).amount_incl == Decimal(100)


def test_what_was_paid_back_before_the_sales_document_is_not_credited_again(
    shopify: Sandbox, accounts: Shop, books: Books, run: Run
) -> None:
    """The document was made of what was left; only what was paid back beyond that is credited."""
    name = shopify.place()
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})
    run("orders")
    assert run("refunds").counts == {}  # waits for the sales document
    shopify.control("orders/refund", {"name": name, "more": "7.00"})
    run("orders")
    run("documents")
    assert document_of(name).amount_incl == Decimal(100)
    post_order(document_of(name).pk, ship=True, invoice=True, today=TODAY)

    run("refunds")

    goods, goodwill = Refund.objects.order_by("pk")
    assert goods.state == Refund.State.NO_DOCUMENT
    assert lines_of(memo_of(goodwill)) == [
        (books.account("refund"), "account", Decimal(1), Decimal(7))
    ]
    run("reconciliation")
    assert not MissingRecord.objects.filter(kind="refund").exists()


def test_a_sales_document_of_a_time_before_refunds_were_noted(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """It tells by its own age which refunds it was made without."""
    name = shopify.place({**LAMP, "refunded": 1})
    later = sold(shopify, run)
    run("documents")
    post_order(document_of(name).pk, ship=True, invoice=True, today=TODAY)
    DocumentLink.objects.update(refunds=None)
    long_ago = timezone.now() - timedelta(hours=1)
    DocumentLink.objects.filter(order__name=later).update(created_at=long_ago)

    refund = refunded(shopify, run, later, lines={"0": 1})

    assert Refund.objects.get(order__name=name).state == Refund.State.NO_DOCUMENT
    assert memo_of(refund).amount_incl == Decimal(100)


def test_refunds_come_with_their_orders_in_one_call_more(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """However many of a page have any; and none where nothing was paid back."""
    names = [shopify.place() for _number in range(3)]
    run("orders")
    assert "OrdersRefunds" not in shopify.calls()
    for name in names[:2]:
        shopify.control("orders/refund", {"name": name, "lines": {"0": 1}, "note": "Broken"})

    run("orders")

    assert shopify.calls()["OrdersRefunds"] == 1
    assert list(Refund.objects.values_list("order__name", "amount", "quantity", "note")) == [
        (name, Decimal(100), 1, "Broken") for name in names[:2]
    ]
    assert [len(content_of(name).refunds) for name in names] == [1, 1, 0]


def test_a_refund_with_more_lines_than_a_page_comes_whole(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    lines = [{**LAMP, "quantity": 1} for _number in range(21)]
    name = sold(shopify, run, *lines)

    memo = memo_of(refunded(shopify, run, name))

    assert memo.lines.count() == 21
    assert memo.amount_incl == Decimal(2100)
    assert shopify.calls()["RefundLines"] >= 1


def test_an_order_that_comes_again_leaves_its_refunds_as_they_are(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    name = sold(shopify, run)
    before = refunded(shopify, run, name, lines={"0": 1})
    shopify.control("orders/edit", {"name": name, "note": "Hello"})

    run("orders")

    after = Refund.objects.get()
    assert (after.pk, after.state) == (before.pk, Refund.State.PROCESSED)


def test_a_dry_run_says_what_it_would_credit(shopify: Sandbox, accounts: Shop, run: Run) -> None:
    name = sold(shopify, run)
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})
    run("orders")

    log = run("refunds", dry_run="yes")

    assert log.counts["created"] == 1
    assert not RefundLink.objects.exists()
    assert Refund.objects.get().state == Refund.State.UNPROCESSED


def test_processing_orders_asks_for_credit_memos_where_the_shop_wants_them(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    name = sold(shopify, run)
    shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})
    run("orders")
    run("documents")
    assert not JobQueueEntry.objects.filter(kind="refunds").exists()

    change_settings(accounts, auto_create_credit_memos=True)
    run("documents")

    assert JobQueueEntry.objects.get(kind="refunds").parameters["options"]["retry"] == "due"


def test_two_refunds_of_one_line_credit_two_pieces(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """In one run, and no more than was invoiced."""
    name = sold(shopify, run)
    for _number in range(2):
        shopify.control("orders/refund", {"name": name, "lines": {"0": 1}})
    run("orders")

    assert run("refunds").counts == {"read": 2, "created": 2}

    pieces = DocumentLine.objects.filter(document__kind=Document.Kind.CREDIT_MEMO)
    assert [line.source_line is not None for line in pieces] == [True, True]
    for memo in Document.objects.filter(kind=Document.Kind.CREDIT_MEMO):
        post_document(memo.pk, today=TODAY)
    assert Order.objects.get(pk=order_named(name).pk).state == Order.State.PROCESSED
    assert not broken_invariants()


def test_what_a_credit_memo_makes_up_is_no_conflict(
    shopify: Sandbox, accounts: Shop, run: Run
) -> None:
    """Goods, shipping and their taxes; but what only made the order smaller is one."""
    post = {"title": "Post", "price": "8.00"}
    name = sold(shopify, run, LAMP, shipping=[post], taxRate="0.25", taxesIncluded=False)

    refunded(shopify, run, name, lines={"0": 1}, shipping="4.00", more="3.00")

    assert not order_named(name).conflict
    assert broken_links() == []
    refunded(shopify, run, name, lines={"0": 1}, restock=False, payBack=False)
    order = order_named(name)
    assert order.conflict
    assert "Lamp: 1 became 0." in order.conflict_note
