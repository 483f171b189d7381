"""The money of an order, tried on orders nobody thought of: it always adds up to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import totals
from sandbox.changes import Occasion
from sandbox.changes.refund import everything, refund
from sandbox.changes.returns import Received, Wanted, open_return, receive
from sandbox.clock import Clock
from sandbox.draft import DraftLine, DraftShipping, DraftTax, OrderDraft
from sandbox.money import Bag, shares, text, total
from sandbox.placing import Checkout
from sandbox.records.location import Location
from sandbox.records.order import Order
from sandbox.records.shop import Shop
from sandbox.store import Store

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
CENTS = st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100)


@st.composite
def lines(draw: st.DrawFn) -> DraftLine:
    quantity = draw(st.integers(1, 9))
    removed = draw(st.integers(0, quantity))
    price = draw(CENTS)
    return DraftLine(
        title="Item",
        quantity=quantity,
        price=price,
        discount=(price * quantity * draw(st.integers(0, 100)) / 100).quantize(Decimal("0.01")),
        taxable=draw(st.booleans()),
        removed=removed,
        refunded=draw(st.integers(0, quantity - removed)),
    )


DRAFTS = st.builds(
    OrderDraft,
    lines=st.lists(lines(), min_size=1, max_size=6).map(tuple),
    currency=st.sampled_from(["EUR", "NOK", "JPY"]),
    taxes_included=st.booleans(),
    taxes=st.sampled_from([
        (),
        (DraftTax("VAT", Decimal("0.255")),),
        (DraftTax("GST", Decimal("0.05")), DraftTax("PST", Decimal("0.09975"))),
    ]),
    shipping=st.lists(st.builds(DraftShipping, st.just("Post"), CENTS), max_size=2).map(tuple),
    tip=CENTS,
)  # fmt: skip


def placed(draft: OrderDraft) -> tuple[Order, Store]:
    rates = {"NOK": Decimal("11.6234"), "JPY": Decimal("171.37")}
    store = Store(Clock(lambda: NOON), Shop(rates=rates))
    store.put(Location(store.new_gid("Location"), "Here"))
    return Checkout(store).place(draft), store


@settings(max_examples=60, deadline=None)
@given(DRAFTS)
def test_totals_add_up_whatever_was_ordered_removed_and_refunded(draft: OrderDraft) -> None:
    order, store = placed(draft)
    for sums in (totals.original(order), totals.current(order)):
        tax = Bag() if order.taxes_included else sums.tax
        assert sums.total == sums.subtotal + sums.shipping + tax + sums.tip
        assert sums.subtotal == sums.gross - sums.line_discounts
    current = totals.current(order)
    assert current.tax == total(tax.amount for tax in totals.current_taxes(order))
    received, back = totals.received(order), totals.paid_back(order)
    assert totals.outstanding(order) == current.total - received + back
    taken = total(line.subtotal for r in order.refunds for line in r.lines)
    removed = total(
        totals.line_net(line, order.money, line.quantity)
        - totals.line_net(line, order.money, line.quantity - line.removed)
        for line in order.lines
    )
    assert totals.original(order).subtotal == current.subtotal + taken + removed
    assert store.nodes[order.gid]["currentTotalPriceSet"]["shopMoney"]["amount"] == text(
        current.total.shop
    )


@settings(max_examples=40, deadline=None)
@given(DRAFTS)
def test_nothing_is_left_of_an_order_given_back_whole(draft: OrderDraft) -> None:
    order, store = placed(draft)
    after = refund(order, everything(order), Occasion(NOON, store.new_gid))
    left = totals.current(after)
    assert (left.subtotal, left.shipping, left.tax) == (Bag(), Bag(), Bag())
    assert left.total == after.tip


@settings(max_examples=40, deadline=None)
@given(DRAFTS, CENTS, st.booleans())
def test_an_exchange_leaves_nobody_in_debt(draft: OrderDraft, price: Decimal, whole: bool) -> None:
    """Whatever is sent back and taken for it, the identities hold and what was owed stays."""
    order, store = placed(replace(draft, fulfilled=True, tip=Decimal(0)))
    sent = {line.line_gid for one in order.fulfillments for line in one.lines}
    units = {x.gid: x.current_quantity for x in order.lines if x.gid in sent and x.current_quantity}
    if not units:
        return
    if not whole:
        units = dict.fromkeys(units, 1)
    line = Checkout(store).exchange_line(DraftLine("Other", 1, price), order)
    at, owed = Occasion(NOON, store.new_gid), totals.outstanding(order)

    order = open_return(order, Wanted(units, exchange=[line]), at)
    order = receive(order, order.returns[0], Received(units), at)

    assert totals.outstanding(order) == owed
    current, first = totals.current(order), totals.original(order)
    given_back = total(line.subtotal for r in order.refunds for line in r.lines)
    removed = total(
        totals.line_net(line, order.money, line.quantity)
        - totals.line_net(line, order.money, line.quantity - line.removed)
        for line in order.lines
    )
    assert first.subtotal == current.subtotal + given_back + removed
    store.put(order)


@given(st.integers(-10_000, 10_000), st.lists(CENTS, min_size=1, max_size=9))
def test_shares_add_up_to_the_whole(cents: int, weights: list[Decimal]) -> None:
    amount = Decimal(cents) / 100
    parts = shares(amount, weights, "EUR")
    assert sum(parts) == amount
    assert len(parts) == len(weights)


def test_amounts_are_written_as_shopify_writes_them() -> None:
    written = {"120": "120.0", "104.50": "104.5", "0.00": "0.0", "-3.10": "-3.1", "1E+3": "1000.0"}
    assert {given: text(Decimal(given)) for given in written} == written


def test_taxes_follow_shopifys_own_arithmetic() -> None:
    """Source: recorded orderCreate, 2 × 100.00 at 13 %: 200 + 26 = 226; one removed: 113."""
    tax = (DraftTax("HST", Decimal("0.13")),)
    line = DraftLine("A", 2, Decimal(100), removed=1)
    order, _ = placed(OrderDraft(lines=(line,), taxes=tax, taxes_included=False, payments=()))
    assert totals.original(order).total.shop == Decimal("226.00")
    assert totals.current(order).total.shop == Decimal("113.00")
    assert totals.current(order).tax.shop == Decimal("13.00")
