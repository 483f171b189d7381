"""Cancelling, marking as paid and archiving in Shopify: each once, whatever becomes of the answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from connector.shopify.errors import AccessDenied, Unavailable
from connector.shopify.order_actions import Cancellation
from connector.sync import order_actions
from connector.sync.errors import Blocked
from connector.sync.models import OrderAction
from connector.sync.models.actions import UNDER_WAY
from connector.sync.order_actions import archive, cancel, mark_as_paid
from connector.sync.presses import Press
from connector.sync.sessions import client_for
from connector.sync.under_way import ask_now
from sandbox.store import Store
from shops.models import Order, Shop
from tests.sync.conftest import LAMP, Run, Sandbox, order_named, record_of
from tests.sync.presses import press

pytestmark = pytest.mark.django_db(transaction=True)
State = OrderAction.State
ROOTS = {"cancel": "orderCancel", "pay": "orderMarkAsPaid", "close": "orderClose"}


@dataclass(frozen=True)
class Given:
    """An order that came in, and its shop."""

    shopify: Sandbox
    store: Store
    shop: Shop
    name: str

    @property
    def order(self) -> Order:
        return order_named(self.name)

    def act(self, kind: str, pressed: Press, **wanted: Any) -> OrderAction:
        client = client_for(self.shop, interactive=True)
        if kind == "cancel":
            return cancel(client, self.order, Cancellation(**wanted), pressed)
        return (mark_as_paid if kind == "pay" else archive)(client, self.order, pressed)

    def ask(self, pressed: Press) -> OrderAction:
        """Ask Shopify what became of the last action."""
        action = OrderAction.objects.latest("pk")
        return ask_now(client_for(self.shop, interactive=True), action, pressed)

    def sent(self, kind: str) -> int:
        """How often Shopify carried it out."""
        mutations = self.shopify.state()["mutations"]
        return sum(1 for one in mutations if ROOTS[kind] in str(one))

    def done(self, kind: str) -> bool:
        record = record_of(self.store, self.name)
        if kind == "cancel":
            return record.cancelled_at is not None
        if kind == "pay":
            return any(one.gateway == "manual" for one in record.transactions)
        return record.closed_at is not None


@pytest.fixture
def given(shopify: Sandbox, store: Store, shop: Shop, run: Run) -> Callable[[], Given]:
    def place(**more: Any) -> Given:
        name = shopify.place(LAMP, paid=False, **more)
        run("orders")
        return Given(shopify, store, shop, name)

    return place


@pytest.mark.parametrize("kind", list(ROOTS))
def test_an_action_is_done_once_noted_and_seen_by_the_next_import(
    kind: str, given: Callable[[], Given], run: Run
) -> None:
    here = given()

    action = here.act(kind, press())

    assert (action.state, action.by, action.attempts) == (State.DONE, "kari", 1)
    assert len(action.shopify_request) == 36  # Shopify's own id of the request
    assert here.done(kind)
    assert here.sent(kind) == 1
    run("orders")
    order = here.order
    assert {
        "cancel": order.cancelled_at is not None,
        "pay": order.fully_paid,
        "close": order.closed,
    }[kind]


def test_a_cancellation_says_why_and_whether_money_and_goods_come_back(
    given: Callable[..., Given],
) -> None:
    here = given()
    here.act("pay", press())

    here.act("cancel", press(), reason="INVENTORY", refund=True, restock=True, notify=True)

    record = record_of(here.store, here.name)
    assert record.cancel_reason == "INVENTORY"
    assert [refund.amount.shop for refund in record.refunds] == [200]
    assert all(line.restocked for refund in record.refunds for line in refund.lines)


def test_an_unknown_reason_is_sent_as_other(given: Callable[..., Given]) -> None:
    here = given()

    here.act("cancel", press(), reason="")

    record = record_of(here.store, here.name)
    assert record.cancel_reason == "OTHER"
    assert not any(line.restocked for refund in record.refunds for line in refund.lines)


@pytest.mark.parametrize("kind", list(ROOTS))
def test_a_press_that_comes_twice_acts_once(kind: str, given: Callable[[], Given]) -> None:
    here, pressed = given(), press()

    first, second = here.act(kind, pressed), here.act(kind, pressed)

    assert first == second
    assert here.sent(kind) == 1


@pytest.mark.parametrize("kind", ["cancel", "pay"])
def test_what_is_so_already_is_not_sent(kind: str, given: Callable[[], Given]) -> None:
    here = given()
    here.act(kind, press())

    again = here.act(kind, press("ola"))

    assert again.state == State.NEEDLESS
    assert here.sent(kind) == 1


@pytest.mark.parametrize("kind", list(ROOTS))
@pytest.mark.parametrize("fault", ["reset_after", "truncated"])
def test_an_answer_that_is_lost_is_looked_for_and_nothing_sent_twice(
    kind: str, fault: str, given: Callable[[], Given]
) -> None:
    here = given()
    here.shopify.faults({"kind": fault, "root": ROOTS[kind], "times": 1})

    action = here.act(kind, press())

    assert action.state == State.DONE
    assert here.done(kind)
    if kind != "close":  # which may be sent twice
        assert here.sent(kind) == 1
        assert action.attempts == 1


@pytest.mark.parametrize("kind", ["cancel", "pay"])
def test_after_a_long_silence_the_next_press_finds_it_done(
    kind: str, given: Callable[[], Given]
) -> None:
    here = given()
    here.shopify.faults(
        {"kind": "reset_after", "root": ROOTS[kind], "times": 1},
        {"kind": "http", "status": 503, "root": "order", "nth": 2, "times": 1},
        {"kind": "http", "status": 503, "root": "order", "nth": 3, "times": 1},
        {"kind": "http", "status": 503, "root": "order", "nth": 4, "times": 1},
        {"kind": "http", "status": 503, "root": "order", "nth": 5, "times": 1},
    )
    with pytest.raises(Unavailable):
        here.act(kind, press())
    left = OrderAction.objects.get()
    assert left.state == State.SENDING
    assert "broke off: try again later." in left.answer

    with pytest.raises(Blocked, match="Try again in 3 minutes"):
        here.act(kind, press(later=UNDER_WAY - timedelta(seconds=1)))
    found = here.act(kind, press("ola", later=UNDER_WAY))

    assert found == left
    assert (found.state, found.answer) == (
        State.DONE,
        "Shopify had done it; its answer was lost.",
    )
    assert here.sent(kind) == 1


@pytest.mark.parametrize("kind", ["cancel", "pay"])
def test_what_never_arrived_is_sent_by_the_next_press(
    kind: str, given: Callable[[], Given]
) -> None:
    here = given()
    here.shopify.faults({"kind": "reset_before", "root": ROOTS[kind], "times": 1})
    with pytest.raises(Unavailable):
        here.act(kind, press())
    assert not here.done(kind)

    action = here.act(kind, press("ola", later=UNDER_WAY))

    assert (action.state, action.by, action.attempts) == (State.DONE, "ola", 2)
    assert here.done(kind)
    assert here.sent(kind) == 1
    assert OrderAction.objects.count() == 1


def test_a_process_that_died_with_the_call_leaves_what_the_import_settles(
    given: Callable[[], Given], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = given()

    def dies(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("connector.sync.order_actions._taken", dies)
        with pytest.raises(KeyboardInterrupt):
            here.act("cancel", press())
    assert OrderAction.objects.get().state == State.SENDING

    run("orders")

    action = OrderAction.objects.get()
    assert (action.state, action.answer) == (State.DONE, "The order came in like that.")
    assert here.sent("cancel") == 1


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("cancel", "Cannot cancel an order that has fulfillments"),
        ("pay", "Order cannot be marked as paid."),
    ],
)
def test_what_shopify_refuses_is_told_in_its_words(
    kind: str, sentence: str, given: Callable[..., Given]
) -> None:
    here = given(fulfilled=kind == "cancel")
    if kind == "pay":
        here.shopify.control("orders/cancel", {"name": here.name})

    action = here.act(kind, press())

    assert (action.state, action.answer) == (State.REFUSED, f"Shopify refused: {sentence}")
    assert len(action.shopify_request) == 36


def test_without_the_scope_the_sentence_names_the_cure(given: Callable[[], Given]) -> None:
    here = given()
    here.shopify.faults({"kind": "http", "status": 403, "root": "orderCancel"})

    with pytest.raises(AccessDenied):
        here.act("cancel", press())

    action = OrderAction.objects.get()
    assert action.state == State.REFUSED
    assert "DEMO" in action.answer


@pytest.mark.parametrize("kind", list(ROOTS))
@pytest.mark.parametrize(
    ("column", "sentence"),
    [("allow_outgoing_requests", "does not allow data to be sent"), ("enabled", "is disabled")],
)
def test_ac160_with_outgoing_off_orders_come_in_and_nothing_is_sent(
    kind: str, column: str, sentence: str, given: Callable[[], Given]
) -> None:
    here = given()
    setattr(here.shop, column, False)
    here.shop.save()

    with pytest.raises(Blocked, match=sentence):
        here.act(kind, press())

    assert here.shopify.mutations() == 0
    assert not OrderAction.objects.exists()
    assert here.order.name == here.name


def test_ac160_with_outgoing_off_the_import_reads_and_the_shipments_are_refused(
    given: Callable[..., Given], run: Run
) -> None:
    here = given()
    Shop.objects.update(allow_outgoing_requests=False)
    name = here.shopify.place(LAMP)

    assert run("orders").counts["created"] == 1
    refused = run("shipments")

    assert order_named(name).state == Order.State.UNPROCESSED
    assert refused.status == "error"
    assert "does not allow data to be sent to Shopify" in refused.error_message
    assert here.shopify.mutations() == 0


def test_a_cancellation_that_shopify_works_on_is_settled_by_the_import(
    given: Callable[[], Given], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = given()
    with monkeypatch.context() as patch:
        patch.setattr("connector.sync.order_actions._arrived", lambda *_args: False)
        action = here.act("cancel", press())

    assert action.state == State.SENDING
    assert action.answer == "Shopify has taken it and is working on it."
    with pytest.raises(Blocked, match="Try again in 3 minutes"):
        here.act("cancel", press("ola", later=timedelta(minutes=1)))
    run("orders")
    action.refresh_from_db()
    assert action.state == State.DONE
    assert here.sent("cancel") == 1


@pytest.mark.parametrize("kind", ["cancel", "pay"])
def test_two_people_at_once_ask_once(kind: str, given: Callable[[], Given]) -> None:
    here, start = given(), Barrier(2)

    def one(by: str) -> object:
        start.wait(timeout=20)
        try:
            return here.act(kind, press(by)).state
        except Blocked as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(one, ["kari", "ola"]))

    assert answers.count(State.DONE) == 1
    assert set(answers) <= {State.DONE, State.NEEDLESS, "under_way"}
    assert here.sent(kind) == 1


def test_of_two_who_take_over_what_was_left_one_sends(given: Callable[[], Given]) -> None:
    here = given()
    here.shopify.faults({"kind": "reset_before", "root": "orderMarkAsPaid", "times": 1})
    with pytest.raises(Unavailable):
        here.act("pay", press())
    stale = OrderAction.objects.get()
    OrderAction.objects.update(attempts=2)  # somebody took it over since it was read

    with pytest.raises(Blocked):
        order_actions._begin(stale, press(later=UNDER_WAY))

    assert here.sent("pay") == 0


def doomed(here: Given) -> OrderAction:
    """Cancel an order whose job at Shopify fails."""
    here.shopify.control(
        "orders/refuse-cancelling", {"name": here.name, "reason": "The refund was declined."}
    )
    action = here.act("cancel", press())
    assert action.state == State.SENDING
    assert action.shopify_job.startswith("gid://shopify/OrderCancelJobResult/")
    return action


def test_a_cancellation_whose_job_failed_is_ended_by_the_import_in_shopifys_words(
    given: Callable[[], Given], run: Run
) -> None:
    here = given()
    action = doomed(here)

    run("orders")

    action.refresh_from_db()
    assert (action.state, action.answer) == (
        State.REFUSED,
        "Shopify refused: The refund was declined.",
    )
    assert action.by == "kari"
    assert here.act("cancel", press("ola")).state == State.DONE


def test_a_person_asks_shopify_what_became_of_it_and_sends_nothing(
    given: Callable[[], Given],
) -> None:
    here = given()
    doomed(here)
    before = here.shopify.mutations()

    asked = here.ask(press("ola"))

    assert (asked.state, asked.answer) == (
        State.REFUSED,
        "Shopify refused: The refund was declined.",
    )
    assert here.shopify.mutations() == before
    assert here.ask(press()) == asked


@pytest.mark.parametrize("kind", list(ROOTS))
def test_what_did_not_arrive_is_ended_when_it_cannot_be_on_its_way_any_more(
    kind: str, given: Callable[[], Given]
) -> None:
    here = given()
    here.shopify.faults({"kind": "reset_before", "root": ROOTS[kind]})
    with pytest.raises(Unavailable):
        here.act(kind, press())
    here.shopify.faults()

    assert here.ask(press(later=UNDER_WAY - timedelta(seconds=1))).state == State.SENDING
    assert not OrderAction.objects.stuck(press().now()).exists()
    later = press("ola", later=UNDER_WAY + timedelta(seconds=1))
    assert OrderAction.objects.stuck(later.now()).exists()
    asked = here.ask(later)

    assert asked.state == State.REFUSED
    assert asked.answer.startswith("It did not arrive in Shopify.")
    assert not here.done(kind)


def test_a_job_that_is_at_work_is_waited_for(given: Callable[[], Given], store: Store) -> None:
    here = given()
    action = doomed(here)
    store.nodes[action.shopify_job].update(done=False, status="STARTED", errors=[])

    assert here.ask(press(later=UNDER_WAY)).state == State.SENDING


def test_many_jobs_are_asked_for_in_one_call(given: Callable[[], Given], run: Run) -> None:
    here, *others = given(), given(), given()
    for one in (here, *others):
        doomed(one)
    calls = here.shopify.calls().get("OrderCancelResults", 0)

    run("orders")

    assert here.shopify.calls()["OrderCancelResults"] == calls + 1
    assert set(OrderAction.objects.values_list("state", flat=True)) == {State.REFUSED}
