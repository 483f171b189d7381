"""Buying: what comes in, at which cost, and what is owed for it. The same routine as selling."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from erp import signals
from erp.audit import broken_invariants
from erp.batch import batch_post
from erp.documents import DocumentError, create_purchase_documents, release, reopen
from erp.documents.editing import edit_document
from erp.documents.line_edits import LineEdit
from erp.drafts import PurchaseDocumentDraft
from erp.ledgers import remaining
from erp.models import Company, Document, Item, Lookup, Party
from erp.posting import Posted, PostingError, post_document, post_order
from erp.posting.documents import plan_document
from erp.posting.group import post_group
from erp.posting.plan import Asked, Options
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    amounts,
    books,
    column,
    gl,
    item_line,
    make_invoice,
    make_item,
    make_order,
    make_purchase,
    make_vendor,
    on_hand,
    to_post,
)

NAMES = frozenset(signals.TOLD.values())


@pytest.fixture
def given_a_vendor(given_a_company: Company) -> Company:
    make_vendor(given_a_company)
    return given_a_company


def refuse(order: Document, code: str, **options: Any) -> PostingError:
    before = books(order.company)
    post: Any = post_order if order.is_order else post_document
    with pytest.raises(PostingError) as caught:
        post(order.pk, today=TODAY, **options)
    assert (caught.value.code, caught.value.document) == (code, order.no)
    assert books(order.company) == before
    return caught.value


def balance(company: Company, account: str) -> Any:
    documents = Document.objects.filter(company=company)
    return sum((gl(document).get(account, D(0)) for document in documents), D(0))


def test_report_496_receives_and_invoices_at_the_average_cost(given_a_vendor: Company) -> None:
    """Case 31."""
    make_purchase(given_a_vendor, item_line(10, 4), external_no="A-1")
    make_purchase(given_a_vendor, item_line(10, 5), external_no="A-2")

    result = batch_post(given_a_vendor, side="purchase", kind="order", today=TODAY)

    assert (result.posted, result.failed) == (["PO000001", "PO000002"], [])
    invoice = Document.objects.get(kind="invoice", source__no="PO000002")
    assert gl(invoice) == {"2010": D(50), "1250": D("12.50"), "2000": D("-62.50")}
    receipt = Document.objects.get(kind="shipment", source__no="PO000002")
    assert gl(receipt) == {"1300": D(50), "2010": D(-50)}
    assert [receipt.posted_no, invoice.posted_no] == ["PR+000002", "PI+000002"]
    assert Item.objects.get().unit_cost == D("4.50")
    assert invoice.party_entries.get().amount == D("-62.50")

    sold = post_order(make_order(given_a_vendor, item_line(8, 10)).pk, today=TODAY)

    assert gl(sold.shipment)["5000"] == D(36)
    assert on_hand() == D(12)
    assert broken_invariants() == []


def test_a_draft_becomes_an_open_order_of_the_vendor(given_a_vendor: Company) -> None:
    order = make_purchase(
        given_a_vendor,
        item_line(2, 4),
        account_line(7, "5100"),
        external_no="Q 7",
        currency="USD",
    )

    assert (order.side, order.kind, order.no, order.state) == (
        "purchase",
        "order",
        "PO000001",
        "open",
    )
    assert order.party == Party.objects.get(kind="vendor")
    assert amounts(order) == (D(15), D("3.75"), D("18.75"))
    assert order.ship_to_address["name"] == ""
    assert order.sell_to_address["name"] == "Charles Babbage"
    assert column(order.lines.all(), "qty_to_ship") == [D(2), D(1)]


def test_each_kind_has_its_series_and_a_request_repeated_gives_the_first(
    given_a_vendor: Company,
) -> None:
    lines = (item_line(1, 4),)
    drafts = [
        PurchaseDocumentDraft(kind, "V1", "EUR", TODAY, lines, request_id=uuid.uuid4())
        for kind in ("order", "invoice", "credit_memo", "return_order")
    ]

    made = create_purchase_documents(given_a_vendor, [*drafts, drafts[0]])

    numbers = ["PO000001", "PI000001", "PC000001", "PR000001"]
    assert [str(one) for one in made] == [*numbers, "PO000001"]
    assert create_purchase_documents(given_a_vendor, drafts) == made[:4]


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"vendor_no": "V9"}, "no_vendor", "Vendor V9 does not exist. Create it first."),
        ({"vendor_no": "C1"}, "no_vendor", "Vendor C1 does not exist. Create it first."),
        ({"corrects_no": "PI+7"}, "corrects", "Only a credit memo or return order corrects"),
        (
            {"corrects_no": "PI+7", "kind": "credit_memo"},
            "no_invoice",
            "There is no posted invoice PI+7 to correct.",
        ),
    ],
)
def test_what_cannot_be_bought_is_refused(
    given_a_vendor: Company, changes: dict[str, Any], code: str, sentence: str
) -> None:
    before = books(given_a_vendor)

    with pytest.raises(DocumentError, match=sentence.replace("+", r"\+")) as caught:
        make_purchase(given_a_vendor, item_line(1, 4), **changes)

    assert caught.value.code == code
    assert books(given_a_vendor) == before


def test_a_blocked_vendor_gets_no_order(given_a_vendor: Company) -> None:
    Party.objects.filter(kind="vendor").update(blocked="all")

    with pytest.raises(DocumentError, match="Vendor V1 is blocked"):
        make_purchase(given_a_vendor, item_line(1, 4))


def test_what_is_not_sold_any_more_may_still_be_bought(given_a_vendor: Company) -> None:
    Item.objects.update(sales_blocked=True)

    post_order(make_purchase(given_a_vendor, item_line(1, 4)).pk, today=TODAY)

    assert on_hand() == D(1)


def test_receiving_first_and_invoicing_later_owes_the_goods_in_between(
    given_a_vendor: Company,
) -> None:
    order = make_purchase(given_a_vendor, item_line(10, 4))
    to_post(order, ship=6, invoice=0)

    received = post_order(order.pk, invoice=False, today=TODAY)

    assert gl(received.shipment) == {"1300": D(24), "2010": D(-24)}
    assert (on_hand(), received.invoice) == (D(6), None)
    to_post(order, ship=0, invoice=5)
    invoiced = post_order(order.pk, ship=False, today=TODAY)
    assert gl(invoiced.invoice) == {"2010": D(20), "1250": D(5), "2000": D(-25)}
    assert balance(given_a_vendor, "2010") == D(-4)
    to_post(order, ship=4, invoice=5)
    post_order(order.pk, today=TODAY)
    assert balance(given_a_vendor, "2010") == D(0)
    order.refresh_from_db()
    assert order.state == "completed"
    assert broken_invariants() == []


def test_more_than_was_received_is_neither_invoiced_nor_received(given_a_vendor: Company) -> None:
    order = make_purchase(given_a_vendor, item_line(5, 4))
    to_post(order, ship=3, invoice=5)
    assert "cannot invoice more than you have received" in refuse(order, "inv_gt_ship").sentence

    to_post(order, ship=6)
    refusal = refuse(order, "overship", invoice=False)
    assert refusal.sentence == "Line 1: you cannot receive more than 5."


def test_thirds_of_a_price_leave_nothing_between_receipt_and_invoice(
    given_a_vendor: Company,
) -> None:
    """Received in other parts than invoiced, in another currency, with discounts: to the cent."""
    order = make_purchase(
        given_a_vendor,
        item_line(7, "3.333", line_discount=D("0.50")),
        item_line(3, "9.99"),
        currency="USD",
        invoice_discount=D(1),
    )
    for ship, invoice in ((3, 0), (0, 2), (0, 1)):
        to_post(order, ship=ship, invoice=invoice)
        post_order(order.pk, today=TODAY)
    first, second = order.lines.order_by("line_no")
    assert (first.qty_invoiced, second.qty_shipped) == (D(3), D(3))
    Lookup.objects.filter(code="USD").update(
        data={"rounding": "0.01", "rates": [{"from": "1900-01-01", "rate": "0.8"}]}
    )
    order.lines.filter(pk=first.pk).update(qty_to_ship=4, qty_to_invoice=4)
    order.lines.filter(pk=second.pk).update(qty_to_ship=0, qty_to_invoice=0)

    post_order(order.pk, today=TODAY)

    order.refresh_from_db()
    assert order.state == "completed"
    assert balance(given_a_vendor, "2010") == D(0)
    assert broken_invariants() == []


def test_a_dearer_invoice_leaves_the_rest_to_inventory_adjustments(given_a_vendor: Company) -> None:
    order = make_purchase(given_a_vendor, item_line(10, 4))
    post_order(order.pk, invoice=False, today=TODAY)
    reopen(order.pk)
    order.lines.update(unit_price=D(5))
    release(order.pk)

    posted = post_order(order.pk, ship=False, today=TODAY)

    assert gl(posted.invoice) == {
        "2010": D(40),
        "5100": D(10),
        "1250": D("12.50"),
        "2000": D("-62.50"),
    }
    assert balance(given_a_vendor, "2010") == D(0)


def test_prices_with_vat_come_in_without_it(given_a_vendor: Company) -> None:
    order = make_purchase(given_a_vendor, item_line(4, 5), prices_incl_vat=True)

    posted = post_order(order.pk, today=TODAY)

    assert gl(posted.shipment)["1300"] == D(16)
    assert gl(posted.invoice) == {"2010": D(16), "1250": D(4), "2000": D(-20)}
    assert Item.objects.get().unit_cost == D(4)


def test_boxes_come_in_as_pieces(given_a_vendor: Company) -> None:
    Item.objects.update(units={"BOX": "12"})

    post_order(make_purchase(given_a_vendor, item_line(2, 60, uom="BOX")).pk, today=TODAY)

    assert (on_hand(), Item.objects.get().unit_cost) == (D(24), D(5))


def test_a_purchase_invoice_is_posted_in_its_own_row(given_a_vendor: Company) -> None:
    invoice = make_purchase(given_a_vendor, item_line(10, 4), kind="invoice")

    posted = post_document(invoice.pk, today=TODAY)

    assert posted.posted_no == "PI+000001"
    assert gl(posted) == {"1300": D(40), "1250": D(10), "2000": D(-50)}
    assert on_hand() == D(10)
    assert remaining(posted.party_entries.get()) == D(-50)


def test_services_and_accounts_are_bought_without_stock(given_a_vendor: Company) -> None:
    make_item(given_a_vendor, "HOUR", type="service")
    order = make_purchase(given_a_vendor, item_line(3, 100, "HOUR"), account_line(20, "5100"))

    posted = post_order(order.pk, today=TODAY)

    assert gl(posted.shipment) == {}
    assert gl(posted.invoice) == {
        "5050": D(300),
        "5100": D(20),
        "1250": D(80),
        "2000": D(-400),
    }


def test_reverse_charge_is_owed_and_deducted_at_once(given_a_vendor: Company) -> None:
    Lookup.objects.create(
        company=given_a_vendor,
        kind="vat_rate",
        code="ABROAD|STANDARD",
        data={"pct": "25", "type": "reverse"},
    )
    make_vendor(given_a_vendor, "V2", vat_bus="ABROAD")
    order = make_purchase(given_a_vendor, item_line(10, 4), vendor_no="V2")

    invoice = post_order(order.pk, today=TODAY).invoice

    assert gl(invoice) == {"2010": D(40), "1250": D(10), "2200": D(-10), "2000": D(-40)}
    assert invoice
    bases = invoice.gl_entries.exclude(vat_base=0).order_by("account")
    assert list(bases.values_list("account", "vat_base")) == [("1250", D(40)), ("2200", D(-40))]


def test_a_purchase_credit_memo_sends_goods_back_and_settles_its_invoice(
    given_a_vendor: Company,
) -> None:
    """Case 18, of purchases: bought at 5, more at 8; what goes back leaves at the average."""
    invoice = make_purchase(given_a_vendor, item_line(10, 5), kind="invoice")
    post_document(invoice.pk, today=TODAY)
    post_order(make_purchase(given_a_vendor, item_line(10, 8)).pk, today=TODAY)
    invoice.refresh_from_db()
    returned = {"kind": "credit_memo", "corrects_no": invoice.posted_no}
    memo = make_purchase(given_a_vendor, item_line(4, 5, corrects_line=10000), **returned)

    posted = post_document(memo.pk, today=TODAY)

    assert posted.posted_no == "PC+000001"
    assert gl(posted) == {"2000": D(25), "1250": D(-5), "1300": D(-26), "5100": D(6)}
    assert on_hand() == D(16)
    assert remaining(invoice.party_entries.get()) == D("-37.50")
    assert remaining(posted.party_entries.get(kind="credit_memo")) == D(0)
    again = make_purchase(given_a_vendor, item_line(7, 5, corrects_line=10000), **returned)
    assert refuse(again, "overcredit").sentence == "Line 1: only 6 left to credit."
    assert broken_invariants() == []


def test_a_purchase_return_order_ships_back_and_is_credited_later(given_a_vendor: Company) -> None:
    """Case 20, of purchases."""
    post_order(make_purchase(given_a_vendor, item_line(10, 4)).pk, today=TODAY)
    back = make_purchase(given_a_vendor, item_line(3, 5), kind="return_order")

    shipped = post_order(back.pk, invoice=False, today=TODAY)
    credited = post_order(back.pk, ship=False, today=TODAY)

    assert shipped.shipment
    assert credited.invoice
    assert [shipped.shipment.posted_no, credited.invoice.posted_no] == ["PS+000001", "PC+000001"]
    assert gl(shipped.shipment) == {"1300": D(-12), "2010": D(12)}
    assert gl(credited.invoice) == {
        "2000": D("18.75"),
        "2010": D(-12),
        "1250": D("-3.75"),
        "5100": D(-3),
    }
    assert on_hand() == D(7)
    assert broken_invariants() == []


def test_what_is_not_there_cannot_be_sent_back(given_a_vendor: Company) -> None:
    refuse(make_purchase(given_a_vendor, item_line(1, 4), kind="credit_memo"), "negative")


def test_the_same_request_and_an_old_version(given_a_vendor: Company) -> None:
    """Cases 11 and 15, of purchases."""
    order = make_purchase(given_a_vendor, item_line(10, 4))
    to_post(order, ship=4, invoice=4)
    request = uuid.uuid4()

    first = post_order(order.pk, request_id=request, expected_version=1, today=TODAY)

    again = post_order(order.pk, request_id=request, today=TODAY)
    assert again == Posted(first.shipment, first.invoice, repeated=True)
    refuse(order, "version", expected_version=1)
    assert on_hand() == D(4)


def test_dates_and_blocks_hold_for_purchases(given_a_vendor: Company) -> None:
    order = make_purchase(given_a_vendor, item_line(1, 4))
    Party.objects.filter(kind="vendor").update(blocked="invoice")
    refuse(order, "blocked")
    given_a_vendor.settings["post_from"] = "2026-03-03"
    given_a_vendor.save()
    refuse(order, "date")


def test_both_sides_are_posted_in_one_group(given_a_vendor: Company) -> None:
    """What comes in with the first is sold by the second, whichever side they are of."""
    bought = make_purchase(given_a_vendor, item_line(2, 4), kind="invoice")
    sold = make_invoice(given_a_vendor, item_line(2, 10))

    postings = post_group(plan_document, [Asked(bought.pk), Asked(sold.pk)], Options(today=TODAY))

    assert [posting.refusal for posting in postings] == [None, None]
    assert on_hand() == D(0)
    assert broken_invariants() == []


def test_a_vendors_invoice_is_posted_once(given_a_vendor: Company) -> None:
    """The same paper twice: by hand, in other letters, from an order, for another payer's vendor."""
    first, again, other = (
        make_purchase(given_a_vendor, account_line(10, "5050"), kind="invoice", external_no=no)
        for no in ("Inv-7", "INV-7", "INV-8")
    )
    order = make_purchase(given_a_vendor, item_line(1, 10), external_no="inv-7")
    make_vendor(given_a_vendor, "V2")
    stranger = make_purchase(
        given_a_vendor,
        account_line(10, "5050"),
        kind="invoice",
        external_no="INV-7",
        vendor_no="V2",
    )
    post_document(first.pk, today=TODAY)

    refusal = refuse(again, "external_no")
    assert refusal.sentence == "Inv-7 of this vendor was posted already as PI+000001."
    refuse(order, "external_no")
    assert post_order(order.pk, invoice=False, today=TODAY).shipment
    assert post_document(other.pk, today=TODAY).posted_no == "PI+000002"
    assert post_document(stranger.pk, today=TODAY).posted_no == "PI+000003"


def test_a_vendors_credit_memo_has_numbers_of_its_own(given_a_vendor: Company) -> None:
    def make(kind: str) -> Document:
        return make_purchase(given_a_vendor, account_line(9, "5050"), kind=kind, external_no="7")

    post_document(make("invoice").pk, today=TODAY)
    post_document(make("credit_memo").pk, today=TODAY)
    refuse(make("credit_memo"), "external_no")


def test_parts_of_a_purchase_order_are_invoiced_by_numbers_of_their_own(
    given_a_vendor: Company,
) -> None:
    """The number may be changed while the order is released, as it comes with each invoice."""
    order = make_purchase(given_a_vendor, item_line(5, 10), external_no="V-1", release=True)
    to_post(order, ship=2, invoice=2)
    post_order(order.pk, today=TODAY)
    refuse(order, "external_no")
    order.refresh_from_db()
    line = order.lines.get()

    edit_document(
        order.pk,
        expected_version=order.version,
        head={"external_no": "V-2"},
        lines=[LineEdit(line.pk, no="A", quantity=D(5))],
    )

    assert post_order(order.pk, today=TODAY).invoice
    invoices = Document.objects.filter(kind="invoice").order_by("posted_no")
    assert [invoice.external_no for invoice in invoices] == ["V-1", "V-2"]


def test_two_in_one_batch_are_one_too_many(given_a_vendor: Company) -> None:
    for _ in range(4):
        make_purchase(given_a_vendor, account_line(9, "5050"), kind="invoice", external_no="X 9")

    result = batch_post(given_a_vendor, side="purchase", kind="invoice", today=TODAY)

    assert len(result.posted) == 1
    assert [failure.code for failure in result.failed] == ["external_no"] * 3


def test_what_is_bought_and_sent_back_is_told_once_it_is_committed(
    given_a_vendor: Company, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[dict[str, Any]] = []

    def listener(**kwargs: Any) -> None:
        told.append({name: keys for name, keys in kwargs.items() if keys and name in NAMES})

    order = make_purchase(given_a_vendor, item_line(2, 10))
    signals.posted.connect(listener)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            bought = post_order(order.pk, today=TODAY)
        assert bought.shipment
        assert bought.invoice
        back = make_purchase(
            given_a_vendor,
            item_line(1, 10, corrects_line=10000),
            kind="return_order",
            corrects_no=bought.invoice.posted_no,
        )
        with django_capture_on_commit_callbacks(execute=True):
            sent = post_order(back.pk, today=TODAY)
    finally:
        signals.posted.disconnect(listener)

    assert sent.shipment
    assert sent.invoice
    assert told == [
        {"receipts": (bought.shipment.pk,), "purchase_invoices": (bought.invoice.pk,)},
        {"purchase_credit_memos": (sent.invoice.pk,), "return_shipments": (sent.shipment.pk,)},
    ]
