"""A bad week of a shop, day by day: all that Shopify's staff and the books do to the same orders.

At its end every order is accounted for once, to the cent, and nobody has anything left to do.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from connector.rolecenter.cues import CUES
from connector.sync.applying import planned
from connector.sync.audit import broken_links
from connector.sync.dismissing import dismiss
from connector.sync.errors import RecordError
from connector.sync.mapping.missing import TROUBLE
from connector.sync.models import DocumentLink, Issue, MissingRecord, RefundLink, ShipmentLink
from connector.sync.unlinking import unlink
from erp.audit import broken_invariants
from erp.documents import create_sales_document
from erp.drafts import LineDraft, SalesDocumentDraft
from erp.models import Company as Books
from erp.models import Document, PartyEntry
from erp.models import Location as BooksLocation
from erp.posting import post_document
from sandbox import totals
from sandbox.records.order import Order as OrderRecord
from sandbox.store import Store
from shops.models import Location, Order, Refund, Shop
from tests.sync.conftest import (
    KARI,
    LAMP,
    TODAY,
    Run,
    Sandbox,
    change,
    change_settings,
    ship,
)
from tests.sync.presses import press
from tests.sync.week import DAY, Week

pytestmark = pytest.mark.django_db(transaction=True)
VAT: dict[str, Any] = {"taxRate": "0.25", "taxesIncluded": True}
CHAIR: dict[str, Any] = {"sku": "CHAIR-RED", "title": "Chair", "quantity": 1, "price": "250.00"}
BLUE: dict[str, Any] = {**CHAIR, "sku": "CHAIR-BLUE", "title": "Blue chair"}
POST: dict[str, Any] = {"title": "Post", "price": "8.00"}


def lamps(units: int, **more: Any) -> dict[str, Any]:
    return {**LAMP, "quantity": units, **more}


@pytest.fixture
def week(shopify: Sandbox, store: Store, shop: Shop, books: Books, run: Run) -> Week:
    """It begins six days ago, so that its last day is today."""
    change_settings(
        shop,
        refund_account=books.account("refund"),
        refund_not_restocked_account=books.account("refund_not_restocked"),
    )
    west = shopify.control("locations", {"name": "West"})
    BooksLocation.objects.create(company=books, code="WEST", name="West")
    Location.objects.create(shop=shop, gid=west["id"], name="West", location_code="WEST")
    shopify.control("clock", {"advance": -6 * DAY})
    return Week(shopify, store, shop, run)


def monday(week: Week) -> None:
    """Fourteen orders come in; nothing is processed yet, and three of them change at once."""
    week.place("edited at once", lamps(5), CHAIR, shipping=[POST], **VAT)
    week.place("edited later", lamps(5), CHAIR, shipping=[POST], **VAT)
    week.place("edited on the way", lamps(5), shipping=[POST], taxRate="0.25", taxesIncluded=False)
    week.place("edited at the end", lamps(1), customer=KARI)
    week.place("two places", lamps(4), {**CHAIR, "quantity": 2, "location": "West"}, **VAT)
    week.place("held and moved", lamps(3), **VAT)
    week.place("cancelled at once", lamps(1), shipping=[POST], **VAT)
    week.place("cancelled later", lamps(2), CHAIR, shipping=[POST], **VAT)
    week.place("fulfilled elsewhere", lamps(2), **VAT)
    week.place("all returned", lamps(2), shipping=[POST], **VAT)
    week.place("partly returned", lamps(3), CHAIR, shipping=[POST], discount="10.01", **VAT)
    week.place("customer deleted", lamps(2), currency="NOK", customer=KARI, **VAT)
    card = {"title": "Gift card", "quantity": 1, "price": "50.00", "giftCard": True}
    week.place("tip and gift card", card, lamps(1), tip="5.00", **VAT)
    week.place("a test", lamps(1), test=True)
    week.reports("orders")
    more = {"remove": {"LAMP": 2}, "add": [BLUE], "quantity": {"CHAIR-RED": 3}}
    week.staff("edit", "edited at once", **more)
    week.staff("cancel", "cancelled at once")
    week.staff("refund", "customer deleted", lines={"LAMP": 1})


def tuesday(week: Week) -> None:
    """Everything is processed, but the test; then Shopify's staff change their minds."""
    week.morning()
    assert week.order("cancelled at once").state == Order.State.NO_DOCUMENT
    assert week.order("a test").reason_code == "test"
    change(week.store, week.names["customer deleted"], customer_gid=None, email=None)
    more = {"remove": {"LAMP": 1}, "add": [BLUE], "discount": {"CHAIR-RED": "12.34"}}
    week.staff("edit", "edited later", **more)
    week.staff("hold", "held and moved", reason="AWAITING_PAYMENT")
    week.staff("fulfill", "fulfilled elsewhere", tracking="X1")
    week.staff("cancel", "a test")
    for what in ("two places", "edited on the way", "held and moved"):
        ship(week.names[what], 1)
    week.evening()
    assert week.link("held and moved").state == ShipmentLink.State.FAILED
    week.apply("edited later")


def wednesday(week: Week) -> None:
    """The held goods are moved and leave; what is cancelled has its sales order taken away."""
    week.staff("cancel", "cancelled later")
    week.staff("release", "held and moved")
    week.staff("move", "held and moved", to="West", lines={"LAMP": 2})
    week.staff("edit", "edited on the way", remove={"LAMP": 2})
    week.morning()
    with pytest.raises(RecordError, match="cancel SO"):
        planned(week.order("cancelled later"))
    unlink(
        week.order("cancelled later").pk, week.document("cancelled later").pk, press(), keep=True
    )
    with pytest.raises(RecordError, match="was shipped in part"):
        planned(week.order("edited on the way"))
    week.edit("edited on the way", LAMP=3)
    week.settle("edited on the way", "Three are left, see the sales order.")
    week.evening()
    assert week.link("held and moved").state == ShipmentLink.State.SENT


def thursday(week: Week) -> None:
    """All goods leave; those that left from elsewhere are no longer waited for in Shopify."""
    week.morning()
    week.post(*(what for what in week.names if _to_post(week, what)))
    week.evening()
    assert week.link("fulfilled elsewhere").state == ShipmentLink.State.FAILED
    left = Issue.objects.open().get(report="shipments")
    assert left.reason.endswith("dismiss this.")


def _to_post(week: Week, what: str) -> bool:
    links = DocumentLink.objects.filter(order=week.order(what))
    return links.exclude(document__state=Document.State.CANCELLED).exists()


def friday(week: Week) -> None:
    """Money goes back: all of it, some of it, shipping alone, and goodwill for nothing."""
    week.staff("refund", "all returned")
    week.staff("refund", "partly returned", lines={"LAMP": 1}, shipping="3.00")
    week.staff("refund", "edited at once", shipping="8.00")
    week.staff("refund", "two places", more="17.50")
    week.staff("refund", "customer deleted", lines={"LAMP": 1}, restock=False)
    week.staff("refund", "tip and gift card", lines={"0": 1}, restock=False)
    week.staff("edit", "edited at the end", note="Thank you", tags=["vip"])
    week.morning()
    week.staff("refund", "partly returned", lines={"LAMP": 1}, more="0.99")
    week.evening()
    week.reports("refunds")
    log = week.run("298")
    assert not log.issues, log.message


def saturday(week: Week) -> None:
    """A chair more on an order that is posted, and the last decisions: nothing is left to do."""
    week.staff("edit", "edited at the end", add=[CHAIR])
    week.morning()
    with pytest.raises(RecordError, match="is completed"):
        planned(week.order("edited at the end"))
    by_hand = _invoice(week, "edited at the end")
    week.staff("fulfill", "edited at the end", lines={"CHAIR-RED": 1})
    week.settle("edited at the end", f"The chair is on {by_hand}.")
    left = Issue.objects.open().filter(report="shipments")
    assert dismiss(left, "The supplier sent it.") == 1
    week.evening()


def _invoice(week: Week, what: str) -> str:
    """An invoice by hand of a chair that came onto an order later."""
    sold = week.document(what)
    draft = SalesDocumentDraft(
        kind="invoice",
        customer_no=sold.party.no if sold.party else "",
        document_date=TODAY,
        currency=sold.currency,
        your_ref=week.names[what],
        lines=(LineDraft(item_no="CHAIR-RED", unit_price=Decimal(250), tax=Decimal(0)),),
        tax_mode="given",
        prices_incl_vat=sold.prices_incl_vat,
    )
    invoice = create_sales_document(sold.company, draft)
    post_document(invoice.pk, today=TODAY)
    return invoice.no


def test_after_a_bad_week_every_order_is_accounted_for_once_and_to_the_cent(week: Week) -> None:
    for day in (monday, tuesday, wednesday, thursday, friday, saturday):
        day(week)

    week.nothing_is_left()
    week.run("reconciliation", period="31")
    assert not MissingRecord.objects.filter(why__in=TROUBLE).exists()
    assert _owed(week) == {what: _left(week.record(what)) for what in week.names}
    assert {cue.name: list(cue.rows()) for cue in CUES if cue.rows().exists()} == {}
    assert broken_links() == []
    assert broken_invariants() == []
    _nothing_is_lost_or_doubled(week)


def _owed(week: Week) -> dict[str, Decimal]:
    """What the customers' ledger says of each order, invoices less credit memos."""
    entries = PartyEntry.objects.values_list("document__your_ref").annotate(Sum("amount"))
    owed = dict(entries)
    assert set(owed) <= set(week.names.values())
    return {what: owed.get(name, Decimal(0)) for what, name in week.names.items()}


def _left(order: OrderRecord) -> Decimal:
    """What Shopify has left of it: its current total, less what was paid back for nothing."""
    return totals.current(order).total.shop - totals.discrepancy(order).shop


def _nothing_is_lost_or_doubled(week: Week) -> None:
    assert Order.objects.count() == len(week.names) == len(week.store.orders())
    unsold = {"cancelled at once", "cancelled later", "a test"}
    processed = Order.objects.filter(state=Order.State.PROCESSED).values_list("name", flat=True)
    assert set(processed) == {name for what, name in week.names.items() if what not in unsold}
    kinds = Document.objects.exclude(state=Document.State.CANCELLED)
    sold = kinds.filter(kind=Document.Kind.ORDER)
    assert sorted(sold.values_list("your_ref", flat=True)) == sorted(processed)
    assert {document.state for document in sold} == {Document.State.COMPLETED}
    refunds = Refund.objects.filter(state=Refund.State.PROCESSED)
    assert RefundLink.objects.count() == refunds.count() == 7
    assert kinds.filter(kind=Document.Kind.CREDIT_MEMO).count() == 7
    for what in week.names:
        record = week.record(what)
        sent = Counter[str]()
        for fulfillment in record.fulfillments:
            sent.update({line.line_gid: line.quantity for line in fulfillment.lines})
        assert all(sent[line.gid] <= line.quantity for line in record.lines), what
        assert not any(goods.pending and goods.remaining for goods in record.fulfillment_orders)
