"""30103, in the books: what a sales document holds, and what it stays tied to until it is posted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connector.pages.order_story import story_of
from connector.sync.audit import broken_links
from connector.sync.models import DocumentLink, Issue, ShipmentLink
from erp.audit import broken_invariants
from erp.availability import free
from erp.models import Company as Books
from erp.models import Document, DocumentLine, Party
from erp.posting import post_order
from erp.setup import add_currency
from jobqueue.models import JobQueueEntry
from jobqueue.runner import run_entry
from sandbox.store import Store
from shops.models import Shop
from tests.sync.conftest import (
    LAMP,
    TODAY,
    Damage,
    Run,
    Sandbox,
    change_settings,
    document_of,
    order_named,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("fulfilled", "setting", "kind"),
    [(False, True, "order"), (True, True, "invoice"), (True, False, "order")],
)
def test_the_setting_decides_what_a_fulfilled_order_becomes(
    shopify: Sandbox, shop: Shop, run: Run, *, fulfilled: bool, setting: bool, kind: str
) -> None:
    """AC-070."""
    change_settings(shop, create_invoices_from_orders=setting)
    name = shopify.place(LAMP, fulfilled=fulfilled)
    run("orders")
    run("documents")

    assert document_of(name).kind == kind


def test_the_first_line_is_a_comment_with_the_number(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    """AC-072."""
    change_settings(shop, shopify_order_no_on_doc_line=True)
    name = shopify.place(LAMP)
    run("orders")
    run("documents")

    first = document_of(name).lines.order_by("line_no")[0]
    assert (first.type, first.description) == ("comment", f"Shopify Order No.: {name}")


def test_rounded_cash_and_an_order_discount_add_up(
    shopify: Sandbox, books: Books, run: Run
) -> None:
    """AC-074, AC-075: 9.99 paid with 10.00; 30.00 off, of which the line bears all."""
    pen = {"sku": "PEN", "title": "Pen", "price": "9.99"}
    cash = shopify.place(pen, payments=[{"gateway": "cash", "rounding": "0.01"}])
    cheap = shopify.place(LAMP, discount="30.00", shipping=[{"title": "Post", "price": "5.00"}])
    run("orders")
    run("documents")

    rounding = document_of(cash).lines.order_by("line_no").last()
    assert rounding is not None
    assert (rounding.account, rounding.amount_incl) == (
        books.account("cash_rounding"),
        Decimal("0.01"),
    )
    assert document_of(cash).amount_incl == Decimal("10.00")
    assert document_of(cheap).amount_incl == Decimal("175.00")
    assert broken_links() == []


def test_documents_that_follow_an_import_by_themselves_are_in_the_buyers_currency_too(
    shopify: Sandbox, shop: Shop, books: Books, run: Run
) -> None:
    """AC-076: the currency is decided once, and refunds will find it."""
    change_settings(shop, currency_handling="presentment", auto_create_orders=True)
    add_currency(books, "NOK", rate=Decimal("0.085"))
    name = shopify.place({**LAMP, "quantity": 1}, currency="NOK")

    run("orders")
    run_entry(JobQueueEntry.objects.get(kind="documents").pk)

    document = document_of(name)
    assert (document.currency, document.lines.get().unit_price) == ("NOK", Decimal(1170))
    assert DocumentLink.objects.get().currency_handling == "presentment"


def test_a_total_that_differs_by_more_than_the_tolerance_blocks_the_order(
    shopify: Sandbox, shop: Shop, run: Run, damaged: Damage
) -> None:
    """AC-080: and one within the tolerance does not."""
    change_settings(shop, tolerance=Decimal("0.05"))
    line = {"sku": "LAMP", "title": "Lamp", "price": "99.00"}
    bad, good = shopify.place(line), shopify.place(line)
    shown = {"amount": "100.0"}
    damaged(bad, "currentTotalPriceSet", {"shopMoney": shown, "presentmentMoney": shown})
    run("orders")

    run("documents")

    order = order_named(bad)
    assert (order.state, order.reason_code) == ("unprocessed", "totals_differ")
    assert "a difference of -1.00" in order.reason
    assert Issue.objects.open().get().reason == order.reason
    assert document_of(good).amount_incl == 99
    assert Document.objects.count() == 1


def test_a_long_po_number_blocks_nothing_and_is_kept_whole(shopify: Sandbox, run: Run) -> None:
    """AC-081."""
    number = "PO-" + "7" * 57
    name = shopify.place(LAMP, poNumber=number)
    run("orders")
    run("documents")

    assert order_named(name).po_number == number
    assert document_of(name).external_no == number[:35]
    assert number in document_of(name).notes


def test_an_order_stays_tied_to_all_that_is_posted_of_it(shopify: Sandbox, run: Run) -> None:
    """AC-083: the completed sales order stays too, as what the posted documents come from."""
    name = shopify.place(LAMP)
    run("orders")
    run("documents")

    posted = post_order(document_of(name).pk, ship=True, invoice=True, today=TODAY)

    order, story = order_named(name), story_of(order_named(name))
    assert [document.kind for document in story.posted] == ["shipment", "invoice"]
    assert {document.pk for document in story.posted} == {
        posted.shipment and posted.shipment.pk,
        posted.invoice and posted.invoice.pk,
    }
    assert ShipmentLink.objects.get().order == order
    assert story.link is not None
    assert story.link.document.state == Document.State.COMPLETED
    assert run("documents").counts == {}
    assert broken_links() == []
    assert broken_invariants() == []


@pytest.mark.parametrize(
    ("handling", "currency", "total"),
    [("shop", "EUR", "9.00"), ("presentment", "CAD", "13.50")],
)
def test_an_order_in_two_currencies_is_booked_to_the_cent_in_either(
    shopify: Sandbox,
    shop: Shop,
    books: Books,
    store: Store,
    run: Run,
    *,
    handling: str,
    currency: str,
    total: str,
) -> None:
    """AC-076: 13.50 of the buyer's are 9.00 of the shop's."""
    store.put(replace(store.shop, rates={"CAD": Decimal("1.5")}))
    add_currency(books, "CAD", rate=Decimal("0.67"))
    change_settings(shop, currency_handling=handling)
    name = shopify.place({**LAMP, "quantity": 1, "price": "9.00"}, currency="CAD")
    run("orders")
    run("documents")

    document = document_of(name)
    assert (document.currency, document.amount_incl) == (currency, Decimal(total))
    assert broken_links() == []


def test_an_order_that_was_edited_before_it_came_is_booked_as_it_stands(
    shopify: Sandbox, run: Run
) -> None:
    """226.00 became 113.00."""
    name = shopify.place({**LAMP, "price": "113.00"})
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})
    run("orders")
    run("documents")

    order, document = order_named(name), document_of(name)
    assert (order.total, order.current_total) == (Decimal(226), Decimal(113))
    assert document.amount_incl == Decimal(113)


def test_ac078_goods_of_a_customer_who_always_reserves_are_kept(
    shopify: Sandbox, books: Books, run: Run
) -> None:
    Party.objects.filter(company=books).update(reserve="always")
    change_settings(Shop.objects.get(), customer_mapping="default")
    name = shopify.place({**LAMP, "quantity": 3})

    run("orders")
    run("documents")

    line = DocumentLine.objects.get(document=document_of(name), item__no="LAMP")
    assert line.reserved == line.quantity == 3
    assert line.item_id is not None
    assert free(books, [line.item_id]) == {(line.item_id, line.variant_id): -3}
