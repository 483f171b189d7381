"""Job queue entries: their words, their actions and their live progress."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connector.pages.job_state import Pace
from connector.pages.job_words import recurrence
from connector.pages.parameters import labelled, spread_out
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


def test_when_a_run_has_ended_its_whole_card_is_sent_and_not_asked_for_again(
    given_kari: Client,
) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)
    address = reverse("progress-fragment", args=[entry.pk])
    words = given_kari.get(address).context["entry"].words
    known = {"v": words["version"], "s": words["state"]}
    ended = {"status": Status.ERROR, "owner": "", "lease_until": None, "error_message": "Gone."}

    while_it_runs = given_kari.get(address, known)
    JobQueueEntry.objects.update(**ended)
    afterwards = given_kari.get(address, known)

    assert while_it_runs.status_code == 204
    assert afterwards["HX-Retarget"] == "#job-card"
    text = afterwards.content.decode()
    assert "Gone." in text
    assert reverse("job-action", args=[entry.pk, "restart"]) in text
    assert "hx-trigger" not in text


def test_the_list_is_told_only_the_rows_that_have_changed(given_kari: Client) -> None:
    first, second = (factories.make_entry(Status.IN_PROCESS) for _ in range(2))
    shown = given_kari.get(reverse("jobs"), {"view": "running"}).context["shown"]
    asked = {"rows": shown, "query": "view=running"}

    unchanged = given_kari.get(reverse("job-rows"), asked)
    JobQueueEntry.objects.filter(pk=first.pk).update(
        status=Status.FINISHED, owner="", lease_until=None
    )
    changed = given_kari.get(reverse("job-rows"), asked).content.decode()
    JobQueueEntry.objects.update(status=Status.FINISHED, owner="", lease_until=None)
    at_rest = given_kari.get(reverse("job-rows"), asked).content.decode()

    assert unchanged.status_code == 204
    assert f'<tr id="job-{first.pk}" hx-swap-oob="true">' in changed
    assert f'id="job-{second.pk}"' not in changed
    assert 'hx-trigger="tick-3' in changed
    assert "hx-trigger" not in at_rest
    assert 'value="/jobs/?view=running"' in changed


def test_asking_for_news_of_a_list_takes_few_queries_however_long_it_is(
    given_kari: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _entry in range(40):
        factories.make_entry(Status.WAITING)
    shown = given_kari.get(reverse("jobs")).context["shown"]

    with django_assert_max_num_queries(6):  # person, rows, then pauses, places, workers, shops
        answer = given_kari.get(reverse("job-rows"), {"rows": shown})

    assert answer.status_code == 204


@pytest.mark.parametrize("rows", ["", "x", "1.2-", "-.-", "99.a", "1.x-1.y"])
def test_nonsense_about_rows_changes_none(rows: str, given_kari: Client) -> None:
    answer = given_kari.get(reverse("job-rows"), {"rows": rows, "query": "%%%"})

    assert answer.status_code in {200, 204}
    assert "<tr" not in answer.content.decode()


@pytest.mark.parametrize(
    ("status", "days", "own_page", "in_list"),
    [
        (Status.IN_PROCESS, 0, "tick-3 ", "tick-3 "),
        (Status.READY, 0, "tick-3 ", "tick-3 "),
        (Status.READY, 36500, "tick-30 ", "tick-30 "),
        (Status.WAITING, 0, "tick-3 ", "tick-3 "),
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


def test_the_list_is_sorted_by_a_column_and_back(given_kari: Client) -> None:
    for name in ("b", "a", "c"):
        factories.make_entry(description=name)

    def order(sort: str) -> list[str]:
        page = given_kari.get(reverse("jobs"), {"sort": sort}).context["page"]
        return [entry.description for entry in page]

    assert order("description") == ["a", "b", "c"]
    assert order("-description") == ["c", "b", "a"]
    assert order("nonsense") == order("") == ["c", "a", "b"]
    head = given_kari.get(reverse("jobs"), {"sort": "description", "view": "queued", "page": "9"})
    text = head.content.decode()
    assert '<th scope="col" aria-sort="ascending">' in text
    assert 'href="?sort=-description&amp;view=queued"' in text
    assert '<input type="hidden" name="sort" value="description">' in text


def test_an_empty_view_says_what_to_do(given_kari: Client) -> None:
    text = given_kari.get(reverse("jobs"), {"view": "recurring"}).content.decode()

    assert "No entry runs by itself yet." in text
    assert text.count(reverse("job-new")) == 2  # over the list and in it


@pytest.mark.parametrize(
    ("told", "ago", "per_minute", "remaining"),
    [
        ({"done": 300, "total": 900}, 60, 300, 120),
        ({"done": 50, "total": 900}, 60, 50, None),  # not a tenth yet
        ({"done": 300}, 60, 300, None),
        ({"done": 300, "total": 900}, 2, None, None),  # too early to tell
        ({"done": 0, "total": 900}, 60, None, None),
        ({"done": "?"}, 60, None, None),
        ({"done": 900, "total": 300}, 60, 900, None),
    ],
)
def test_the_pace_of_a_run(
    told: dict[str, object], ago: int, per_minute: int | None, remaining: int | None
) -> None:
    started = NOW - timedelta(seconds=ago)
    entry = JobQueueEntry(status=Status.IN_PROCESS, started=started, progress=told)

    pace = Pace.of(entry, NOW)

    assert pace is not None
    assert pace.per_minute == per_minute
    left = None if remaining is None else timedelta(seconds=remaining)
    assert pace.remaining == left
    assert Pace.of(JobQueueEntry(status=Status.READY), NOW) is None


def test_the_page_of_a_run_tells_pace_and_counters(given_kari: Client) -> None:
    told = {"phase": "Orders", "done": 840, "total": 2600, "counts": {"read": 840, "created": 12}}
    entry = factories.make_entry(Status.IN_PROCESS, progress=told)

    text = " ".join(given_kari.get(reverse("job", args=[entry.pk])).content.decode().split())

    assert "840 of 2600 · Orders" in text
    assert "records a minute" in text or "record a minute" in text or "running for" in text
    assert "created 12" in text


def test_parameters_have_the_labels_and_words_of_their_request_page() -> None:
    orders = {
        "filters": {"fully_paid": "yes", "channel": "<>Point of Sale", "gone": "x"},
        "options": {"retry": "due"},
        "cursor": 7,
    }

    assert labelled("orders", orders) == [
        ("Orders that failed before", "Only those whose next try is due"),
        ("Fully paid", "Yes"),
        ("Channel", "<>Point of Sale"),
        ("gone", "x"),
        ("cursor", "7"),
    ]
    assert labelled("post_sales_orders", {"company": "NORDLYS", "filters": {}, "options": {}}) == [
        ("Company", "NORDLYS")
    ]
    assert labelled("nobody", {"a": {"b": 1}}) == [("a · b", "1")]


def test_an_entry_shows_ten_runs_and_its_next_starts_in_its_zone(given_kari: Client) -> None:
    entry = factories.make_entry(
        recurring=True,
        monday=True,
        minutes_between_runs=60,
        fixed_grid=True,
        starting_time=time(7),
        ending_time=time(21),
        zone="Asia/Tokyo",
    )
    for _run in range(12):
        factories.make_log_entry(entry)

    response = given_kari.get(reverse("job", args=[entry.pk]))

    text = " ".join(response.content.decode().split())
    assert len(response.context["runs"]) == 10
    assert len(response.context["starts"]) == 5
    assert "Every hour by the clock on Mondays between 07:00 and 21:00, Asia/Tokyo time" in text
    assert re.search(r"Mon <time[^>]*>\d+ \w+ \d{4}, 07:00</time>", text)


def test_records_of_a_run_stand_by_their_reason(given_a_world: World, given_kari: Client) -> None:
    shop, log_entry = given_a_world.shop, given_a_world.log_entry
    run = shop.issues.latest("pk").run
    for _ in range(2):
        factories.make_issue(shop, run, code="unmapped", reason="No item stands for it.")
    factories.make_issue(shop, code="unmapped", reason="Of another run.")

    response = given_kari.get(reverse("log-entry", args=[log_entry.pk]))

    groups = {group.reason: group for group in response.context["groups"]}
    assert list(groups) == ["The total differs.", "No item stands for it."]  # rejected ones first
    assert (
        len(groups["No item stands for it."].issues),
        groups["No item stands for it."].open,
    ) == (2, 3)
    text = response.content.decode()
    assert "Retry all 3 records with this reason" in text
    assert "Dismiss all 3 records with this reason" in text


def test_records_that_later_runs_took_over_are_not_called_taken(given_kari: Client) -> None:
    log_entry = factories.make_log_entry(None, LogStatus.ISSUES, issues=3)

    text = given_kari.get(reverse("log-entry", args=[log_entry.pk])).content.decode()

    assert "3 records were not taken. Later runs have looked at them again." in text
    assert "Every record was taken" not in text


def test_a22_the_list_and_the_card_say_why(given_a_world: World, given_kari: Client) -> None:
    waiting = JobQueueEntry.objects.get(status=Status.WAITING)
    words = f"Waits for entry {given_a_world.entry.pk}"

    assert words in given_kari.get(reverse("jobs")).content.decode()
    assert words in given_kari.get(reverse("job", args=[waiting.pk])).content.decode()
