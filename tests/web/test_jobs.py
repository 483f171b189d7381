"""Job queue entries: their words, their actions and their live progress."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from connector.pages.job_words import recurrence, spread_out
from jobqueue.models import JobQueueEntry, LogStatus, Status
from tests import factories
from tests.factories import NOW
from tests.web.world import World


def act(client: Client, entry: JobQueueEntry, action: str) -> str:
    """Do it and return what the next page says."""
    address = reverse("job-action", args=[entry.pk, action])
    response = client.post(address, follow=True)
    entry.refresh_from_db()
    return str(response.content.decode())


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        (Status.ON_HOLD, "ready", Status.READY),
        (Status.ERROR, "restart", Status.READY),
        (Status.READY, "hold", Status.ON_HOLD),
        (Status.READY, "cancel", Status.ON_HOLD),
    ],
)
def test_an_action_does_what_it_says(
    before: Status, action: str, after: Status, given_kari: Client
) -> None:
    entry = factories.make_entry(before)

    act(given_kari, entry, action)

    assert entry.status == after


def test_cancelling_a_run_asks_it_to_stop(given_kari: Client) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)

    page = act(given_kari, entry, "cancel")

    assert (entry.status, entry.cancel_requested) == (Status.IN_PROCESS, True)
    assert "Is being cancelled." in page


def test_a_refusal_is_shown_as_its_sentence_and_changes_nothing(given_kari: Client) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)

    page = act(given_kari, entry, "restart")

    assert "Cancel it first." in page
    assert (entry.status, entry.cancel_requested) == (Status.IN_PROCESS, False)


def test_looking_at_an_action_does_nothing(given_kari: Client) -> None:
    entry = factories.make_entry(Status.READY)

    assert given_kari.get(reverse("job-action", args=[entry.pk, "hold"])).status_code == 405
    assert given_kari.post(f"/jobs/{entry.pk}/actions/explode/").status_code == 404
    entry.refresh_from_db()
    assert entry.status == Status.READY


def test_a_person_may_steer_what_they_asked_for(given_lars: Client) -> None:
    user_id = int(given_lars.session["_auth_user_id"])
    own, other = factories.make_entry(requested_by_id=user_id), factories.make_entry()

    act(given_lars, own, "hold")
    act(given_lars, other, "hold")

    assert (own.status, other.status) == (Status.ON_HOLD, Status.READY)


def test_an_action_leads_back_to_the_list_and_never_elsewhere(given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD)
    address = reverse("job-action", args=[entry.pk, "ready"])

    back = given_kari.post(address, {"next": "/jobs/?view=failed"})
    elsewhere = given_kari.post(address, {"next": "https://example.com/"})

    assert back["Location"] == "/jobs/?view=failed"
    assert elsewhere["Location"] == reverse("job", args=[entry.pk])


def test_progress_answers_only_when_it_has_changed(given_kari: Client) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)
    address = reverse("progress-fragment", args=[entry.pk])
    version = given_kari.get(address).context["entry"].words["version"]

    unchanged = given_kari.get(address, {"v": version})
    JobQueueEntry.objects.update(progress={"done": 200, "total": 260})
    changed = given_kari.get(address, {"v": version})

    assert unchanged.status_code == 204
    assert "200 of 260" in changed.content.decode()
    assert "hx-trigger" in changed.content.decode()


def test_an_entry_at_rest_is_not_asked_again_and_its_page_is_loaded_anew(
    given_kari: Client,
) -> None:
    entry = factories.make_entry(Status.ERROR)
    address = reverse("progress-fragment", args=[entry.pk])

    on_its_page = given_kari.get(address, {"v": "old", "page": "1"})
    in_a_list = given_kari.get(address, {"v": "old", "quiet": "1"})

    assert "hx-trigger" not in on_its_page.content.decode()
    assert on_its_page["HX-Refresh"] == "true"
    assert "HX-Refresh" not in in_a_list


@pytest.mark.parametrize(
    ("status", "days", "own_page", "in_list"),
    [
        (Status.IN_PROCESS, 0, "tick-3 ", "tick-3 "),
        (Status.READY, 0, "tick-3 ", None),
        (Status.READY, 36500, "tick-30 ", None),
        (Status.WAITING, 0, "tick-3 ", None),
        (Status.FINISHED, 0, None, None),
    ],
)
def test_a_page_asks_for_news_only_where_there_may_be_some(
    status: Status, days: int, own_page: str | None, in_list: str | None, given_kari: Client
) -> None:
    entry = factories.make_entry(status, earliest_start=NOW + timedelta(days=days))

    page = given_kari.get(reverse("job", args=[entry.pk])).content.decode()
    rows = given_kari.get(reverse("jobs")).content.decode()

    for text, beat in ((page, own_page), (rows, in_list)):
        asked = re.findall(r'hx-trigger="(tick[^"]*)from', text)
        assert asked == ([beat] if beat else [])


def test_a_run_lists_the_records_it_did_not_take(given_a_world: World, given_kari: Client) -> None:
    log_entry = given_a_world.log_entry

    text = given_kari.get(reverse("log-entry", args=[log_entry.pk])).content.decode()

    assert "The total differs." in text
    assert "No answer (503)." in text


def test_the_list_shows_the_last_run_of_each_entry(given_kari: Client) -> None:
    entry = factories.make_entry(Status.FINISHED)
    factories.make_log_entry(entry, counts={"read": 11})
    last = factories.make_log_entry(entry, LogStatus.ISSUES, counts={"read": 22})

    text = " ".join(given_kari.get(reverse("jobs")).content.decode().split())

    assert reverse("job-run", args=[entry.pk, last.fence]) in text
    assert "read 22" in text
    assert "read 11" not in text


def test_a_run_is_kept_when_its_entry_is_gone(given_kari: Client) -> None:
    log_entry = factories.make_log_entry(None)

    assert given_kari.get(reverse("log-entry", args=[log_entry.pk])).status_code == 200


def test_the_recurrence_is_said_in_words() -> None:
    entry = JobQueueEntry(
        recurring=True,
        monday=True,
        minutes_between_runs=30,
        starting_time=time(7),
        ending_time=time(21),
        zone="Europe/Oslo",
    )

    assert recurrence(entry) == (
        "Every 30 minutes on Mondays between 07:00 and 21:00, Europe/Oslo time"
    )
    assert recurrence(JobQueueEntry()) == ""


def test_parameters_are_spread_out_for_reading() -> None:
    parameters = {"filters": {"status": "paid"}, "numbers": [1, 2], "full": True}

    assert list(spread_out(parameters)) == [
        ("filters · status", "paid"),
        ("numbers", "1, 2"),
        ("full", "True"),
    ]


@pytest.mark.parametrize(
    "told", [{}, {"phase": "Reading"}, {"done": 3}, {"done": 0, "total": None}]
)
def test_a_run_is_shown_whatever_it_has_told_so_far(
    told: dict[str, object], given_kari: Client
) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)
    JobQueueEntry.objects.filter(pk=entry.pk).update(progress=told)

    for address in ("/jobs/", f"/jobs/{entry.pk}/", f"/jobs/{entry.pk}/partials/progress/", "/"):
        assert given_kari.get(address).status_code == 200
