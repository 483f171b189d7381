"""How far an order has come, and what happened to it, told from rows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from connector.pages.order_amounts import totals_of
from connector.pages.order_lines import lines_of
from connector.pages.order_story import events, steps, story_of
from connector.sync.models import ShipmentLink
from erp.combining import combine_shipments
from erp.models import Document, DocumentLine
from erp.posting import post_document, post_order
from shops.models import Order, Shop
from tests import factories
from tests.erp.makers import (
    TODAY,
    item_line,
    make_company,
    make_customer,
    make_item,
    make_order,
    make_stock,
)
from tests.factories import NOW


@pytest.fixture
def given_a_shop(db: None) -> Shop:
    return factories.make_shop()


def told(order: Order) -> list[tuple[str, str]]:
    return [(step.label, step.state) for step in steps(story_of(order))]


def ordered(shop: Shop, *, shipped: int = 0, invoiced: int = 0) -> tuple[Order, Document]:
    """An order of two with its sales order, shipped and invoiced so far."""
    books = factories.make_books()
    order = factories.make_order(shop, state=Order.State.PROCESSED)
    document = factories.make_document(books, item=factories.make_item(books))
    DocumentLine.objects.filter(document=document).update(
        qty_shipped=shipped, qty_invoiced=invoiced
    )
    factories.make_document_link(order, document)
    return order, document


def test_an_unprocessed_order_waits_for_its_sales_order(given_a_shop: Shop) -> None:
    assert told(factories.make_order(given_a_shop)) == [
        ("Imported", "done"),
        ("Sales order", "cur"),
        ("Shipped", ""),
        ("Fulfilled in Shopify", ""),
        ("Invoiced", ""),
    ]


def test_an_order_that_needs_no_document_is_done(given_a_shop: Shop) -> None:
    order = factories.make_order(given_a_shop, state=Order.State.NO_DOCUMENT)

    assert told(order) == [("Imported", "done"), ("Needs no document", "done")]


def test_a_part_that_is_shipped_is_said_in_numbers(given_a_shop: Shop) -> None:
    order, document = ordered(given_a_shop, shipped=1)
    shipment = factories.make_posted(factories.make_books(), source=document)
    factories.make_shipment_link(order, shipment, state=ShipmentLink.State.SENT, sent_at=NOW)

    assert told(order)[2:] == [
        ("Shipped, 1 of 2", "cur"),
        ("Fulfilled in Shopify", "cur"),
        ("Invoiced", ""),
    ]


def test_a_shipment_that_shopify_refused_is_not_fulfilled(given_a_shop: Shop) -> None:
    order, document = ordered(given_a_shop, shipped=2)
    shipment = factories.make_posted(factories.make_books(), source=document)
    factories.make_shipment_link(order, shipment, state=ShipmentLink.State.FAILED)

    assert told(order)[3] == ("Not fulfilled in Shopify", "cur")


def test_shipped_told_and_invoiced_is_all_done(given_a_shop: Shop) -> None:
    order, document = ordered(given_a_shop, shipped=2, invoiced=2)
    shipment = factories.make_posted(factories.make_books(), source=document)
    factories.make_shipment_link(order, shipment, state=ShipmentLink.State.SENT, sent_at=NOW)

    assert {state for _, state in told(order)} == {"done"}


@pytest.mark.parametrize(("posted", "state"), [(False, ""), (True, "done")])
def test_an_order_that_shopify_had_fulfilled_becomes_an_invoice(
    posted: bool, state: str, given_a_shop: Shop
) -> None:
    order = factories.make_order(given_a_shop, state=Order.State.PROCESSED)
    make = factories.make_posted if posted else factories.make_document
    factories.make_document_link(order, make(factories.make_books(), Document.Kind.INVOICE))

    assert told(order)[1:] == [
        ("Fulfilled in Shopify", "done"),
        ("Sales invoice", "done"),
        ("Invoiced", state),
    ]


def test_what_happened_is_told_newest_first(given_a_shop: Shop) -> None:
    order, document = ordered(given_a_shop, shipped=2)
    shipment = factories.make_posted(factories.make_books(), source=document)
    sent_at = NOW + timedelta(minutes=1)
    factories.make_shipment_link(order, shipment, state=ShipmentLink.State.SENT, sent_at=sent_at)
    factories.make_issue(
        given_a_shop, gid=order.gid, reason="Too early.", last_seen=NOW - timedelta(minutes=30)
    )

    titles = [event.title for event in events(story_of(order))]

    assert titles == [
        f"Shopify knows of shipment {shipment.posted_no}",
        f"Sales order {document.no} created",
        f"Shipment {shipment.posted_no} posted",
        "Skipped",
        "Imported from Shopify",
        "Ordered in Shopify",
    ]


def test_lines_know_their_items_and_which_have_none(given_a_shop: Shop) -> None:
    order = factories.make_order(given_a_shop)
    item = factories.make_item(factories.make_books())
    factories.make_order_line(order, factories.make_variant(given_a_shop, item))
    factories.make_order_line(order, factories.make_variant(given_a_shop), current_quantity=1)
    factories.make_order_line(order, discount=Decimal(50))

    mapped, unmapped, custom = lines_of(order)

    assert (mapped.item, mapped.needs_item, mapped.removed) == (item, False, 0)
    assert (unmapped.item, unmapped.needs_item, unmapped.removed) == (None, True, 1)
    assert (custom.item, custom.needs_item, custom.amount) == (None, False, Decimal(1200))


def test_totals_are_compared_in_the_currency_of_the_document(given_a_shop: Shop) -> None:
    order = factories.make_order(given_a_shop, presentment_total=Decimal(100))
    document = factories.make_document(
        factories.make_books(), currency="EUR", amount_incl=Decimal("99.90")
    )
    link = factories.make_document_link(order, document, currency_handling="presentment")

    totals = totals_of(order, link)

    assert totals is not None
    assert (totals.currency, totals.difference) == ("EUR", Decimal("-0.10"))
    assert totals.shopify_tax is None
    assert totals_of(order, None) is None


@pytest.mark.parametrize(
    ("kind", "posted"),
    [(Document.Kind.ORDER, False), (Document.Kind.INVOICE, False), (Document.Kind.INVOICE, True)],
    ids=["open order", "open invoice", "posted invoice"],
)
def test_the_totals_are_those_of_whatever_document_the_order_has(
    kind: Document.Kind, posted: bool, given_a_shop: Shop
) -> None:
    """AC-085."""
    order = factories.make_order(given_a_shop, "1000.00", current_tax=Decimal(200))
    make = factories.make_posted if posted else factories.make_document
    document = make(factories.make_books(), kind)

    totals = totals_of(order, factories.make_document_link(order, document))

    assert totals is not None
    assert [totals.shopify, totals.books, totals.difference] == [1000, 1250, 250]
    assert [totals.shopify_tax, totals.books_tax] == [200, 250]


def test_without_a_document_there_is_nothing_to_compare(
    given_a_shop: Shop, given_kari: Client
) -> None:
    """AC-085: the panel is blank."""
    order = factories.make_order(given_a_shop)
    page = reverse("order", args=[order.pk])

    assert "Order totals" not in given_kari.get(page).content.decode()
    factories.make_document_link(order, factories.make_document(factories.make_books()))
    assert "Order totals" in given_kari.get(page).content.decode()


def test_an_invoice_that_combines_several_orders_is_told_of_each(given_a_shop: Shop) -> None:
    company = make_company()
    make_customer(company)
    make_item(company)
    make_stock(company, ("A", 10, 4))
    orders = [make_order(company, item_line(2, 10)) for _ in range(2)]
    for document in orders:
        post_order(document.pk, ship=True, invoice=False, today=TODAY)
    (invoice,) = combine_shipments(company, posting_date=TODAY)
    post_document(invoice.pk, today=TODAY)
    invoice.refresh_from_db()

    for document in orders:
        order = factories.make_order(given_a_shop, state=Order.State.PROCESSED)
        document.refresh_from_db()
        factories.make_document_link(order, document)
        story = story_of(order)

        assert story.invoices == [invoice]
        told_of = {event.title: event.detail for event in events(story)}
        assert told_of[f"Invoice {invoice.posted_no} posted"] == (
            "50.00 EUR, with shipments of other orders"
        )


def test_documents_that_belong_together_lead_to_one_another(given_kari: Client) -> None:
    company = make_company()
    make_customer(company)
    make_item(company)
    make_stock(company, ("A", 10, 4))
    orders = [make_order(company, item_line(2, 10)) for _ in range(2)]
    for document in orders:
        post_order(document.pk, ship=True, invoice=False, today=TODAY)
    (invoice,) = combine_shipments(company, posting_date=TODAY)

    of_invoice = given_kari.get(reverse("document", args=[invoice.pk])).content.decode()
    of_order = given_kari.get(reverse("document", args=[orders[1].pk])).content.decode()

    for document in orders:
        assert reverse("document", args=[document.pk]) in of_invoice
    assert reverse("document", args=[invoice.pk]) in of_order


def test_a_change_is_marked_as_resolved_with_a_note(given_a_shop: Shop, given_kari: Client) -> None:
    """AC-047: the flag goes, the answer is told among what happened."""
    order, _document = ordered(given_a_shop)
    Order.objects.filter(pk=order.pk).update(conflict=True, conflict_note="Lamp: 2 became 1.")
    page, resolve = reverse("order", args=[order.pk]), reverse("order-resolve", args=[order.pk])
    assert "Mark as resolved" in given_kari.get(page).content.decode()

    given_kari.post(resolve, {"note": " ", "seen": "Lamp: 2 became 1."})
    given_kari.post(resolve, {"note": "Done.", "seen": "Something else."})
    assert Order.objects.get(pk=order.pk).conflict
    given_kari.post(resolve, {"note": "Lowered by hand.", "seen": "Lamp: 2 became 1."})

    assert not Order.objects.get(pk=order.pk).conflict
    text = given_kari.get(page).content.decode()
    assert "Lowered by hand." in text
    assert "Mark as resolved" not in text


def test_without_the_right_nothing_is_resolved(given_a_shop: Shop, given_lars: Client) -> None:
    order, _document = ordered(given_a_shop)
    Order.objects.filter(pk=order.pk).update(conflict=True, conflict_note="x")

    text = given_lars.get(reverse("order", args=[order.pk])).content.decode()
    answer = given_lars.post(
        reverse("order-resolve", args=[order.pk]), {"note": "Done.", "seen": "x"}
    )

    assert "Mark as resolved" not in text
    assert answer.status_code == 403
    assert Order.objects.get(pk=order.pk).conflict
