"""Posting orders: what goes out, what is invoiced, and what the ledgers say."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from erp import signals
from erp.documents import release
from erp.errors import SetupError
from erp.models import Company, Document, DocumentLine, Item, Lookup
from erp.posting import Posted, PostingError, post_order
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    amounts,
    books,
    column,
    gl,
    item_line,
    make_customer,
    make_item,
    make_order,
    make_stock,
    on_hand,
    to_post,
)


def refuse(order: Document, code: str, **options: Any) -> PostingError:
    """Post, be refused with `code`, and see that nothing at all was left behind."""
    before = books(order.company)
    lines = list(order.lines.values())
    with pytest.raises(PostingError) as caught:
        post_order(order.pk, today=TODAY, **options)
    assert (caught.value.code, caught.value.document) == (code, order.no)
    assert books(order.company) == before
    assert list(order.lines.values()) == lines
    return caught.value


def test_an_order_posted_piece_by_piece_is_invoiced_to_the_cent(given_a_company: Company) -> None:
    """Case 7."""
    make_stock(given_a_company, ("A", 3, 1))
    order = make_order(given_a_company, item_line(3, "3.33", line_discount=D("1.00")))

    invoices = []
    for _piece in range(3):
        to_post(order, ship=1, invoice=1)
        invoices.append(post_order(order.pk, today=TODAY).invoice)

    discounts = [document.lines.get().line_discount for document in invoices if document]
    assert discounts == [D("0.33"), D("0.34"), D("0.33")]
    assert sum(document.amount_incl for document in invoices if document) == D("11.24")
    order.refresh_from_db()
    assert order.state == "completed"


def test_shipping_first_and_invoicing_later_books_cost_then_revenue(
    given_a_company: Company,
) -> None:
    """Case 8."""
    make_stock(given_a_company, ("A", 10, 5))
    order = make_order(given_a_company, item_line(4, "10.00"))

    shipped = post_order(order.pk, invoice=False, today=TODAY)
    invoiced = post_order(order.pk, ship=False, today=TODAY)

    assert gl(shipped.shipment) == {"5000": D(20), "1300": D(-20)}
    assert gl(invoiced.invoice) == {"1200": D(50), "4000": D(-40), "2200": D(-10)}
    assert on_hand() == D(6)
    assert (shipped.invoice, invoiced.shipment) == (None, None)
    order.refresh_from_db()
    assert order.state == "completed"


def test_more_than_was_shipped_cannot_be_invoiced(given_a_company: Company) -> None:
    """Case 9."""
    make_stock(given_a_company, ("A", 10, 5))
    order = make_order(given_a_company, item_line(5, 10))
    to_post(order, ship=3, invoice=5)

    assert "cannot invoice more than you have shipped" in refuse(order, "inv_gt_ship").sentence
    assert on_hand() == D(10)


def test_what_is_not_on_hand_is_not_shipped_where_that_is_prevented(
    given_a_company: Company,
) -> None:
    """Case 10."""
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(6, 10))

    assert "insufficient quantity of item A" in refuse(order, "negative").sentence

    Item.objects.filter(no="A").update(prevent_negative="no")
    post_order(order.pk, today=TODAY)
    assert on_hand() == D(-1)


def test_the_same_request_is_answered_with_the_first_result(given_a_company: Company) -> None:
    """Case 15."""
    make_stock(given_a_company, ("A", 10, 1))
    order = make_order(given_a_company, item_line(10, 10))
    to_post(order, ship=4, invoice=4)
    request = uuid.uuid4()

    first = post_order(order.pk, request_id=request, today=TODAY)
    again = post_order(order.pk, request_id=request, today=TODAY)

    assert again == Posted(first.shipment, first.invoice, repeated=True)
    assert first.shipment
    assert first.invoice
    assert on_hand() == D(6)


def test_a_posting_with_an_old_version_is_refused(given_a_company: Company) -> None:
    """Case 11, one after the other."""
    make_stock(given_a_company, ("A", 10, 1))
    order = make_order(given_a_company, item_line(10, 10))
    to_post(order, ship=4, invoice=0)
    post_order(order.pk, invoice=False, expected_version=1, today=TODAY)

    refuse(order, "version", invoice=False, expected_version=1)
    assert on_hand() == D(6)


def test_a_shop_order_is_booked_to_the_account_of_each_line(given_a_company: Company) -> None:
    """Case 24, its G/L."""
    Lookup.objects.create(
        company=given_a_company, kind="vat_rate", code="DOMESTIC|NONE", data={"pct": "0"}
    )
    make_stock(given_a_company, ("A", 2, 1))
    order = make_order(
        given_a_company,
        item_line(2, "25.00"),
        account_line("5.00", "4100"),
        account_line("3.00", "4200", vat_prod="NONE"),
        account_line("10.00", "2300", vat_prod="NONE"),
        prices_incl_vat=True,
    )

    invoice = post_order(order.pk, today=TODAY).invoice

    assert gl(invoice) == {
        "1200": D(68),
        "4000": D(-40),
        "4100": D(-4),
        "4200": D(-3),
        "2300": D(-10),
        "2200": D(-11),
    }


def test_an_order_in_yen_is_booked_in_euro_without_a_rounding_line(
    given_a_company: Company,
) -> None:
    """Case 6."""
    make_stock(given_a_company, ("A", 3, 0))
    order = make_order(given_a_company, item_line(3, 333, vat_prod="VAT10"), currency="JPY")

    invoice = post_order(order.pk, today=TODAY).invoice

    assert gl(invoice) == {"1200": D("6.81"), "4000": D("-6.19"), "2200": D("-0.62")}
    assert invoice
    assert amounts(invoice) == (D(999), D(100), D(1099))
    entry = invoice.party_entries.get()
    assert (entry.currency, entry.amount, entry.amount_lcy) == ("JPY", D(1099), D("6.81"))


def test_boxes_move_base_units_of_their_variant(given_a_company: Company) -> None:
    """Case 34."""
    make_item(given_a_company, "B", variants=(("RED", "Red"),))
    Item.objects.filter(no="B").update(units={"BOX": "12"})
    make_stock(given_a_company, ("B", 30, 1), variant_code="RED")
    boxes = make_order(given_a_company, item_line(2, 120, "B", variant_code="RED", uom="BOX"))
    blank = make_order(given_a_company, item_line(1, 10, "B"))

    post_order(boxes.pk, today=TODAY)

    assert on_hand("B") == D(6)
    refuse(blank, "negative")


def test_pieces_worth_ten_leave_no_cent_behind(given_a_company: Company) -> None:
    """Case 32."""
    make_item(given_a_company, "B")
    make_stock(given_a_company, ("B", 1, 4))
    make_stock(given_a_company, ("B", 2, 3))
    costs = []
    for _piece in range(3):
        order = make_order(given_a_company, item_line(1, 10, "B"))
        costs.append(gl(post_order(order.pk, today=TODAY).shipment)["5000"])

    assert costs == [D("3.33"), D("3.33"), D("3.34")]


def test_services_are_sold_without_stock(given_a_company: Company) -> None:
    make_item(given_a_company, "HOUR", type="service")
    order = make_order(given_a_company, item_line(3, 100, "HOUR"))

    posted = post_order(order.pk, today=TODAY)

    assert gl(posted.shipment) == {}
    assert gl(posted.invoice)["1200"] == D(375)


def test_posted_lines_are_copies_that_name_their_source(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(
        given_a_company,
        item_line(2, 10, text="Blue"),
        account_line(5, "4100"),
        external_no="#7",
        agent="DHL",
    )

    posted = post_order(order.pk, today=date(2026, 3, 9))

    assert posted.shipment
    assert posted.invoice
    heads = [posted.shipment, posted.invoice]
    assert [head.posted_no for head in heads] == ["SS+000001", "SI+000001"]
    assert [(head.no, head.external_no, head.agent) for head in heads] == [
        ("SS+000001", "#7", "DHL"),
        ("SI+000001", "#7", "DHL"),
    ]
    assert [head.source for head in heads] == [order, order]
    assert [head.document_date for head in heads] == [date(2026, 3, 9), TODAY]
    sources = column(order.lines.all(), "pk")
    for head in heads:
        assert column(head.lines.all(), "source_line_id") == sources
        assert column(head.lines.all(), "quantity") == [D(2), D(1)]
    assert column(posted.invoice.lines.all(), "amount") == [D(20), D(5)]
    assert column(posted.shipment.lines.all(), "amount") == [D(0), D(0)]


def test_every_column_of_a_line_is_copied_or_set_by_both_statements() -> None:
    from erp.posting import copying

    for statement in (copying.SHIPPED, copying.INVOICED):
        named = statement.split("(", 1)[1].split(")", 1)[0].replace("\n", " ").split(",")
        columns = {field.column for field in DocumentLine._meta.concrete_fields}
        assert {name.strip() for name in named} == columns - {"id"}


def test_given_tax_is_divided_with_its_line(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 3, 1))
    order = make_order(given_a_company, item_line(3, "9.99", tax=D("1.00")), tax_mode="given")

    taxes = []
    for _piece in range(3):
        to_post(order, ship=1, invoice=1)
        invoice = post_order(order.pk, today=TODAY).invoice
        assert invoice
        taxes.append(invoice.vat_amount)

    assert taxes == [D("0.33"), D("0.34"), D("0.33")]


def test_the_payer_owes_the_money(given_a_company: Company) -> None:
    payer = make_customer(given_a_company, "C2")
    make_stock(given_a_company, ("A", 1, 1))
    order = make_order(given_a_company, item_line(1, 10), bill_to_no="C2")

    invoice = post_order(order.pk, today=TODAY).invoice

    assert invoice
    assert invoice.party_entries.get().party == payer


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"post_from": "2026-03-03"}, "date"), ({"post_to": "2026-03-01"}, "date")],
)
def test_a_date_outside_the_allowed_range_is_refused(
    given_a_company: Company, settings: dict[str, str], code: str
) -> None:
    order = make_order(given_a_company, item_line(1, 10))
    Company.objects.update(settings={**given_a_company.settings, **settings})

    refuse(order, code)


@pytest.mark.parametrize(
    ("blocked", "ship", "invoice"),
    [("all", True, False), ("ship", True, False), ("invoice", False, True)],
)
def test_a_blocked_customer_gets_nothing(
    given_a_company: Company, blocked: str, *, ship: bool, invoice: bool
) -> None:
    order = make_order(given_a_company, item_line(1, 10))
    given_a_company.party_set.update(blocked=blocked)

    refuse(order, "blocked", ship=ship, invoice=invoice)


def test_a_blocked_item_is_not_shipped(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 1, 1))
    order = make_order(given_a_company, item_line(1, 10))
    Item.objects.update(blocked=True)

    refuse(order, "item_blocked")


def test_an_order_is_posted_only_once(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(1, 10))
    post_order(order.pk, today=TODAY)

    refuse(order, "state")


def test_nothing_to_ship_and_nothing_to_invoice_is_said(given_a_company: Company) -> None:
    order = make_order(given_a_company, item_line(1, 10))
    to_post(order)

    refuse(order, "nothing")
    refuse(order, "nothing", ship=False, invoice=False)


def test_more_than_is_ordered_is_not_shipped(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(10, 10))
    to_post(order, ship=11)

    refusal = refuse(order, "overship", invoice=False)
    assert refusal.sentence == "Line 1: you cannot ship more than 10."


def test_an_edited_open_order_is_computed_anew_when_posted(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(1, 10))
    order.lines.update(quantity=D(2), qty_to_ship=D(2), qty_to_invoice=D(2))

    invoice = post_order(order.pk, today=TODAY).invoice

    assert invoice
    assert amounts(invoice) == amounts(order) == (D(20), D(5), D(25))


def test_a_posted_order_is_announced_after_the_commit(
    given_a_company: Company, django_capture_on_commit_callbacks: Any
) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(1, 10))
    release(order.pk)
    heard: list[dict[str, Any]] = []

    def listener(**signal: Any) -> None:
        heard.append(signal)

    signals.posted.connect(listener)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            posted = post_order(order.pk, today=TODAY)
            assert heard == []
    finally:
        signals.posted.disconnect(listener)

    assert posted.shipment
    assert posted.invoice
    [signal] = heard
    assert (signal["company"], signal["shipments"], signal["invoices"], signal["credit_memos"]) == (
        given_a_company.pk,
        (posted.shipment.pk,),
        (posted.invoice.pk,),
        (),
    )


@pytest.mark.parametrize("lines", [1, 40])
def test_posting_costs_as_many_queries_whatever_the_lines(
    given_a_company: Company, django_assert_max_num_queries: Any, lines: int
) -> None:
    names = [f"X{n}" for n in range(lines)]
    for name in names:
        make_item(given_a_company, name)
    make_stock(given_a_company, *[(name, 5, 1) for name in names])
    order = make_order(given_a_company, *[item_line(1, 10, name) for name in names])
    release(order.pk)

    with django_assert_max_num_queries(23):
        post_order(order.pk, today=TODAY)


def test_a_missing_account_is_said_and_leaves_nothing(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(1, 10))
    del given_a_company.settings["accounts"]["receivable"]
    given_a_company.save()
    before = books(given_a_company)

    with pytest.raises(SetupError, match="No G/L account is set up for receivable"):
        post_order(order.pk, today=TODAY)

    assert books(given_a_company) == before


def test_a_released_order_keeps_the_amounts_it_was_released_with(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(1, 10))
    release(order.pk)
    Lookup.objects.filter(kind="vat_rate").update(data={"pct": "50"})

    invoice = post_order(order.pk, today=TODAY).invoice

    assert invoice
    assert invoice.amount_incl == D("12.50")


def test_what_is_posted_keeps_what_the_order_says(given_a_company: Company) -> None:
    """What posting never looks at, too: the database copies it."""
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(2, 10))
    said = {
        "ship_to_address": {"city": "Oslo", "name": 'Ada \\ "A" {Lovelace}'},
        "bill_to_address": {"city": "Bergen"},
        "notes": "Leave it\nat the door.",
        "tracking_url": "https://example.com/1",
        "your_ref": "R-1",
        "shipment_method": "POST",
    }
    Document.objects.filter(pk=order.pk).update(**said)

    posted = post_order(order.pk, today=TODAY)

    for made in (posted.shipment, posted.invoice):
        assert made is not None
        assert made.notes == said["notes"], "it is read from the document itself"
        row = Document.objects.get(pk=made.pk)
        assert {name: getattr(row, name) for name in said} == said
        assert (row.source_id, row.request_id, row.version) == (order.pk, None, 1)
        assert row.state == "posted"


def test_a_row_that_is_read_is_as_good_as_a_made_one(
    given_a_company: Company, django_assert_num_queries: Any
) -> None:
    """Documents and lines are made without Model.__init__."""
    order = make_order(given_a_company, item_line(2, 10))
    with django_assert_num_queries(1):
        read = Document.objects.defer("notes").get(pk=order.pk)
        assert (read.no, read.company_id, read == order) == (order.no, order.company_id, True)
    with django_assert_num_queries(2):
        assert (read.notes, read.company.code) == ("", "DEMO")
    read.notes = "changed"
    read.save()
    assert Document.objects.get(pk=order.pk).notes == "changed"
    assert Document.objects.count() == 1
