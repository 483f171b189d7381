"""Asking for reports: what comes of it, what is refused, and that asking twice asks once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jobqueue.models import JobQueueEntry, Status
from shops.models import Shop
from tests import factories
from tests.api.conftest import Caller, grant

ORDERS = {"report": "orders", "shop": "NORDIC"}
POSTING = {"report": 296, "shop": "NORDIC"}


@pytest.mark.parametrize("report", ["orders", 30104, "30104"])
def test_a_report_is_asked_for_by_number_or_name(
    report: str | int, kari: Caller, nordic: Shop
) -> None:
    told = kari.post("entries", {"report": report, "shop": "nordic"}, expect=201)

    entry = JobQueueEntry.objects.get()
    assert (told["id"], told["status"]) == (entry.pk, "ready")
    assert (entry.kind, entry.shop, entry.lock_key) == ("orders", "NORDIC", "NORDIC/orders")
    assert entry.category == nordic.job_category
    assert entry.requested_by == kari.user


def test_the_answer_says_where_the_entry_is(kari: Caller, nordic: Shop) -> None:
    headers = {"Authorization": f"Bearer {kari.token}"}
    answer = kari.client.post(
        "/api/entries", ORDERS, content_type="application/json", headers=headers
    )

    assert answer["Location"] == f"/api/entries/{answer.json()['id']}"
    assert kari.client.get(answer["Location"], headers=headers).json()["id"]


def test_what_is_asked_for_is_kept_as_the_request_page_keeps_it(kari: Caller, nordic: Shop) -> None:
    asked = {"filters": {"financial_status": "PAID"}, "options": {"retry": "all"}}

    told = kari.post("entries", {"report": 30103, "shop": "NORDIC", **asked}, expect=201)

    assert told["parameters"] == {"filters": {"financial_status": "PAID"}, "options": {}}
    again = {"report": 30103, "shop": "NORDIC", "filters": asked["filters"]}
    assert kari.post("entries", again)["id"] == told["id"]  # all is what counts without it


def test_asking_for_what_waits_already_leads_to_it(
    kari: Caller, lars: Caller, nordic: Shop
) -> None:
    first = kari.post("entries", ORDERS, expect=201)

    assert lars.post("entries", ORDERS)["id"] == first["id"]
    assert JobQueueEntry.objects.count() == 1

    JobQueueEntry.objects.update(status=Status.FINISHED)
    assert lars.post("entries", ORDERS, expect=201)["id"] != first["id"]


def test_the_same_key_asks_once_even_when_the_entry_has_ended(kari: Caller, nordic: Shop) -> None:
    first = kari.post("entries", ORDERS, expect=201, key="nightly")
    JobQueueEntry.objects.update(status=Status.FINISHED)

    again = kari.post("entries", ORDERS, key="nightly")
    assert (again["id"], again["status"]) == (first["id"], "finished")

    other = kari.post("entries", ORDERS, expect=201, key="nightly-2")
    assert other["id"] != first["id"]


def test_a_key_is_its_users_alone(kari: Caller, lars: Caller, nordic: Shop) -> None:
    first = kari.post("entries", ORDERS, expect=201, key="nightly")
    JobQueueEntry.objects.update(status=Status.FINISHED)

    assert lars.post("entries", ORDERS, expect=201, key="nightly")["id"] != first["id"]


@pytest.mark.parametrize(
    "other",
    [
        {**ORDERS, "filters": {"name": "#1001"}},
        {"report": "documents", "shop": "NORDIC"},
        {"report": "orders", "shop": "FJELL"},
    ],
)
def test_a_key_that_stands_for_another_request_is_refused(
    other: dict[str, Any], kari: Caller, nordic: Shop
) -> None:
    factories.make_shop("FJELL")
    first = kari.post("entries", ORDERS, expect=201, key="nightly")

    error = kari.post("entries", other, expect=409, key="nightly")["error"]

    assert error["field"] == "Idempotency-Key"
    assert f"entry {first['id']}" in error["sentence"]
    assert JobQueueEntry.objects.count() == 1


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"report": "nothing"}, "report", "There is no report “nothing”. Known are: "),
    ({"shop": "NOWHERE"}, "shop", "There is no shop “NOWHERE”. Known are: NORDIC."),
    ({"filters": {"nam": "1"}}, "filters.nam", "The report has no filter “nam”. It has: "),
    ({"filters": {"total": "much"}}, "filters.total", "total: "),
    ({"filters": {"created_at": ">soon"}}, "filters.created_at", "created_at: “soon” is not"),
    ({"options": {"retry": "never"}}, "options.retry", "retry=never: choose one of"),
    ({"options": {"x": "y"}}, "options.x", "The report has no option “x”."),
    ({"max_attempts": 11}, "max_attempts", "An entry can be tried again at most 10 times."),
    ({"rerun_delay": 4000}, "rerun_delay", "The rerun delay is at most 3600 seconds."),
    ({"expiration": "2020-01-01T00:00:00Z"}, "expiration", "The expiration must be later than"),
    ({"earliest_start": "2099-01-10T08:00:00"}, "earliest_start", "earliest_start: Add the time"),
    ({"priority": "urgent"}, "priority", "priority: Write one of these: 'high', 'normal', 'low'."),
    ({"recurrence": {}}, "recurrence", "Name weekdays or a date formula."),
    ({"recurrence": {"weekdays": ["mon"]}}, "recurrence.weekdays.0", "recurrence.weekdays.0: "),
    ({"recurrence": {"date_formula": "2WD"}}, "recurrence.date_formula", ""),
    (
        {"recurrence": {"date_formula": "1D", "weekdays": ["monday"]}},
        "recurrence.date_formula",
        "Choose either a date formula or weekdays with minutes.",
    ),
    ({"recurrence": {"weekdays": ["monday"], "zone": "Mars"}}, "recurrence.zone", "“Mars” is not"),
    ({"earliest_start": "9999-12-31T23:00:00Z"}, "earliest_start", "earliest_start: "),
    ({"earliest_start": "0001-01-01T00:00:00+14:00"}, "earliest_start", "earliest_start: "),
    (
        {"recurrence": {"weekdays": ["monday"], "starting_time": "08:00Z"}},
        "recurrence.starting_time",
        "recurrence.starting_time: Write a time without a zone",
    ),
    ({"report": "\ud800"}, "report", "report: "),
    ({"report": True}, "report", "report: Write a text."),
    ({"color": "red"}, "color", "color: This name is not known here. Leave it out."),
    ({"filters": {"name": "a\0"}}, "filters.name", "filters.name: "),
]


@pytest.mark.parametrize(("more", "field", "sentence"), REFUSED, ids=[r[1] for r in REFUSED])
def test_bad_input_is_named_and_nothing_is_written(
    more: dict[str, Any], field: str, sentence: str, kari: Caller, nordic: Shop
) -> None:
    wanted = {"report": "documents", "shop": "NORDIC", **more}

    error = kari.post("entries", wanted, expect=422)["error"]

    assert error["field"] == field
    assert error["sentence"].startswith(sentence)
    assert error["sentence"].endswith((".", "!", "?", ")"))
    assert "\n" not in error["sentence"]
    assert not JobQueueEntry.objects.exists()


WRITTEN = [
    ({"max_attempts": "many"}, "Write a whole number."),
    ({"max_attempts": 1.5}, "Write a whole number."),
    ({"job_timeout": 0}, "Write 1 or more."),
    ({"job_timeout": 604_801}, "Write 604800 or less."),
    ({"filters": []}, "Write an object with names and values."),
    ({"recurrence": 3}, "Write an object with names and values."),
    ({"recurrence": {"weekdays": "monday"}}, "Write a list."),
    ({"recurrence": {"fixed_grid": "perhaps"}}, "Write true or false."),
    ({"recurrence": {"holidays": ["soon"]}}, "Write a date as in 2026-12-24."),
    ({"recurrence": {"holidays": ["2026-12-24"] * 1001}}, "Write 1000 values at most."),
    ({"recurrence": {"starting_time": "late"}}, "Write a time of day as in 08:00."),
    ({"expiration": "soon"}, "Write a time as in 2026-03-09T06:00:00Z."),
    ({"category": "X" * 31}, "Write 30 characters at most."),
    ({"category": "a b"}, "It has characters that are not allowed here."),
    ({"shop": None}, "Write a text."),
]


@pytest.mark.parametrize(("more", "told"), WRITTEN, ids=[r[1] for r in WRITTEN])
def test_bad_input_is_told_in_words_of_our_own(
    more: dict[str, Any], told: str, kari: Caller, nordic: Shop
) -> None:
    error = kari.post("entries", {**ORDERS, **more}, expect=422)["error"]

    assert error["sentence"].removeprefix(f"{error['field']}: ") == told


def test_bad_input_is_told_in_the_language_that_was_asked_for(kari: Caller) -> None:
    headers = {"Authorization": f"Bearer {kari.token}", "Accept-Language": "nb"}

    told = kari.client.get("/api/entries?limit=many", headers=headers).json()["error"]

    assert told == {"sentence": "limit: Skriv et helt tall.", "field": "limit"}


@pytest.mark.parametrize("missing", ["report", "shop"])
def test_what_is_missing_is_named(missing: str, kari: Caller, nordic: Shop) -> None:
    wanted = {name: value for name, value in ORDERS.items() if name != missing}

    assert kari.post("entries", wanted, expect=422)["error"]["field"] == missing


@pytest.mark.parametrize("body", ["[]", "null", '"orders"'])
def test_a_body_that_is_no_object_is_refused(body: str, kari: Caller) -> None:
    error = kari.post("entries", body, expect=422)["error"]

    assert "field" not in error
    assert error["sentence"].startswith("body: ")


def test_a_body_that_is_no_json_is_refused(kari: Caller) -> None:
    headers = {"Authorization": f"Bearer {kari.token}"}
    answer = kari.client.post(
        "/api/entries", "report=orders", content_type="text/plain", headers=headers
    )

    assert answer.status_code == 400
    assert answer.json()["error"]["sentence"] == "The body cannot be read: write JSON."


def test_the_sentences_are_those_of_the_command(kari: Caller, nordic: Shop) -> None:
    wanted = {**ORDERS, "filters": {"nam": "1"}}
    told = kari.post("entries", wanted, expect=422)["error"]["sentence"]

    with pytest.raises(CommandError) as refusal:
        call_command("report", "orders", "--shop", "NORDIC", "--filter", "nam=1")

    assert str(refusal.value) == told


def test_a_disabled_shop_is_refused(kari: Caller, nordic: Shop) -> None:
    Shop.objects.update(enabled=False)

    error = kari.post("entries", ORDERS, expect=409)["error"]

    assert error["sentence"] == "Shop NORDIC is disabled: enable it on the shop card."
    assert not JobQueueEntry.objects.exists()


def test_batch_posting_takes_the_right_to_post(lars: Caller, nordic: Shop) -> None:
    error = lars.post("entries", POSTING, expect=403)["error"]
    assert error["sentence"] == "You may not run this report."
    assert not JobQueueEntry.objects.exists()

    grant(lars.user, "erp.change_document")
    told = lars.post("entries", {**POSTING, "options": {"ship": "no"}}, expect=201)
    assert told["parameters"] == {
        "company": "NORDLYS",
        "filters": {},
        "options": {"ship": "no"},
    }


def test_what_options_say_together_is_checked(kari: Caller, nordic: Shop) -> None:
    wanted = {**POSTING, "options": {"replace_posting_date": "yes"}}

    error = kari.post("entries", wanted, expect=422)["error"]

    assert (error["field"], error["sentence"][:22]) == ("options", "Enter the posting date")


def test_posting_without_books_is_refused(kari: Caller) -> None:
    factories.make_shop()

    error = kari.post("entries", POSTING, expect=422)["error"]

    assert error["field"] == "report"
    assert "there is no company NORDLYS" in error["sentence"]


def test_whoever_may_look_may_sync_now_as_on_the_pages(lars: Caller, nordic: Shop) -> None:
    assert lars.post("entries", ORDERS, expect=201)["requested_by"] == "lars"
