"""The log: every run, how it ended, and which records it could not take."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from connector.api import telling
from connector.api.errors import Problem
from connector.api.log_shapes import Log, LogFilters, Record, Records, Run, RunDetails
from connector.api.paging import known_only, page_of
from connector.api.requested import kind_name
from connector.api.shapes import NOT_FOUND, UNKNOWN, UNREAD, Paging
from connector.sync.models import Issue
from jobqueue.models import JobQueueLogEntry

router = Router(tags=["Log"])
AT_FIRST = Paging(limit=100, cursor=None)  # records that are told with their run


@router.get("/log", response={200: Log, **UNREAD}, summary="List runs, newest first")
def list_runs(request: HttpRequest, filters: Query[LogFilters]) -> Log:
    """One log entry a run, also of entries that are deleted."""
    known_only(request, LogFilters)
    rows, cursor = page_of(_matching(filters), filters)
    return Log(runs=[Run(**_values(row)) for row in rows], next=cursor)


def _matching(filters: LogFilters) -> QuerySet[JobQueueLogEntry]:
    wanted = {
        "entry": filters.entry,
        "shop": filters.shop and filters.shop.upper(),
        "kind": kind_name(filters.report) if filters.report else None,
        "status__in": filters.status or None,
        "started__gte": filters.since,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    return JobQueueLogEntry.objects.filter(**given)


@router.get(
    "/log/{int:log_id}",
    response={200: RunDetails, **NOT_FOUND, **UNKNOWN},
    summary="Read one run",
)
def read_run(request: HttpRequest, log_id: int) -> RunDetails:
    """Its counts, how it ended, and the first records that it did not take."""
    row = _run(log_id)
    issues, cursor = page_of(_issues(row), AT_FIRST)
    return RunDetails(
        **_values(row),
        parameters=row.parameters,
        records=[_record(issue) for issue in issues],
        next_records=cursor,
    )


@router.get(
    "/log/{int:log_id}/records",
    response={200: Records, **NOT_FOUND, **UNREAD},
    summary="List the records that a run did not take",
)
def list_records(request: HttpRequest, log_id: int, paging: Query[Paging]) -> Records:
    """A record that a later run left out again is listed with that one."""
    known_only(request, Paging)
    issues, cursor = page_of(_issues(_run(log_id)), paging)
    return Records(records=[_record(issue) for issue in issues], next=cursor)


def _run(log_id: int) -> JobQueueLogEntry:
    row = JobQueueLogEntry.objects.filter(pk=log_id).first()
    if row is None:
        raise Problem(404, _("There is no log entry %d.") % log_id)
    return row


def _issues(row: JobQueueLogEntry) -> QuerySet[Issue]:
    return Issue.objects.filter(run__log_entry=row).select_related("shop")


def _values(row: JobQueueLogEntry) -> dict[str, Any]:
    took = row.ended - row.started if row.ended else None
    return {
        "id": row.pk,
        "entry": row.entry_id,
        "report": telling.report(row.kind),
        "description": row.description,
        "shop": row.shop,
        "status": row.status,
        "will_retry": row.will_retry,
        "started": row.started,
        "ended": row.ended,
        "seconds": round(took.total_seconds(), 3) if took else None,
        "counts": row.counts,
        "issues": row.issues,
        "message": row.message,
        "error": row.error_message,
    }


SAME = (
    "gid",
    "outcome",
    "code",
    "reason",
    "state",
    "attempts",
    "next_try",
    "first_seen",
    "last_seen",
)


def _record(issue: Issue) -> Record:
    values: dict[str, Any] = {name: getattr(issue, name) for name in SAME}
    return Record(
        id=issue.pk, shop=issue.shop.code, report=issue.report, record=issue.ref, **values
    )
