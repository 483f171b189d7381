"""Entries as programs see and steer them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobqueue import pauses
from jobqueue.models import JobQueueEntry, LogStatus, Status
from tests import factories
from tests.api.conftest import Caller, grant
from tests.factories import NOW


def ids(told: dict[str, Any]) -> list[int]:
    return [entry["id"] for entry in told["entries"]]


def test_an_entry_tells_all_that_matters(kari: Caller) -> None:
    entry = factories.make_entry(
        Status.IN_PROCESS,
        requested_by=kari.user,
        parameters={"filters": {"name": "#1001"}, "options": {}},
        recurring=True,
        monday=True,
        minutes_between_runs=30,
        zone="Europe/Oslo",
    )
    factories.make_log_entry(entry, LogStatus.ERROR, error_message="No answer (503).")
    run = factories.make_log_entry(entry, LogStatus.IN_PROCESS, counts={"read": 184})

    told = kari.get(f"entries/{entry.pk}")

    assert told["report"] == {
        "number": 30104,
        "name": "orders",
        "label": "Sync orders from Shopify",
    }
    assert (told["shop"], told["status"], told["priority"]) == ("NORDIC", "in_process", "normal")
    assert (told["why"], told["next_start"], told["requested_by"]) == ("", None, "kari")
    assert told["earliest_start"] == told["started"] == "2026-03-02T12:00:00Z"
    assert told["parameters"]["filters"] == {"name": "#1001"}
    assert told["progress"]["done"] == 184
    assert told["last_run"]["log_id"] == run.pk
    assert told["last_run"]["counts"] == {"read": 184}
    assert told["schedule"]["weekdays"] == ["monday"]
    assert told["schedule"]["words"].startswith("Every 30 minutes on Mondays")
    assert len(told["schedule"]["next_starts"]) == 5


def test_an_entry_says_why_it_does_not_run(kari: Caller) -> None:
    failed = factories.make_entry(Status.ERROR)
    paused = factories.make_entry(Status.READY, shop="FJELL")
    pauses.pause("FJELL", reason="Stocktaking")

    assert kari.get(f"entries/{failed.pk}")["error"] == "Shopify did not answer (503)."
    assert kari.get(f"entries/{failed.pk}")["why"].startswith("It failed: Shopify did not answer")
    told = kari.get(f"entries/{paused.pk}")
    assert told["why"] == "Shop FJELL is paused: Stocktaking."
    assert told["next_start"] == "2026-03-02T12:00:00Z"


def test_an_entry_of_a_report_that_is_gone_is_still_told(kari: Caller) -> None:
    entry = factories.make_entry(Status.FINISHED, 30999, kind="gone")

    assert kari.get(f"entries/{entry.pk}")["report"] == {
        "number": 30999,
        "name": "gone",
        "label": "gone",
    }


@pytest.mark.parametrize("path", ["entries/99", "entries/99/restart", "log/99", "log/99/records"])
def test_what_is_not_there_is_not_found(path: str, kari: Caller) -> None:
    ask = kari.post if path.endswith("restart") else kari.get

    assert ask(path, expect=404)["error"]["sentence"].startswith("There is no ")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [3, 2, 1, 0]),
        ({"status": "error"}, [1]),
        ({"status": ["error", "on_hold"]}, [2, 1]),
        ({"shop": "fjell"}, [2]),
        ({"report": "shipments"}, [1]),
        ({"report": "30109"}, [1]),
        ({"category": "LANE"}, [3]),
        ({"recurring": "true"}, [3]),
        ({"recurring": "false", "status": "ready"}, [0]),
        ({"changed_since": "2026-03-02T13:00:00+01:00"}, [3, 2]),
        ({"shop": "NORDIC", "status": "on_hold"}, []),
    ],
)
def test_entries_are_filtered(query: dict[str, Any], found: list[int], kari: Caller) -> None:
    rows = [
        factories.make_entry(),
        factories.make_entry(Status.ERROR, 30109, kind="shipments"),
        factories.make_entry(Status.ON_HOLD, shop="FJELL"),
        factories.make_entry(category="LANE", recurring=True, monday=True, minutes_between_runs=9),
    ]
    for number, row in enumerate(rows):
        changed = NOW if number >= 2 else NOW - timedelta(seconds=1)
        JobQueueEntry.objects.filter(pk=row.pk).update(changed=changed)

    assert ids(kari.get("entries", **query)) == [rows[n].pk for n in found]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "redy"}, "status.0"),
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"report": "nothing"}, "report"),
        ({"changed_since": "yesterday"}, "changed_since"),
        ({"changed_since": "2026-03-02T12:00:00"}, "changed_since"),
        ({"changed_since": "9999-12-31T23:59:59-12:00"}, "changed_since"),
        ({"cursor": 2**63}, "cursor"),
        ({"recurring": "maybe"}, "recurring"),
        ({"stauts": "ready"}, "stauts"),
        ({"shop": "a\0b"}, "shop"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(
    query: dict[str, Any], field: str, kari: Caller
) -> None:
    error = kari.get("entries", expect=422, **query)["error"]

    assert error["field"] == field
    assert error["sentence"].endswith(".")


def test_pages_lead_to_the_end_without_gaps_or_doubles_while_rows_come(kari: Caller) -> None:
    before = [factories.make_entry().pk for _ in range(7)]
    seen: list[int] = []
    cursor: dict[str, int] = {}
    while True:
        told = kari.get("entries", limit=3, **cursor)
        seen += ids(told)
        factories.make_entry()  # another comes between two pages
        if told["next"] is None:
            break
        cursor = {"cursor": told["next"]}

    assert seen == sorted(before, reverse=True)


def test_a_full_last_page_names_no_next(kari: Caller) -> None:
    for _ in range(3):
        factories.make_entry()

    assert kari.get("entries", limit=3)["next"] is None
    assert kari.get("entries", limit=2)["next"] is not None


def test_a_list_costs_the_same_queries_however_long_it_is(kari: Caller) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            kari.get("entries")
        return len(queries)

    def add(count: int) -> None:
        for _ in range(count):
            entry = factories.make_entry(Status.ERROR, requested_by=kari.user)
            factories.make_log_entry(entry, LogStatus.ERROR)

    add(1)
    kari.get("entries")  # notes the token's use
    few = cost()
    add(12)

    assert cost() == few == 4  # the token, the entries, their last runs, the clock


def test_a_list_says_of_each_entry_why_it_waits_by_a_bounded_number_of_queries(
    kari: Caller,
) -> None:
    running = factories.make_entry(Status.IN_PROCESS, shop="VEST", lock_key="VEST/orders")
    pauses.pause("FJELL", reason="Stocktaking")
    waiting = [
        factories.make_entry(shop=shop, category="", lock_key=lock)
        for shop, lock in [("FJELL", "FJELL/orders"), ("VEST", "VEST/orders")] * 6
    ]
    kari.get("entries")  # notes the token's use

    with CaptureQueriesContext(connection) as queries:
        told = {row["id"]: row["why"] for row in kari.get("entries")["entries"]}

    assert (
        len(queries) == 8
    )  # besides: the pauses, who runs, who is promised a lock, whether a worker lives
    assert told.pop(running.pk) == ""
    assert [why[:42] for pk, why in sorted(told.items())] == [
        "Shop FJELL is paused: Stocktaking.",
        f"Waits for entry {running.pk} (Sync orders from Shopify)"[:42],
    ] * 6
    assert kari.get(f"entries/{waiting[0].pk}")["why"] == told[waiting[0].pk]


def test_an_entry_is_held_made_ready_restarted_run_and_cancelled(kari: Caller) -> None:
    entry = factories.make_entry(earliest_start=NOW + timedelta(days=36500))

    held = kari.post(f"entries/{entry.pk}/hold")
    assert (held["status"], held["hold_reason"]) == ("on_hold", "Set on hold.")
    ready = kari.post(f"entries/{entry.pk}/ready")
    assert (ready["status"], ready["requested_by"]) == ("ready", "kari")
    restarted = kari.post(f"entries/{entry.pk}/restart")
    assert restarted["earliest_start"] == ready["earliest_start"]
    assert kari.post(f"entries/{entry.pk}/run")["earliest_start"] < ready["earliest_start"]
    assert kari.post(f"entries/{entry.pk}/cancel")["why"] == "Cancelled."


def test_a_run_is_asked_to_stop(kari: Caller) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)

    told = kari.post(f"entries/{entry.pk}/cancel")

    assert (told["status"], told["cancel_requested"]) == ("in_process", True)


@pytest.mark.parametrize(
    ("status", "move", "sentence"),
    [
        (Status.IN_PROCESS, "restart", "has been running since"),
        (Status.IN_PROCESS, "ready", "has been running since"),
        (Status.FINISHED, "hold", "is finished. Restart it to run it again."),
        (Status.ERROR, "cancel", "neither runs nor waits."),
    ],
)
def test_a_move_that_the_status_does_not_allow_is_refused_in_the_queues_words(
    status: str, move: str, sentence: str, kari: Caller
) -> None:
    entry = factories.make_entry(status)

    error = kari.post(f"entries/{entry.pk}/{move}", expect=409)["error"]

    assert sentence in error["sentence"]
    assert "field" not in error
    entry.refresh_from_db()
    assert (entry.status, entry.cancel_requested) == (status, False)


@pytest.mark.parametrize("move", ["run", "restart", "ready", "hold", "cancel"])
def test_who_may_not_steer_an_entry_is_refused_and_nothing_happens(move: str, lars: Caller) -> None:
    entry = factories.make_entry(
        Status.ERROR if move in {"run", "restart", "ready"} else Status.READY
    )
    before = JobQueueEntry.objects.values().get()

    error = lars.post(f"entries/{entry.pk}/{move}", expect=403)["error"]

    assert error["sentence"] == "You may steer only entries that you asked for yourself."
    assert JobQueueEntry.objects.values().get() == before


def test_ones_own_entry_and_the_queues_right_let_one_steer(lars: Caller) -> None:
    own = factories.make_entry(requested_by=lars.user)
    other = factories.make_entry()

    assert lars.post(f"entries/{own.pk}/hold")["status"] == "on_hold"

    grant(lars.user, "jobqueue.change_jobqueueentry")
    assert lars.post(f"entries/{other.pk}/hold")["status"] == "on_hold"


def test_without_rights_a_program_may_look(lars: Caller) -> None:
    entry = factories.make_entry()

    assert ids(lars.get("entries")) == [entry.pk]
    assert lars.get(f"entries/{entry.pk}")["id"] == entry.pk
    assert lars.get("log")["runs"] == []
