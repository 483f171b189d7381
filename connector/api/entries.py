"""Entries of the job queue: list, read, ask for, steer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from ninja.params.functions import Header

from connector.api import telling
from connector.api.entry_shapes import Entries, EntryDetails, EntryFilters, NewEntry
from connector.api.errors import Problem
from connector.api.paging import known_only, page_of
from connector.api.requested import kind_name, requested
from connector.api.shapes import NOT_FOUND, UNKNOWN, UNREAD, Refusal
from connector.pages.job_words import may_change
from jobqueue import transitions
from jobqueue.models import JobQueueEntry

router = Router(tags=["Job queue entries"])
STEERED: dict[int, Any] = {
    200: EntryDetails,
    403: Refusal,
    409: Refusal,
    **NOT_FOUND,
    **UNKNOWN,
}


@router.get("/entries", response={200: Entries, **UNREAD}, summary="List entries, newest first")
def list_entries(request: HttpRequest, filters: Query[EntryFilters]) -> Entries:
    """All entries, or those that match every filter that is given."""
    known_only(request, EntryFilters)
    rows, cursor = page_of(_matching(filters), filters)
    return Entries(entries=telling.told_all(rows), next=cursor)


def _matching(filters: EntryFilters) -> QuerySet[JobQueueEntry]:
    wanted = {
        "status__in": filters.status or None,
        "shop": filters.shop and filters.shop.upper(),
        "kind": kind_name(filters.report) if filters.report else None,
        "category": filters.category,
        "changed__gte": filters.changed_since,
        "recurring": filters.recurring,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    return JobQueueEntry.objects.filter(**given).select_related("requested_by")


@router.get(
    "/entries/{int:entry_id}",
    response={200: EntryDetails, **NOT_FOUND, **UNKNOWN},
    summary="Read one entry",
)
def read_entry(request: HttpRequest, entry_id: int) -> EntryDetails:
    """Its status, why it does not run, how far it is, when it starts next, what it asks for."""
    return telling.told(_entry(entry_id))


def _entry(entry_id: int) -> JobQueueEntry:
    entries = JobQueueEntry.objects.select_related("requested_by")
    entry = entries.filter(pk=entry_id).first()
    if entry is None:
        raise Problem(404, _("There is no entry %d.") % entry_id)
    return entry


@router.post(
    "/entries",
    response={
        200: EntryDetails,
        201: EntryDetails,
        400: Refusal,
        403: Refusal,
        409: Refusal,
        **UNREAD,
    },
    summary="Ask for a report or a batch posting",
)
def create_entry(
    request: HttpRequest,
    response: HttpResponse,
    wanted: NewEntry,
    idempotency_key: str = Header(
        "",
        alias="Idempotency-Key",
        max_length=200,
        description="Your own name for this request. Sent again with it, the request leads to the "
        "entry that it made, and makes no other. Yours alone; forgotten with the entry.",
        example="nightly-2026-03-09",
    ),
) -> Status[EntryDetails]:
    """201: a new entry. 200: the entry that asks for the same and waits already.

    It needs the rights that the pages need: batch posting that to change documents, and a plan
    (a time, a recurrence, a priority, attempts) that to add entries.
    """
    made, created = requested(request, wanted, idempotency_key)
    response["Location"] = reverse("api:read_entry", args=[made.pk])
    return Status(201 if created else 200, telling.told(_entry(made.pk)))


@router.post("/entries/{int:entry_id}/run", response=STEERED, summary="Run an entry now")
def run_entry_now(request: HttpRequest, entry_id: int) -> EntryDetails:
    """Whatever its time and status; refused while it runs, or when its like waits already."""
    return _steered(request, entry_id, _by(request, transitions.run_now))


@router.post("/entries/{int:entry_id}/restart", response=STEERED, summary="Begin an entry anew")
def restart_entry(request: HttpRequest, entry_id: int) -> EntryDetails:
    """It runs at its time, or at once where that has passed; refused as running it now is."""
    return _steered(request, entry_id, _by(request, transitions.restart))


@router.post(
    "/entries/{int:entry_id}/ready", response=STEERED, summary="Let an entry run at its time"
)
def ready_entry(request: HttpRequest, entry_id: int) -> EntryDetails:
    """Takes it off hold; its attempts start anew."""
    return _steered(request, entry_id, _by(request, transitions.make_ready))


@router.post("/entries/{int:entry_id}/hold", response=STEERED, summary="Put an entry on hold")
def hold_entry(request: HttpRequest, entry_id: int) -> EntryDetails:
    """A run that is under way ends normally and is not followed by another."""
    return _steered(request, entry_id, transitions.hold)


@router.post(
    "/entries/{int:entry_id}/cancel",
    response=STEERED,
    summary="Stop a run, or take an entry out of the line",
)
def cancel_entry(request: HttpRequest, entry_id: int) -> EntryDetails:
    """A run stops at its next record; what is done stays done."""
    return _steered(request, entry_id, transitions.cancel)


def _by(request: HttpRequest, move: Callable[..., JobQueueEntry]) -> Callable[[int], JobQueueEntry]:
    """The move, as this user's: who starts an entry becomes its user."""
    return lambda entry_id: move(entry_id, by_id=request.user.pk)


def _steered(
    request: HttpRequest, entry_id: int, move: Callable[[int], JobQueueEntry]
) -> EntryDetails:
    if not may_change(request.user, _entry(entry_id)):
        raise Problem(403, _("You may steer only entries that you asked for yourself."))
    move(entry_id)
    return telling.told(_entry(entry_id))
