"""New entries and their schedules."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobqueue import recurrence_columns
from jobqueue.models import JobQueueCategory, JobQueueEntry, Status
from shops.models import Shop
from tests import factories
from tests.web.world import World

EARLY = "2026-01-05T00:00"
PLAIN: dict[str, Any] = {
    "description": "Orders at work",
    "earliest_start": EARLY,
    "minutes_between_runs": "0",
    "priority": "2000",
    "max_attempts": "5",
    "rerun_delay": "30",
    "zone": "Europe/Oslo",
    "on_misfire": "run",
    "on_holiday": "skip",
}
EVERY_DAY: dict[str, Any] = dict.fromkeys(recurrence_columns.WEEKDAYS, True)
WEEKDAYS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "on")
AT_WORK = (
    PLAIN
    | WEEKDAYS
    | {
        "minutes_between_runs": "15",
        "starting_time": "08:00",
        "ending_time": "18:00",
        "fixed_grid": "on",
    }
)


@pytest.fixture
def given_nordic(db: None) -> Shop:
    return factories.make_shop()


def new_address(kind: int = 30104) -> str:
    return f"{reverse('job-new')}?shop=NORDIC&kind={kind}"


def post(client: Client, address: str, data: dict[str, Any]) -> str:
    return " ".join(client.post(address, data, follow=True).content.decode().split())


def test_a_new_entry_recurs_as_it_was_entered(given_nordic: Shop, given_kari: Client) -> None:
    sent = AT_WORK | {"filter-channel": "<>Point of Sale", "option-retry": "due"}

    page = post(given_kari, new_address(), sent | {"option-archived": "leave"})

    entry = JobQueueEntry.objects.get()
    assert "The entry is in the job queue." in page
    assert (entry.kind, entry.shop, entry.description) == ("orders", "NORDIC", "Orders at work")
    assert entry.recurring
    assert (entry.minutes_between_runs, entry.fixed_grid, entry.zone) == (15, True, "Europe/Oslo")
    assert entry.parameters == {
        "filters": {"channel": "<>Point of Sale"},
        "options": {"retry": "due"},
    }
    words = "Every 15 minutes by the clock on weekdays between 08:00 and 18:00, Europe/Oslo time"
    assert words in page


def test_the_next_runs_are_shown_before_anything_is_kept(
    given_nordic: Shop, given_kari: Client
) -> None:
    sent = AT_WORK | {"option-retry": "all", "option-archived": "leave", "show": "1"}

    response = given_kari.post(new_address(), sent)

    starts = response.context["starts"]
    assert len(starts) == 5
    assert starts == sorted(set(starts))
    assert not JobQueueEntry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starting_time": "08:00"}, "Only a recurring entry has a time window."),
        ({"expiration": "2026-01-01T00:00"}, "The expiration must be later than the earliest"),
        ({"monday": "on", "zone": "Oslo"}, "“Oslo” is not a time zone."),
        ({"max_attempts": "11"}, "An entry can be tried again at most 10 times."),
        ({"rerun_delay": "3601"}, "The rerun delay is at most 3600 seconds."),
        ({"inactivity_timeout": "4"}, "The inactivity timeout is at least 5 minutes."),
        ({"date_formula": "1X"}, "1X"),
    ],
)
def test_a20_what_makes_no_sense_is_refused_on_its_field(
    changes: dict[str, str], sentence: str, given_nordic: Shop, given_kari: Client
) -> None:
    options = {"option-retry": "all", "option-archived": "leave"}

    page = post(given_kari, new_address(), PLAIN | options | changes)

    assert sentence in page
    assert 'aria-invalid="true"' in page
    assert not JobQueueEntry.objects.exists()


def test_a20_the_limits_themselves_are_accepted(given_nordic: Shop, given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD)
    most = {"max_attempts": "10", "rerun_delay": "3600", "inactivity_timeout": "5"}

    post(given_kari, reverse("job-schedule", args=[entry.pk]), PLAIN | most)
    entry.refresh_from_db()
    assert (entry.max_attempts, entry.rerun_delay, entry.inactivity_timeout) == (10, 3600, 5)

    post(given_kari, reverse("job-schedule", args=[entry.pk]), PLAIN)
    entry.refresh_from_db()
    assert entry.inactivity_timeout == 5, "left out it stays as it is"


def test_a_new_schedule_is_a_new_plan(given_nordic: Shop, given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD)

    post(given_kari, reverse("job-schedule", args=[entry.pk]), AT_WORK)

    entry.refresh_from_db()
    assert entry.planned_start == entry.earliest_start


def test_the_schedule_of_an_entry_is_changed(given_nordic: Shop, given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD)

    page = post(
        given_kari, reverse("job-schedule", args=[entry.pk]), AT_WORK | {"priority": "1000"}
    )

    entry.refresh_from_db()
    assert "The schedule is saved." in page
    assert entry.recurring
    assert entry.earliest_start.isoformat() == "2026-01-05T07:00:00+00:00"  # 08:00 in Oslo
    assert (entry.priority, entry.urgency, entry.status) == (1000, 1000, Status.ON_HOLD)


def test_an_entry_that_runs_keeps_its_schedule(given_kari: Client) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)

    page = post(given_kari, reverse("job-schedule", args=[entry.pk]), AT_WORK)

    entry.refresh_from_db()
    assert "The entry is running." in page
    assert not entry.recurring


def test_without_rights_nothing_is_scheduled(given_nordic: Shop, given_lars: Client) -> None:
    entry = factories.make_entry()

    for address in (new_address(), reverse("job-schedule", args=[entry.pk])):
        assert given_lars.get(address).status_code == 200
        assert given_lars.post(address, AT_WORK).status_code == 403
    assert JobQueueEntry.objects.count() == 1


def test_shop_and_report_are_asked_for_first(given_nordic: Shop, given_kari: Client) -> None:
    shops = given_kari.get(reverse("job-new")).content.decode()
    reports = given_kari.get(reverse("job-new"), {"shop": "NORDIC"}).content.decode()

    assert "?shop=NORDIC" in shops
    assert "shop=NORDIC&amp;kind=30104" in reports
    assert given_kari.get(new_address(1)).status_code == 404


def test_what_matches_is_counted_while_a_new_entry_is_made(
    given_nordic: Shop, given_kari: Client
) -> None:
    factories.make_order(given_nordic)
    asked = {"shop": "NORDIC", "kind": "30103", "preview": "1", "option-retry": "all"}

    page = given_kari.get(new_address(30103)).content.decode()
    fragment = given_kari.get(reverse("job-new"), asked | {"filter-total": "<1"}).content.decode()

    assert "Matches 1 order now." in page
    assert "Matches 0 orders now." in fragment
    assert "<html" not in fragment


def test_an_equal_entry_that_waits_already_is_left_as_it_is(
    given_nordic: Shop, given_kari: Client
) -> None:
    sent = PLAIN | {"option-retry": "all", "option-archived": "leave"}

    post(given_kari, new_address(), sent)
    page = post(given_kari, new_address(), sent | {"description": "Another name"})

    assert "This sync was already asked for. Here it is." in page
    assert JobQueueEntry.objects.get().description == "Orders at work"


def ask(client: Client, address: str, data: dict[str, Any]) -> str:
    """What is answered while a person types."""
    return " ".join(client.get(address, data | {"starts": "1"}).content.decode().split())


def test_what_is_typed_is_said_in_words_and_changes_nothing(
    given_nordic: Shop, given_kari: Client, no_writes: Callable[[], Any]
) -> None:
    entry = factories.make_entry(Status.ON_HOLD)
    kept = reverse("job-schedule", args=[entry.pk])

    with no_writes():
        new = ask(given_kari, reverse("job-new"), {"shop": "NORDIC", "kind": "30104"} | AT_WORK)
        changed = ask(given_kari, kept, AT_WORK)
        wrong = ask(given_kari, kept, AT_WORK | {"zone": "Oslo", "holidays": "yesterday"})

    for text in (new, changed):
        assert "Every 15 minutes by the clock on weekdays between 08:00 and 18:00" in text
        assert text.count("<li>") == 5
        assert "<html" not in text
    assert "“yesterday” is not a date. Write it as 2027-01-01." in wrong
    assert "<li>" not in wrong


def test_the_page_speaks_in_the_zone_of_the_entry(given_nordic: Shop, given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD)
    post(given_kari, reverse("job-schedule", args=[entry.pk]), AT_WORK)
    entry.refresh_from_db()

    page = given_kari.get(reverse("job-schedule", args=[entry.pk]))
    tokyo = ask(
        given_kari, reverse("job-schedule", args=[entry.pk]), AT_WORK | {"zone": "Asia/Tokyo"}
    )

    assert entry.earliest_start.isoformat() == "2026-01-05T07:00:00+00:00"
    assert 'value="2026-01-05T08:00"' in page.content.decode()
    assert "in the time of Asia/Tokyo" in tokyo
    assert "18:15" not in tokyo
    again = post(
        given_kari,
        reverse("job-schedule", args=[entry.pk]),
        AT_WORK | {"earliest_start": "2026-01-05T09:00"},
    )
    entry.refresh_from_db()
    assert entry.earliest_start.isoformat() == "2026-01-05T08:00:00+00:00"  # 09:00 in Oslo
    assert "The schedule is saved." in again


def test_days_off_are_kept_in_order_and_left_out(given_nordic: Shop, given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD)
    sent = AT_WORK | {"holidays": "2026-12-25, 2026-12-24\n2026-12-25", "on_holiday": "move"}

    page = post(given_kari, reverse("job-schedule", args=[entry.pk]), sent)
    form = given_kari.get(reverse("job-schedule", args=[entry.pk])).content.decode()

    entry.refresh_from_db()
    assert (entry.holidays, entry.on_holiday) == (["2026-12-24", "2026-12-25"], "move")
    assert "2 holidays moved to the next working day" in page
    assert "2026-12-24\n2026-12-25</textarea>" in form


def test_each_day_off_that_is_no_date_is_named(given_nordic: Shop, given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD)
    sent = AT_WORK | {"holidays": "2026-12-24\n24.12.2026\n2026-02-30"}

    page = post(given_kari, reverse("job-schedule", args=[entry.pk]), sent)

    entry.refresh_from_db()
    assert "“24.12.2026” is not a date." in page
    assert "“2026-02-30” is not a date." in page
    assert entry.holidays == []


def test_a_new_schedule_leaves_in_peace_what_is_not_due(
    given_kari: Client, given_a_world: World
) -> None:
    """Else each of its runs would try everything that failed before again."""
    page = reverse("job-new")
    query = {"shop": given_a_world.shop.code, "kind": "30104"}

    chosen = given_kari.get(page, query).context["form"].initial
    typed = given_kari.get(page, query | {"option-retry": "all"}).context["form"].initial

    assert chosen["option-retry"] == "due"
    assert typed["option-retry"] == "all"


def shown(page: str, name: str) -> str:
    """What stands in a field of the page, hidden or not."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


@pytest.fixture
def given_orders_at_work(given_nordic: Shop, given_kari: Client) -> JobQueueEntry:
    post(given_kari, new_address(), AT_WORK | {"option-retry": "due", "option-archived": "leave"})
    return JobQueueEntry.objects.get()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"description": "Renamed"}, "2026-01-05T07:15:20+00:00"),
        ({"earliest_start": "2026-01-05T09:00"}, "2026-01-05T08:00:00+00:00"),
        ({"minutes_between_runs": "60"}, "2026-01-05T08:00:00+00:00"),
    ],
)
def test_only_a_changed_schedule_moves_the_start_that_a_run_has_planned_meanwhile(
    given_orders_at_work: JobQueueEntry,
    given_kari: Client,
    typed: dict[str, str],
    kept: str,
) -> None:
    address = reverse("job-schedule", args=[given_orders_at_work.pk])
    JobQueueEntry.objects.update(earliest_start="2026-01-05T07:00:20Z")
    page = given_kari.get(address).content.decode()
    names = ("earliest_start", "initial-earliest_start")
    sent = AT_WORK | {name: shown(page, name) for name in names}
    JobQueueEntry.objects.update(
        earliest_start="2026-01-05T07:15:20Z", planned_start="2026-01-05T07:15:20Z"
    )

    answer = post(given_kari, address, sent | typed)

    entry = JobQueueEntry.objects.get()
    assert "The schedule is saved." in answer
    assert entry.description == typed.get("description", "Orders at work")
    assert entry.earliest_start.isoformat() == kept
    assert entry.planned_start == entry.earliest_start


def test_category_and_job_timeout_are_chosen_and_shown(
    given_orders_at_work: JobQueueEntry, given_kari: Client
) -> None:
    entry = given_orders_at_work
    address = reverse("job-schedule", args=[entry.pk])
    page = given_kari.get(address).content.decode()
    asked = {"category": "night", "job_timeout": "90"}

    answer = post(given_kari, address, AT_WORK | asked)

    assert (shown(page, "category"), shown(page, "job_timeout")) == ("SHPFY-NORDIC", "720")
    entry.refresh_from_db()
    assert (entry.category, entry.job_timeout) == ("NIGHT", timedelta(minutes=90))
    assert JobQueueCategory.objects.get(code="NIGHT").limit == 1
    assert "<dt>Job timeout (min.)</dt> <dd> 90 </dd>" in answer


def test_a_new_entry_takes_both(given_nordic: Shop, given_kari: Client) -> None:
    asked = {"category": "", "job_timeout": "5", "option-retry": "due", "option-archived": "leave"}

    post(given_kari, new_address(), PLAIN | asked)

    entry = JobQueueEntry.objects.get()
    assert (entry.category, entry.job_timeout) == ("", timedelta(minutes=5))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"job_timeout": "0"}, "greater than or equal to 1"),
        ({"job_timeout": "10081"}, "less than or equal to 10080"),
        ({"category": "night shift"}, "A code has letters, digits, - and _ only"),
        ({"category": "X" * 31}, "at most 30 characters"),
    ],
)
def test_a_category_or_timeout_that_makes_no_sense_is_refused(
    typed: dict[str, str],
    sentence: str,
    given_orders_at_work: JobQueueEntry,
    given_kari: Client,
) -> None:
    address = reverse("job-schedule", args=[given_orders_at_work.pk])

    assert sentence in post(given_kari, address, AT_WORK | typed)
    assert JobQueueEntry.objects.get().category == "SHPFY-NORDIC"


@pytest.mark.parametrize(("minutes", "starts", "cut"), [(15, 97, False), (5, 100, True)])
def test_what_is_scheduled_covers_a_day_or_says_that_it_does_not(
    minutes: int, starts: int, cut: bool, given_nordic: Shop, given_kari: Client
) -> None:
    start = timezone.now() - timedelta(seconds=1)
    factories.make_entry(
        **EVERY_DAY,
        recurring=True,
        minutes_between_runs=minutes,
        earliest_start=start,
    )

    page = given_kari.get(reverse("scheduled"))

    rows = page.context["rows"]
    assert abs(len(rows) - starts) <= 1
    assert ("its further starts are not listed" in page.content.decode()) is cut
    assert cut or rows[-1].at - start > timedelta(hours=23, minutes=40)


def test_what_does_not_fit_on_the_page_is_said(given_nordic: Shop, given_kari: Client) -> None:
    start = timezone.now() + timedelta(hours=1)
    for number in range(4):
        factories.make_entry(
            **EVERY_DAY,
            recurring=True,
            minutes_between_runs=15,
            earliest_start=start + timedelta(seconds=number),
        )

    page = given_kari.get(reverse("scheduled"))

    assert len(page.context["rows"]) == 300
    assert page.context["complete_until"] >= page.context["rows"][-1].at
    assert "More is planned than fits here" in page.content.decode()


FIXED = {
    "option-ship": "yes",
    "option-invoice": "yes",
    "option-replace_posting_date": "yes",
    "option-posting_date": "2026-03-31",
    "option-replace_document_date": "no",
}
WARNING = "Every run of this schedule will post on 2026-03-31."


def test_h15_a_schedule_that_posts_on_one_day_is_warned_of(
    given_nordic: Shop, given_kari: Client
) -> None:
    factories.make_books(given_nordic.company_code)

    assert WARNING in post(given_kari, new_address(296), AT_WORK | FIXED)

    entry = JobQueueEntry.objects.get()
    again = reverse("job-schedule", args=[entry.pk])
    assert WARNING in post(given_kari, again, AT_WORK)
    asked = reverse("request-page", args=[entry.pk])
    assert WARNING in post(given_kari, asked, FIXED)
    todays = FIXED | {"option-replace_posting_date": "today"}
    assert WARNING not in post(given_kari, asked, todays)
    entry.refresh_from_db()
    assert entry.parameters["options"]["replace_posting_date"] == "today"


def test_h15_one_run_on_a_fixed_day_is_nothing_to_warn_of(
    given_nordic: Shop, given_kari: Client
) -> None:
    factories.make_books(given_nordic.company_code)

    assert WARNING not in post(given_kari, new_address(296), PLAIN | FIXED)
