"""The log, and what can be asked for, as programs read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connector.sync.models import Issue
from jobqueue.models import LogStatus
from shops.models import Shop
from tests import factories
from tests.api.conftest import Caller, grant
from tests.factories import NOW


def test_a_run_tells_its_counts_and_the_records_it_did_not_take(kari: Caller, nordic: Shop) -> None:
    entry = factories.make_entry()
    logged = factories.make_log_entry(
        entry, LogStatus.ISSUES, issues=1, parameters={"filters": {"name": "#1001"}}
    )
    run = factories.make_run(nordic, logged)
    issue = factories.make_issue(
        nordic,
        run,
        outcome=Issue.Outcome.REJECTED,
        code="unmapped",
        reason="No item stands for it.",
    )
    factories.make_issue(nordic)  # of another run

    told = kari.get(f"log/{logged.pk}")

    assert (told["entry"], told["status"], told["issues"]) == (entry.pk, "issues", 1)
    assert told["counts"] == {"read": 260, "created": 258, "rejected": 2}
    assert (told["started"], told["seconds"]) == ("2026-03-02T11:55:00Z", 300.0)
    assert told["parameters"] == {"filters": {"name": "#1001"}}
    [record] = told["records"]
    assert (record["id"], record["shop"], record["record"]) == (issue.pk, "NORDIC", issue.ref)
    assert (record["outcome"], record["code"]) == ("rejected", "unmapped")
    assert record["reason"] == "No item stands for it."
    assert told["next_records"] is None


def test_a_run_without_its_entry_and_one_that_goes_on_are_told(kari: Caller) -> None:
    orphan = factories.make_log_entry(None)
    running = factories.make_log_entry(factories.make_entry(), LogStatus.IN_PROCESS)

    assert kari.get(f"log/{orphan.pk}")["entry"] is None
    told = kari.get(f"log/{running.pk}")
    assert (told["ended"], told["seconds"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [2, 1, 0]),
        ({"status": "error"}, [1]),
        ({"status": ["error", "issues"]}, [2, 1]),
        ({"shop": "FJELL"}, [2]),
        ({"report": 30109}, [1]),
        ({"since": "2026-03-02T11:55:00Z"}, [2, 1]),
    ],
)
def test_runs_are_filtered(query: dict[str, Any], found: list[int], kari: Caller) -> None:
    entry = factories.make_entry()
    rows = [
        factories.make_log_entry(entry, started=NOW - timedelta(days=1)),
        factories.make_log_entry(None, LogStatus.ERROR, kind="shipments"),
        factories.make_log_entry(None, LogStatus.ISSUES, shop="FJELL"),
    ]

    runs = kari.get("log", **query)["runs"]

    assert [run["id"] for run in runs] == [rows[n].pk for n in found]
    assert [run["id"] for run in kari.get("log", entry=entry.pk)["runs"]] == [rows[0].pk]


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("log", {"status": "good"}, "status.0"),
        ("log", {"entry": "x"}, "entry"),
        ("log", {"entry": 2**63}, "entry"),
        ("log", {"since": "0001-01-01T00:00:00+14:00"}, "since"),
        ("log", {"since": "2026-03-02"}, "since"),
        ("log", {"report": "nothing"}, "report"),
        ("log", {"kind": "orders"}, "kind"),
        ("records", {"limit": 999}, "limit"),
        ("records", {"state": "open"}, "state"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(
    path: str, query: dict[str, Any], field: str, kari: Caller
) -> None:
    logged = factories.make_log_entry(None)
    address = path if path == "log" else f"log/{logged.pk}/records"

    assert kari.get(address, expect=422, **query)["error"]["field"] == field


def test_runs_are_paged_to_the_end_while_runs_begin(kari: Caller) -> None:
    before = [factories.make_log_entry(None).pk for _ in range(5)]
    seen: list[int] = []
    cursor: dict[str, int] = {}
    while True:
        told = kari.get("log", limit=2, **cursor)
        seen += [run["id"] for run in told["runs"]]
        factories.make_log_entry(None)
        if told["next"] is None:
            break
        cursor = {"cursor": told["next"]}

    assert seen == sorted(before, reverse=True)


def test_many_records_go_on_on_further_pages(kari: Caller, nordic: Shop) -> None:
    logged = factories.make_log_entry(None)
    run = factories.make_run(nordic, logged)
    every = {factories.make_issue(nordic, run).pk for _ in range(103)}

    told = kari.get(f"log/{logged.pk}")
    rest = kari.get(f"log/{logged.pk}/records", cursor=told["next_records"])

    seen = [record["id"] for record in told["records"] + rest["records"]]
    assert len(told["records"]) == 100
    assert rest["next"] is None
    assert sorted(seen) == sorted(every)


def test_the_log_costs_the_same_queries_however_long_it_is(kari: Caller, nordic: Shop) -> None:
    logged = factories.make_log_entry(None)
    run = factories.make_run(nordic, logged)
    kari.get("log")  # notes the token's use

    def costs() -> list[int]:
        factories.make_log_entry(None)
        factories.make_issue(nordic, run)
        counted = []
        for path in ("log", f"log/{logged.pk}", f"log/{logged.pk}/records"):
            with CaptureQueriesContext(connection) as queries:
                kari.get(path)
            counted.append(len(queries))
        return counted

    assert [costs() for _ in range(3)] == [[2, 3, 3]] * 3


def test_what_can_be_asked_for_is_listed_with_its_choices(kari: Caller) -> None:
    reports = {report["number"]: report for report in kari.get("reports")["reports"]}

    assert list(reports) == sorted(reports)
    assert {296, 297, 30103, 30104, 30109} <= set(reports)
    documents = reports[30103]
    assert (documents["name"], documents["allowed"]) == ("documents", True)
    paid = next(f for f in documents["filters"] if f["name"] == "financial_status")
    assert (paid["type"], "PAID" in paid["choices"]) == ("choice", True)
    [retry] = [o for o in documents["options"] if o["name"] == "retry"]
    assert [choice["value"] for choice in retry["choices"]] == ["all", "due"]
    assert (retry["type"], retry["default"]) == ("choice", "all")
    day = next(o for o in reports[296]["options"] if o["name"] == "posting_date")
    assert (day["type"], day["choices"], day["default"]) == ("date", [], "")


def test_the_list_says_what_the_user_may_run(lars: Caller) -> None:
    def allowed() -> dict[str, bool]:
        return {r["name"]: r["allowed"] for r in lars.get("reports")["reports"]}

    assert (allowed()["orders"], allowed()["post_sales_orders"]) == (True, False)

    grant(lars.user, "erp.change_document")
    assert allowed()["post_sales_orders"] is True


def test_words_are_in_the_language_that_is_asked_for(kari: Caller) -> None:
    headers = {"Authorization": f"Bearer {kari.token}", "Accept-Language": "nb"}

    answer = kari.client.get("/api/reports", headers=headers)

    assert answer["Content-Language"] == "nb"
