"""30103: orders become sales documents, each one, once, to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest

from connector.sync.audit import broken_links
from connector.sync.models import CustomerLink, DocumentLink, Issue, LineLink, VariantLink
from connector.sync.reports.documents import Documents, Pending
from erp.audit import broken_invariants
from erp.customers import create_customer
from erp.drafts import CustomerDraft, ItemDraft
from erp.items import create_item
from erp.models import Company as Books
from erp.models import Document, Item, Party
from erp.setup import add_currency
from jobqueue.models import JobQueueEntry
from shops.models import Order, OrderPayload, Shop
from tests.sync.conftest import (
    KARI,
    LAMP,
    Run,
    Sandbox,
    change_settings,
    document_of,
    order_named,
)

pytestmark = pytest.mark.django_db(transaction=True)
EXPRESS = {"title": "Express", "price": "10.00"}


def test_an_order_becomes_a_released_sales_order_with_the_same_total(
    shopify: Sandbox, run: Run
) -> None:
    name = shopify.place(
        LAMP, customer=KARI, shipping=[EXPRESS], taxRate="0.25", taxesIncluded=False
    )
    run("orders")

    log = run("documents")

    order, document = order_named(name), document_of(name)
    assert log.counts == {"read": 1, "created": 1}
    assert order.state == Order.State.PROCESSED
    assert (document.kind, document.state) == ("order", "released")
    assert document.amount_incl == order.current_total == Decimal("262.50")
    assert document.your_ref == name
    assert broken_links() == []
    assert broken_invariants() == []


def test_documents_stay_open_where_the_shop_says_so(shopify: Sandbox, shop: Shop, run: Run) -> None:
    change_settings(shop, auto_release_sales_orders=False)
    name = shopify.place(LAMP)
    run("orders")
    run("documents")

    assert document_of(name).state == "open"


def test_each_line_knows_the_shopify_line_it_stands_for(shopify: Sandbox, run: Run) -> None:
    name = shopify.place(LAMP, {"sku": "CHAIR-RED", "title": "Chair", "price": "250.00"})
    run("orders")
    run("documents")

    lines = list(document_of(name).lines.order_by("line_no"))

    links = dict(LineLink.objects.values_list("document_line_id", "line_gid"))
    assert [links[line.pk] for line in lines] == [
        line.gid for line in order_named(name).lines.all()
    ]


def test_a_second_run_creates_nothing(shopify: Sandbox, run: Run) -> None:
    """AC-082."""
    shopify.place()
    run("orders")
    run("documents")

    log = run("documents")

    assert log.counts == {}
    assert Document.objects.count() == 1


def test_a_fulfilled_order_becomes_an_invoice(shopify: Sandbox, run: Run) -> None:
    """AC-070."""
    name = shopify.place(fulfilled=True)
    run("orders")
    run("documents")

    assert document_of(name).kind == "invoice"


def test_a_missing_account_is_said_and_leaves_nothing_and_once_it_is_there_the_order_goes_on(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    """AC-079."""
    change_settings(shop, shipping_charges_account="")
    name = shopify.place(LAMP, shipping=[EXPRESS])
    run("orders")

    log = run("documents")

    order = order_named(name)
    assert log.status == "issues"
    assert (order.state, order.reason_code) == ("unprocessed", "unmapped")
    assert order.reason == "Missing: the shipping charges account."
    assert not Document.objects.exists()
    assert Issue.objects.open().get().ref == name

    change_settings(shop, shipping_charges_account="4100")
    run("documents")

    order.refresh_from_db()
    assert (order.state, order.reason) == ("processed", "")
    assert Issue.objects.get().state == Issue.State.RESOLVED


def test_one_order_that_cannot_be_processed_does_not_hold_up_the_others(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    change_settings(shop, auto_create_unknown_items=False)
    item = ItemDraft(no="LAMP", description="Lamp", unit_price=Decimal(80))
    create_item(Books.objects.get(), item)
    good = [shopify.place(LAMP) for _number in range(3)]
    bad = shopify.place({"sku": "CHAIR-RED", "title": "Chair", "price": "250.00"})
    run("orders")

    log = run("documents")

    assert log.counts == {"read": 4, "created": 3, "rejected": 1}
    assert {link.order.name for link in DocumentLink.objects.all()} == set(good)
    assert "an item for “Chair" in order_named(bad).reason


def test_an_account_that_the_books_do_not_have_is_the_orders_problem_alone(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    change_settings(shop, shipping_charges_account="9999")
    bad = shopify.place(LAMP, shipping=[EXPRESS])
    good = shopify.place(LAMP)
    run("orders")

    log = run("documents")

    assert log.counts == {"read": 2, "created": 1, "rejected": 1}
    assert "9999" in order_named(bad).reason
    assert document_of(good).state == "released"


def test_a_customer_is_found_by_e_mail_whatever_its_case(
    shopify: Sandbox, books: Books, run: Run
) -> None:
    create_customer(books, CustomerDraft(name="Kari Holm", no="C7", email="Kari@Example.com"))
    name = shopify.place(LAMP, customer=KARI)
    run("orders")
    run("documents")

    party = document_of(name).party
    assert party is not None
    assert party.no == "C7"
    assert CustomerLink.objects.get().how == "e-mail"


def test_two_customers_with_one_e_mail_are_not_guessed_between(
    shopify: Sandbox, shop: Shop, books: Books, run: Run
) -> None:
    change_settings(shop, default_customer_no="")
    for number in ("C7", "C8"):
        create_customer(books, CustomerDraft(name="Kari", no=number, email="kari@example.com"))
    name = shopify.place(LAMP, customer=KARI)
    run("orders")
    run("documents")

    assert order_named(name).reason == ("Customers C7, C8 have the same e-mail: map one by hand.")


def test_a_customer_that_nobody_knows_is_created_once(shopify: Sandbox, run: Run) -> None:
    for _number in range(2):
        shopify.place(LAMP, customer=KARI)
    run("orders")
    run("documents")

    assert Party.objects.filter(email="kari@example.com").count() == 1
    assert CustomerLink.objects.get().how == "created"


def test_a_guest_goes_to_the_default_customer(shopify: Sandbox, run: Run) -> None:
    name = shopify.place(LAMP, email=None)
    run("orders")
    run("documents")

    party = document_of(name).party
    assert party is not None
    assert party.no == "GUEST"


def test_a_guest_without_a_default_customer_waits_with_the_reason(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    change_settings(shop, default_customer_no="")
    name = shopify.place(LAMP, email=None)
    run("orders")
    run("documents")

    assert order_named(name).reason == (
        "The order names no customer, and shop DEMO has no default customer."
    )


def test_an_item_is_found_by_sku_and_a_sku_too_long_for_a_number_gets_one_from_the_series(
    shopify: Sandbox, run: Run
) -> None:
    sku = "A-SKU-THAT-IS-LONGER-THAN-AN-ITEM-NUMBER"
    shopify.place(LAMP, {"sku": sku, "title": "Thing with a long SKU", "price": "9.00"})
    run("orders")
    run("documents")

    numbers = {link.variant.sku: link.item.no for link in VariantLink.objects.all() if link.item}
    assert numbers["LAMP"] == "LAMP"
    assert len(numbers[sku]) <= 20
    assert Item.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "code"), [({"test": True}, "test"), ({"riskLevel": "HIGH"}, "high_risk")]
)
def test_test_orders_and_risky_ones_wait_for_a_person(
    shopify: Sandbox, run: Run, fields: dict[str, object], code: str
) -> None:
    name = shopify.place(LAMP, **fields)
    run("orders")
    run("documents")

    assert order_named(name).reason_code == code


def test_an_order_that_was_refunded_before_it_came_in_needs_no_document(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    name = shopify.place(LAMP)
    shopify.control("orders/refund", {"name": name})
    run("orders")

    change_settings(shop, auto_create_credit_memos=True)

    log = run("documents")

    assert log.counts == {"read": 1, "skipped": 1}
    assert order_named(name).state == Order.State.NO_DOCUMENT
    assert "refunded or removed" in order_named(name).reason
    assert not Issue.objects.exists()  # nobody has anything to do about it
    assert not JobQueueEntry.objects.filter(kind="refunds").exists()


def test_a_removed_unit_is_not_sold(shopify: Sandbox, run: Run) -> None:
    name = shopify.place(LAMP, taxRate="0.25")
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})
    run("orders")
    run("documents")

    document = document_of(name)
    assert document.lines.get().quantity == 1
    assert document.amount_incl == order_named(name).current_total


def test_an_order_that_changes_after_processing_is_flagged_with_what_changed(
    shopify: Sandbox, run: Run
) -> None:
    name = shopify.place(LAMP)
    run("orders")
    run("documents")
    shopify.control("orders/edit", {"name": name, "remove": {"LAMP": 1}})

    run("orders")

    order = order_named(name)
    assert order.conflict
    assert order.conflict_note == "Lamp: 2 became 1. Total: 200.00 became 100.00 EUR."
    assert document_of(name).amount_incl == 200


def test_a_tag_after_processing_is_no_conflict(shopify: Sandbox, run: Run) -> None:
    name = shopify.place(LAMP)
    run("orders")
    run("documents")
    shopify.control("orders/edit", {"name": name, "tags": ["packed"]})

    run("orders")

    assert not order_named(name).conflict


def test_the_buyers_currency_is_booked_where_the_shop_says_so(
    shopify: Sandbox, shop: Shop, books: Books, run: Run
) -> None:
    """AC-026, AC-076."""
    change_settings(shop, currency_handling="presentment")
    add_currency(books, "NOK", rate=Decimal("0.085"))
    name = shopify.place(LAMP, currency="NOK")
    run("orders")
    run("documents")

    document = document_of(name)
    assert document.currency == "NOK"
    assert document.amount_incl == order_named(name).presentment_total > 1000
    assert broken_links() == []


def test_a_currency_that_the_books_do_not_have_stops_the_order_and_says_so(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    """AC-026: an unknown currency is an error."""
    change_settings(shop, currency_handling="presentment")
    name = shopify.place(LAMP, currency="NOK")
    run("orders")
    run("documents")

    assert "NOK" in order_named(name).reason
    assert not Document.objects.exists()


def test_only_paid_orders_are_processed_where_the_filter_says_so(
    shopify: Sandbox, run: Run
) -> None:
    paid, unpaid = shopify.place(LAMP), shopify.place(LAMP, paid=False)
    run("orders")

    log = run("documents", filters={"financial_status": "Paid"})

    assert log.counts == {"read": 1, "created": 1}
    assert document_of(paid).state == "released"
    assert order_named(unpaid).state == Order.State.UNPROCESSED


def test_a_rejected_order_is_left_alone_for_a_while_by_scheduled_runs(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    change_settings(shop, shipping_charges_account="")
    shopify.place(LAMP, shipping=[EXPRESS])
    run("orders")
    run("documents")

    assert run("documents", retry="due").counts == {}
    assert run("documents").counts == {"read": 1, "rejected": 1}


def test_an_order_that_needed_no_document_is_looked_at_again_when_it_changes(
    shopify: Sandbox, run: Run
) -> None:
    name = shopify.place(LAMP)
    shopify.control("orders/refund", {"name": name})
    run("orders")
    run("documents")
    assert order_named(name).state == Order.State.NO_DOCUMENT

    shopify.control("orders/edit", {"name": name, "note": "Sold again after all"})
    run("orders")

    assert order_named(name).state == Order.State.UNPROCESSED


def test_a_content_that_cannot_be_read_is_its_orders_problem_alone(
    shopify: Sandbox, run: Run
) -> None:
    bad, good = shopify.place(LAMP), shopify.place(LAMP)
    run("orders")
    OrderPayload.objects.filter(order__name=bad).update(raw="{}")

    log = run("documents")

    assert log.counts == {"read": 2, "created": 1, "rejected": 1}
    assert order_named(bad).reason_code == "unreadable"
    assert document_of(good).state == "released"


def test_an_order_that_somebody_else_processed_meanwhile_gets_no_second_document(
    shopify: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AC-082: also where two runs meet."""
    name = shopify.place(LAMP)
    run("orders")
    fetch = Documents.fetch

    def late(self: Documents) -> Iterator[Sequence[Pending]]:
        found = list(fetch(self))
        Order.objects.update(state=Order.State.PROCESSED)
        yield from found

    monkeypatch.setattr(Documents, "fetch", late)
    log = run("documents")

    assert log.counts == {"read": 1, "unchanged": 1}
    assert not Document.objects.exists()
    assert order_named(name).reason == ""
