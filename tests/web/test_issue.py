"""Skipped records: tried again, dismissed with a note, reopened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from connector.rolecenter.cues import CUES
from connector.sync.models import Issue, ShipmentLink
from jobqueue.models import JobQueueEntry
from shops.models import Shop
from tests import factories
from tests.factories import NOW
from tests.web.world import World

LATER = NOW + timedelta(days=36500)


@pytest.fixture
def given_nordic(db: None) -> Shop:
    return factories.make_shop()


def rejected(shop: Shop, **fields: Any) -> Issue:
    values: dict[str, Any] = {
        "report": "documents",
        "outcome": Issue.Outcome.REJECTED,
        "next_try": LATER,
    }
    return factories.make_issue(shop, **(values | fields))


def act(client: Client, issue: Issue, action: str, **data: str) -> str:
    """Do it and return what the next page says."""
    address = reverse("issue-action", args=[issue.pk, action])
    response = client.post(address, data, follow=True)
    issue.refresh_from_db()
    return " ".join(response.content.decode().split())


def test_a_retry_ends_the_pause_and_asks_for_the_report(
    given_nordic: Shop, given_kari: Client
) -> None:
    issue, other = rejected(given_nordic), rejected(given_nordic)

    page = act(given_kari, issue, "retry")

    entry = JobQueueEntry.objects.get()
    other.refresh_from_db()
    assert "1 record is tried again." in page
    assert (entry.kind, entry.parameters["options"]) == ("documents", {"retry": "due"})
    assert (issue.next_try, other.next_try) == (None, LATER)


def test_all_records_of_a_reason_are_tried_again_and_no_others(
    given_nordic: Shop, given_kari: Client
) -> None:
    first, second = (rejected(given_nordic, code="unmapped_variant") for _ in range(2))
    other = rejected(given_nordic, code="totals_differ")
    dismissed = rejected(given_nordic, code="unmapped_variant", state=Issue.State.DISMISSED)

    card = given_kari.get(reverse("issue", args=[first.pk])).content.decode()
    act(given_kari, first, "retry-alike")

    assert "Retry all 2 records with this reason" in card
    waiting = Issue.objects.filter(next_try=None).values_list("pk", flat=True)
    assert set(waiting) == {first.pk, second.pk}
    assert {other.next_try, dismissed.next_try} == {LATER}
    assert JobQueueEntry.objects.count() == 1


def test_a_shipment_that_is_tried_again_has_no_pause_left(
    given_a_world: World, given_kari: Client
) -> None:
    link = ShipmentLink.objects.filter(state="failed").get()
    ShipmentLink.objects.filter(pk=link.pk).update(next_try=LATER)
    gid = f"shipment {link.shipment_id}"
    issue = rejected(given_a_world.shop, report="shipments", gid=gid)

    order = given_kari.get(reverse("order", args=[link.order_id])).content.decode()
    act(given_kari, issue, "retry")

    link.refresh_from_db()
    assert reverse("issue-action", args=[issue.pk, "retry"]) in order
    assert link.next_try is None


def test_a_refused_posting_is_tried_again_for_its_document_alone(
    given_nordic: Shop, given_kari: Client
) -> None:
    factories.make_books(given_nordic.company_code)
    issue = rejected(given_nordic, report="post_sales_orders", ref="SO-1")

    act(given_kari, issue, "retry")

    assert JobQueueEntry.objects.get().parameters["filters"] == {"no": "'SO-1'"}


def test_a_record_is_dismissed_only_with_a_note_and_can_be_reopened(
    given_nordic: Shop, given_kari: Client
) -> None:
    issue = rejected(given_nordic)

    assert "Write a note" in act(given_kari, issue, "dismiss", note="  ")
    assert issue.state == Issue.State.OPEN

    assert f"{issue.ref} is dismissed." in act(given_kari, issue, "dismiss", note="A test.")
    assert (issue.state, issue.note) == (Issue.State.DISMISSED, "A test.")

    assert f"{issue.ref} is open again." in act(given_kari, issue, "reopen")
    assert (issue.state, issue.note) == (Issue.State.OPEN, "A test.")


def failed_shipment(world: World) -> tuple[ShipmentLink, Issue]:
    link = ShipmentLink.objects.filter(state="failed").get()
    gid = f"shipment {link.shipment_id}"
    return link, rejected(world.shop, report="shipments", gid=gid)


@pytest.mark.parametrize("how", ["dismiss", "dismiss-alike"])
@pytest.mark.parametrize("undo", ["reopen", "retry"])
def test_a_dismissed_shipment_is_no_shipment_error_until_it_is_reopened(
    given_a_world: World, given_kari: Client, how: str, undo: str
) -> None:
    """Neither in the cue nor in the list that the cue opens."""
    link, issue = failed_shipment(given_a_world)
    cue = next(cue for cue in CUES if cue.name == "shipment_errors")
    list_url = cue.url
    number = link.shipment.posted_no or link.shipment.no
    assert number in given_kari.get(list_url).content.decode()

    act(given_kari, issue, how, note="The supplier sent it.")
    assert not cue.rows().exists()
    assert number not in given_kari.get(list_url).content.decode()

    act(given_kari, issue, undo)
    assert cue.rows().get() == link


def test_what_was_taken_meanwhile_is_not_dismissed(given_nordic: Shop, given_kari: Client) -> None:
    issue = rejected(given_nordic, state=Issue.State.RESOLVED)

    assert "is not open any more." in act(given_kari, issue, "dismiss", note="Late.")
    assert (issue.state, issue.note) == (Issue.State.RESOLVED, "")


def test_a_disabled_shop_is_not_tried(given_nordic: Shop, given_kari: Client) -> None:
    issue = rejected(given_nordic)
    Shop.objects.update(enabled=False)

    assert "Shop NORDIC is disabled" in act(given_kari, issue, "retry")
    assert issue.next_try == LATER
    assert not JobQueueEntry.objects.exists()


def test_without_rights_nothing_is_handled(given_nordic: Shop, given_lars: Client) -> None:
    issue = rejected(given_nordic)

    for action in ("retry", "retry-alike", "dismiss", "reopen"):
        address = reverse("issue-action", args=[issue.pk, action])
        assert given_lars.post(address, {"note": "x"}).status_code == 403
        assert given_lars.get(address).status_code == 405

    assert "actions/retry" not in given_lars.get(reverse("skipped")).content.decode()
    issue.refresh_from_db()
    assert (issue.state, issue.next_try) == (Issue.State.OPEN, LATER)


def test_a_posting_takes_the_right_to_post_as_well(given_nordic: Shop, given_lars: Client) -> None:
    factories.make_books(given_nordic.company_code)
    issue = rejected(given_nordic, report="post_sales_orders", ref="SO-1")
    steering = Permission.objects.get(codename="change_jobqueueentry")
    User.objects.get(username="lars").user_permissions.add(steering)

    address = reverse("issue-action", args=[issue.pk, "retry"])

    assert given_lars.post(address).status_code == 403
    assert not JobQueueEntry.objects.exists()


def test_an_action_that_does_not_exist_is_not_found(given_nordic: Shop, given_kari: Client) -> None:
    issue = rejected(given_nordic)

    assert given_kari.post(f"/skipped/{issue.pk}/actions/explode/").status_code == 404


def test_all_of_a_reason_are_dismissed_with_one_note(
    given_nordic: Shop, given_kari: Client
) -> None:
    first, second = (rejected(given_nordic, code="unmapped") for _ in range(2))
    other = rejected(given_nordic, code="blocked")

    without = act(given_kari, first, "dismiss-alike")
    assert "Write a note" in without
    assert Issue.objects.open().count() == 3
    page = act(given_kari, first, "dismiss-alike", note="Gift cards are booked by hand.")

    for row in (first, second, other):
        row.refresh_from_db()
    assert "2 records are dismissed." in page
    assert (first.state, second.state) == (Issue.State.DISMISSED, Issue.State.DISMISSED)
    assert second.note == "Gift cards are booked by hand."
    assert other.state == Issue.State.OPEN
