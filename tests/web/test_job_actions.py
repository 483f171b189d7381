"""What is done with several entries at once, and the filters that choose them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobqueue.models import JobQueueCategory, JobQueueEntry, Status
from tests import factories


def act(client: Client, action: str, entries: list[JobQueueEntry], **data: Any) -> str:
    """Do it and return what the next page says."""
    sent = {"action": action, "entry": [entry.pk for entry in entries]} | data
    response = client.post(reverse("job-actions"), sent, follow=True)
    for entry in JobQueueEntry.objects.filter(pk__in=[entry.pk for entry in entries]):
        next(e for e in entries if e.pk == entry.pk).refresh_from_db()
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("ready", Status.ON_HOLD, Status.READY),
        ("hold", Status.READY, Status.ON_HOLD),
        ("restart", Status.ERROR, Status.READY),
        ("run", Status.READY, Status.READY),
    ],
)
def test_the_selected_entries_are_changed_and_no_others(
    action: str, before: Status, after: Status, given_kari: Client
) -> None:
    chosen = [factories.make_entry(before) for _ in range(2)]
    other = factories.make_entry(before)

    page = act(given_kari, action, chosen)

    other.refresh_from_db()
    assert ": 2 entries." in page
    assert [entry.status for entry in chosen] == [after, after]
    assert other.status == before


@pytest.mark.parametrize("action", ["cancel", "delete"])
def test_what_cannot_be_taken_back_is_asked_first(action: str, given_kari: Client) -> None:
    entries = [factories.make_entry() for _ in range(7)]

    question = act(given_kari, action, entries)
    assert "7 entries?" in question
    assert {entry.status for entry in entries} == {Status.READY}

    act(given_kari, action, entries, confirmed="1")
    if action == "delete":
        assert not JobQueueEntry.objects.exists()
    else:
        assert {entry.status for entry in entries} == {Status.ON_HOLD}


def test_all_that_match_are_changed_after_asking(given_kari: Client) -> None:
    failed = [factories.make_entry(Status.ERROR) for _ in range(3)]
    ready = factories.make_entry(Status.READY)
    held = factories.make_entry(Status.ON_HOLD)

    question = act(given_kari, "ready", [], scope="all", query="status=error")
    assert "3 entries?" in question
    act(given_kari, "ready", failed, confirmed="1", query="status=error")

    held.refresh_from_db()
    assert {entry.status for entry in failed} == {Status.READY}
    assert (held.status, ready.status) == (Status.ON_HOLD, Status.READY)


def test_a_refusal_names_its_entry_and_the_others_go_on(given_kari: Client) -> None:
    running, held = factories.make_entry(Status.IN_PROCESS), factories.make_entry(Status.ON_HOLD)

    page = act(given_kari, "restart", [running, held])

    assert "Cancel it first." in page
    assert "1 entry." in page
    assert (running.status, held.status) == (Status.IN_PROCESS, Status.READY)


def test_a_person_changes_only_what_they_may(given_lars: Client) -> None:
    user_id = int(given_lars.session["_auth_user_id"])
    own, other = factories.make_entry(requested_by_id=user_id), factories.make_entry()

    act(given_lars, "hold", [own, other])
    refused = act(given_lars, "hold", [other])

    assert (own.status, other.status) == (Status.ON_HOLD, Status.READY)
    assert "Select at least one entry that you may change." in refused


def test_nonsense_changes_nothing(given_kari: Client) -> None:
    entry = factories.make_entry()

    assert given_kari.post(reverse("job-actions"), {"action": "explode"}).status_code == 404
    assert given_kari.get(reverse("job-actions")).status_code == 405
    act(given_kari, "hold", [], entry="x")
    entry.refresh_from_db()
    assert entry.status == Status.READY


def test_a_deleted_entry_leads_back_to_the_list(given_kari: Client) -> None:
    entry = factories.make_entry()

    answer = given_kari.post(reverse("job-action", args=[entry.pk, "delete"]))

    assert answer["Location"] == reverse("jobs")
    assert not JobQueueEntry.objects.exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "error"}, {"b"}),
        ({"category": "LANE"}, {"c"}),
        ({"report": "shipments"}, {"b"}),
        ({"status": "ready", "report": "orders"}, {"a", "c"}),
        ({"status": "nonsense"}, {"a", "b", "c"}),
    ],
)
def test_filters_narrow_the_list_and_can_be_removed(
    query: dict[str, str], found: set[str], given_kari: Client
) -> None:
    JobQueueCategory.objects.create(code="LANE")
    factories.make_entry(description="a")
    factories.make_entry(Status.ERROR, 30109, kind="shipments", description="b")
    factories.make_entry(description="c", category="LANE")

    response = given_kari.get(reverse("jobs"), query)

    assert {entry.description for entry in response.context["page"]} == found
    pills = [one for one in response.context["filters"] if one.value]
    assert len(pills) == (0 if "nonsense" in query.values() else len(query))
    assert all(f"{one.name}=" not in one.clear for one in pills)


def test_the_menu_of_a_row_offers_what_may_be_done(given_kari: Client, given_lars: Client) -> None:
    entry = factories.make_entry()
    address = reverse("job-menu", args=[entry.pk])

    may, may_not = given_kari.get(address), given_lars.get(address)

    for action in ("run", "hold", "cancel", "delete"):
        assert reverse("job-action", args=[entry.pk, action]) in may.content.decode()
    assert "<form" not in may_not.content.decode()


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({"monday": True, "recurring": True, "minutes_between_runs": 30}, True),
        ({"status": Status.ON_HOLD}, True),
        ({}, False),
        ({"status": Status.IN_PROCESS, "monday": True, "recurring": True}, False),
    ],
    ids=["schedule", "held", "single", "running"],
)
def test_a14_run_once_is_offered_where_a_plan_stays_as_it_is(
    fields: dict[str, Any], offered: bool, given_kari: Client
) -> None:
    entry = factories.make_entry(**fields)

    page = given_kari.get(reverse("job", args=[entry.pk])).content.decode()

    assert (reverse("job-action", args=[entry.pk, "once"]) in page) == offered


def test_a14_who_runs_an_entry_once_is_shown_the_copy(given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD)

    answer = given_kari.post(reverse("job-action", args=[entry.pk, "once"]), follow=True)

    copy = JobQueueEntry.objects.exclude(pk=entry.pk).get()
    entry.refresh_from_db()
    assert (entry.status, copy.status) == (Status.ON_HOLD, Status.READY)
    assert copy.requested_by_id == int(given_kari.session["_auth_user_id"])
    assert answer.redirect_chain[-1][0] == reverse("job", args=[copy.pk])
    assert "is in line. The entry itself stays as it is." in answer.content.decode()


def test_a14_several_are_run_once_and_nothing_by_those_without_rights(
    given_kari: Client, given_lars: Client
) -> None:
    held = [factories.make_entry(Status.ON_HOLD) for _ in range(2)]

    assert given_lars.post(reverse("job-action", args=[held[0].pk, "once"])).status_code == 403
    assert JobQueueEntry.objects.count() == 2

    act(given_kari, "once", held)

    assert JobQueueEntry.objects.filter(status=Status.READY).count() == 2
    assert {entry.status for entry in held} == {Status.ON_HOLD}


def test_a16_removing_what_failed_is_asked_with_the_threshold_that_counts(
    given_kari: Client,
) -> None:
    old, recent = factories.make_entry(Status.ERROR), factories.make_entry(Status.ERROR)
    ended = timezone.now() - timedelta(seconds=20)
    factories.make_log_entry(recent, started=ended, ended=ended)
    address = reverse("jobs-failed")

    asked = " ".join(given_kari.get(address).content.decode().split())
    assert "more than 30 seconds ago" in asked
    assert "At the moment that is 1 entry." in asked
    assert JobQueueEntry.objects.count() == 2

    given_kari.post(address)
    assert list(JobQueueEntry.objects.all()) == [recent]
    assert old != recent


def test_a16_without_rights_one_removes_what_one_asked_for(given_lars: Client) -> None:
    user_id = int(given_lars.session["_auth_user_id"])
    factories.make_entry(Status.ERROR, requested_by_id=user_id)
    other = factories.make_entry(Status.ERROR)

    page = given_lars.post(reverse("jobs-failed"), follow=True).content.decode()

    assert "1 failed entry is removed." in page
    assert list(JobQueueEntry.objects.all()) == [other]


def test_a12_who_holds_a_running_entry_is_offered_to_cancel_its_run(given_kari: Client) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)

    response = given_kari.post(reverse("job-action", args=[entry.pk, "hold"]), follow=True)

    page = response.content.decode()
    assert "goes on hold when its run has ended. To stop the run, choose Cancel run." in page
    assert reverse("job-action", args=[entry.pk, "cancel"]) in page


def test_a10_restart_and_run_now_are_two(given_kari: Client) -> None:
    later = timezone.now() + timedelta(days=1)
    entry = factories.make_entry(earliest_start=later)

    act(given_kari, "restart", [entry])
    assert entry.earliest_start == later

    act(given_kari, "run", [entry])
    assert entry.earliest_start <= timezone.now()
