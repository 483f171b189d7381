"""30109: posted shipments are fulfilled in Shopify, once, also when answers get lost."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync.dismissing import dismiss
from connector.sync.models import Issue, ShipmentLink
from jobqueue.models import JobQueueLogEntry
from jobqueue.runner import run_entry
from shops.models import Shop
from tests.sync.conftest import LAMP, Run, Sandbox, order_named, ship

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def given_an_order(shopify: Sandbox, run: Run) -> str:
    """Five lamps, imported and processed."""
    name = shopify.place({**LAMP, "quantity": 5})
    run("orders")
    run("documents")
    return name


def status(run: Run, name: str) -> str:
    run("orders")
    return order_named(name).fulfillment_status


def test_a_posted_shipment_waits_at_once_and_is_fulfilled_by_the_report(
    shopify: Sandbox, run: Run, given_an_order: str
) -> None:
    """AC-090: sent, and the fulfillment’s id kept."""
    ship(given_an_order, 5)
    assert ShipmentLink.objects.get().state == ShipmentLink.State.PENDING

    log = run("shipments")

    link = ShipmentLink.objects.get()
    assert log.counts == {"read": 1, "created": 1}
    assert link.state == ShipmentLink.State.SENT
    assert len(link.fulfillment_gids) == 1
    assert status(run, given_an_order) == "FULFILLED"


def test_two_parts_make_it_partly_and_then_wholly_fulfilled(run: Run, given_an_order: str) -> None:
    """AC-098."""
    ship(given_an_order, 2)
    run("shipments")
    assert status(run, given_an_order) == "PARTIALLY_FULFILLED"

    ship(given_an_order, 3)
    run("shipments")

    assert status(run, given_an_order) == "FULFILLED"


def test_two_shipments_of_one_order_go_out_in_one_run(
    shopify: Sandbox, run: Run, given_an_order: str
) -> None:
    ship(given_an_order, 2)
    ship(given_an_order, 3)

    log = run("shipments")

    assert log.counts == {"read": 2, "created": 2}
    assert shopify.mutations() == 2


def test_a_second_run_sends_nothing(shopify: Sandbox, run: Run, given_an_order: str) -> None:
    ship(given_an_order, 5)
    run("shipments")
    sent = shopify.mutations()

    log = run("shipments")

    assert log.counts == {}
    assert shopify.mutations() == sent == 1


def test_a_shipment_whose_bell_was_lost_is_found_by_the_report(
    run: Run, given_an_order: str
) -> None:
    ship(given_an_order, 5)
    ShipmentLink.objects.all().delete()

    run("shipments")

    assert ShipmentLink.objects.get().state == ShipmentLink.State.SENT


def test_an_answer_that_is_lost_is_not_sent_again(
    shopify: Sandbox, run: Run, given_an_order: str
) -> None:
    ship(given_an_order, 5)
    shopify.faults({"kind": "reset_after", "root": "fulfillmentCreate", "times": 1})

    log = run("shipments")
    assert log.status == "error"
    assert log.will_retry
    assert ShipmentLink.objects.get().state == ShipmentLink.State.SENDING

    again(log)

    link = ShipmentLink.objects.get()
    assert link.state == ShipmentLink.State.SENT
    assert shopify.mutations() == 1
    assert status(run, given_an_order) == "FULFILLED"


def test_a_call_that_never_arrived_is_sent_again(
    shopify: Sandbox, run: Run, given_an_order: str
) -> None:
    ship(given_an_order, 5)
    shopify.faults({"kind": "reset_before", "root": "fulfillmentCreate", "times": 1})
    log = run("shipments")

    again(log)

    assert ShipmentLink.objects.get().state == ShipmentLink.State.SENT
    assert status(run, given_an_order) == "FULFILLED"


def test_what_was_fulfilled_by_hand_is_told_and_stays_in_sight(
    shopify: Sandbox, run: Run, given_an_order: str
) -> None:
    """AC-097."""
    ship(given_an_order, 2)
    run("shipments")
    ship(given_an_order, 3)
    shopify.control("orders/edit", {"name": given_an_order, "remove": {"LAMP": 3}})

    log = run("shipments")

    link = ShipmentLink.objects.get(state=ShipmentLink.State.FAILED)
    assert log.counts == {"read": 1, "rejected": 1}
    assert link.reason == (
        "3 of 3 units were not fulfilled. "
        "Shopify has nothing left to fulfil: it was fulfilled or removed there. "
        "If that is right, dismiss this."
    )


def test_a_dismissed_shipment_stays_dismissed_until_its_reason_is_another(
    shopify: Sandbox, run: Run, given_an_order: str
) -> None:
    """AC-097: nobody is told of it again, yet it is still looked at, and sent if it can be."""
    shopify.control("orders/hold", {"name": given_an_order})
    ship(given_an_order, 5)
    run("shipments")
    link, issue = ShipmentLink.objects.get(), Issue.objects.get()
    assert "on hold" in link.reason

    assert dismiss(Issue.objects.all(), "They call us first.") == 1
    run("shipments")
    link.refresh_from_db()
    issue.refresh_from_db()
    assert (link.state, link.attempts) == (ShipmentLink.State.DISMISSED, 2)
    assert (issue.state, issue.note) == (Issue.State.DISMISSED, "They call us first.")

    shopify.control("orders/release", {"name": given_an_order})
    shopify.control("orders/fulfill", {"name": given_an_order, "lines": {"LAMP": 2}})
    run("shipments")
    link.refresh_from_db()
    issue.refresh_from_db()
    assert (link.state, issue.state) == (ShipmentLink.State.FAILED, Issue.State.OPEN)
    assert link.reason.startswith("2 of 5 units were not fulfilled.")
    assert len(link.fulfillment_gids) == 1


def test_a_refusal_is_told_in_shopifys_words_and_tried_once_more_only(
    shopify: Sandbox, run: Run, given_an_order: str
) -> None:
    ship(given_an_order, 5)
    refusal: dict[str, Any] = {"field": ["fulfillment"], "message": "The order is locked"}
    shopify.faults({"kind": "userErrors", "root": "fulfillmentCreate", "userErrors": [refusal]})

    run("shipments")

    link = ShipmentLink.objects.get()
    assert link.state == ShipmentLink.State.FAILED
    assert "The order is locked" in link.reason
    assert link.fulfillment_gids == []


def test_a_shop_that_may_not_send_sends_nothing_and_says_so(
    shopify: Sandbox, shop: Shop, run: Run, given_an_order: str
) -> None:
    ship(given_an_order, 5)
    Shop.objects.filter(pk=shop.pk).update(allow_outgoing_requests=False)

    log = run("shipments")

    assert "does not allow data to be sent" in log.error_message
    assert shopify.mutations() == 0


def again(log: JobQueueLogEntry) -> None:
    """Run the entry of a failed run once more, without its pause."""
    assert log.entry is not None
    log.entry.earliest_start = log.started
    log.entry.save(update_fields=["earliest_start"])
    run_entry(log.entry.pk)
