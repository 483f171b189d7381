"""30104, import: what comes in of an order, and what becomes of it when it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connector.shopify.fulfillments import fulfillment_orders
from connector.shopify.nodes.status import TransactionKind
from connector.sync.audit import broken_links
from connector.sync.sessions import client_for
from erp.models import Company as Books
from erp.models import Document
from erp.setup import add_currency
from sandbox.money import Bag
from sandbox.records.fulfillment import Tracking
from sandbox.records.location import Location
from sandbox.records.order import Tax
from sandbox.store import Store
from shops.models import Order, Shop
from tests import factories
from tests.sync.conftest import (
    LAMP,
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


def test_number_total_and_buyer_are_those_of_shopify(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """AC-020."""
    name = shopify.place({**LAMP, "quantity": 1, "price": "120.50"})

    run("orders")

    order = Order.objects.get()
    assert (order.name, order.gid) == ("#1001", record_of(store, name).gid)
    assert (order.total, order.company_gid) == (Decimal("120.50"), "")


def test_the_store_of_a_retail_order_is_kept(shopify: Sandbox, store: Store, run: Run) -> None:
    """AC-021."""
    place = Location("gid://shopify/Location/1234567890", "Retail Test Location")
    store.put(place)
    name = shopify.place(LAMP, retailLocation=place.name)

    run("orders")

    node = content_of(name)
    assert (node.retail_location_gid, node.retail_location_name) == (place.gid, place.name)


def test_shopifys_due_date_is_the_documents_whatever_the_customers_terms(
    shopify: Sandbox, shop: Shop, books: Books, store: Store, run: Run
) -> None:
    """AC-022, AC-077: due at noon, local time."""
    terms = factories.make_payment_terms(books, "14D", days=14)
    factories.give_terms(books, "GUEST", terms)
    name = shopify.place(LAMP, email=None, paymentTerms={"name": "Net 30", "days": 30})
    run("orders")
    run("documents")

    due = content_of(name).due_at
    assert due is not None
    assert due == record_of(store, name).created_at.replace(microsecond=0) + timedelta(days=30)
    document = document_of(name)
    assert document.due_date == due.astimezone(ZoneInfo(shop.zone)).date()
    assert document.payment_terms == "14D"


def test_an_order_without_a_schedule_is_due_by_the_customers_terms(
    shopify: Sandbox, books: Books, run: Run
) -> None:
    """AC-023."""
    factories.give_terms(books, "GUEST", factories.make_payment_terms(books, "14D", days=14))
    name = shopify.place(LAMP, email=None)
    run("orders")
    run("documents")

    document = document_of(name)
    assert content_of(name).due_at is None
    assert document.due_date == document.document_date + timedelta(days=14)


def test_a_tip_and_a_line_beside_it_go_to_their_own_accounts(
    shopify: Sandbox, books: Books, run: Run
) -> None:
    """AC-024: the wrapping is no tip, though it has no product either."""
    gift = {"title": "Wrapping", "price": "3.00", "custom": True, "requiresShipping": False}
    name = shopify.place(gift, LAMP, tip="5.00")
    run("orders")
    run("documents")

    accounts = [line.account for line in document_of(name).lines.order_by("line_no")]
    assert accounts == [books.account("sales"), "", books.account("tips")]


def test_the_books_own_currency_needs_no_rate(shopify: Sandbox, books: Books, run: Run) -> None:
    """AC-026: the currency of the books."""
    name = shopify.place(LAMP)
    run("orders")
    run("documents")

    document = document_of(name)
    assert (document.currency, document.rate) == (books.lcy, Decimal(1))


def test_payments_are_kept_in_both_currencies(shopify: Sandbox, books: Books, run: Run) -> None:
    """AC-027."""
    add_currency(books, "NOK", rate=Decimal("0.085"))
    name = shopify.place({**LAMP, "quantity": 1, "price": "85.50"}, currency="NOK")

    run("orders")

    node = content_of(name)
    [payment] = node.transactions
    assert (node.currency, node.presentment_currency) == ("EUR", "NOK")
    assert payment.kind == TransactionKind.SALE
    assert payment.amount.shop == Decimal("85.50")
    assert payment.amount.presentment == order_named(name).presentment_total == Decimal("1000.35")


def test_taxes_of_shipping_are_those_of_the_last_import(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """AC-028."""
    charges = [{"title": "Express", "price": "10.00"}, {"title": "Pallet", "price": "5.00"}]
    name = shopify.place(LAMP, shipping=charges, taxesIncluded=False)
    express, pallet = record_of(store, name).shipping
    taxes = {
        title: Tax(title, Decimal(rate), Bag(Decimal(amount), Decimal(amount)), title == "State")
        for title, rate, amount in (("State", "0.05", "0.50"), ("City", "0.02", "0.20"))
    }
    express = replace(express, taxes=tuple(taxes.values()))
    pallet = replace(pallet, taxes=(taxes["State"],))
    change(store, name, shipping=(express, pallet))
    run("orders")

    def kept() -> list[tuple[str, list[tuple[str, bool]]]]:
        lines = content_of(name).shipping_lines
        return [(c.title, [(t.title, t.channel_liable) for t in c.taxes]) for c in lines]

    both = [("State", True), ("City", False)]
    assert kept() == [("Express", both), ("Pallet", [("State", True)])]

    change(store, name, shipping=(replace(express, taxes=(taxes["City"],)), pallet))
    run("orders")
    assert kept() == [("Express", [("City", False)]), ("Pallet", [("State", True)])]

    change(store, name, shipping=(replace(express, taxes=(taxes["City"],)),))
    run("orders")
    assert kept() == [("Express", [("City", False)])]
    run("documents")
    assert document_of(name).amount_incl == order_named(name).current_total == Decimal("210.20")


def test_a_parcel_with_two_tracking_numbers_has_both(
    shopify: Sandbox, store: Store, shop: Shop
) -> None:
    """AC-030."""
    record = record_of(store, shopify.place(LAMP, fulfilled=True))
    [parcel] = record.fulfillments
    tracked = replace(parcel, tracking=(Tracking("T1"), Tracking("T2")))
    store.put(replace(record, fulfillments=(tracked,)))

    [found] = fulfillment_orders(client_for(shop), [record.gid])[record.gid].fulfillments

    assert (found.gid, found.tracking_numbers) == (parcel.gid, ("T1", "T2"))


def test_what_is_removed_before_the_import_is_off_all_sums(
    shopify: Sandbox, shop: Shop, books: Books, run: Run
) -> None:
    """AC-031: in the shop's currency and in the buyer's."""
    change_settings(shop, currency_handling="presentment")
    add_currency(books, "NOK", rate=Decimal("0.085"))
    chair = {"sku": "CHAIR-RED", "title": "Chair", "quantity": 1, "price": "1000.00"}
    name = shopify.place(
        LAMP, chair, taxRate="0.25", taxesIncluded=False, currency="NOK", paid=False
    )
    shopify.control("orders/edit", {"name": name, "remove": {"CHAIR-RED": 1}})

    run("orders")

    order, node = order_named(name), content_of(name)
    assert [order.total, order.current_total, order.current_tax] == [1500, 250, 50]
    assert [node.current_subtotal.shop, node.current_subtotal.presentment] == [200, 2340]
    assert [node.current_tax.presentment, order.presentment_total] == [585, 2925]
    run("documents")
    assert document_of(name).amount_incl == 2925


def test_a_line_that_was_removed_before_processing_is_shown_and_not_sold(
    shopify: Sandbox, run: Run
) -> None:
    """AC-033."""
    chair = {"sku": "CHAIR-RED", "title": "Chair", "quantity": 1, "price": "250.00"}
    name = shopify.place(LAMP, chair)
    run("orders")
    shopify.control("orders/edit", {"name": name, "remove": {"CHAIR-RED": 1}})

    run("orders")
    run("documents")

    left = dict(order_named(name).lines.values_list("sku", "current_quantity"))
    assert left == {"LAMP": 2, "CHAIR-RED": 0}
    assert [line.item and line.item.no for line in document_of(name).lines.all()] == ["LAMP"]


def test_an_order_that_the_books_had_first_gets_no_document(
    shopify: Sandbox, store: Store, shop: Shop, books: Books, run: Run
) -> None:
    """AC-039: its document is the posted invoice that it was made from."""
    name = shopify.place(LAMP)
    gid = record_of(store, name).gid
    order = factories.make_order(shop, "200.00", gid=gid, name=name, state=Order.State.PROCESSED)
    invoice = factories.make_posted(books, Document.Kind.INVOICE, amount_incl=Decimal(200))
    factories.make_document_link(order, invoice)

    assert run("orders").counts == {"read": 1, "updated": 1}
    assert run("documents").counts == {}

    order.refresh_from_db()
    assert (order.state, order.conflict) == (Order.State.PROCESSED, False)
    assert Document.objects.get() == invoice
    assert content_of(name).name == name
    assert broken_links() == []
