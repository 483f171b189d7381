"""What is to run in the next 24 hours, as far as it is known now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from connector.pages import job_words
from jobqueue import recurrence
from jobqueue.models import JobQueueEntry

AHEAD = timedelta(hours=24)
ENTRIES, STARTS, SHOWN = 200, 30, 300  # looked at, of each, in all


class Planned(NamedTuple):
    at: datetime
    entry: JobQueueEntry
    words: str


@require_safe
def scheduled(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    queued = JobQueueEntry.objects.queued().filter(earliest_start__lte=now + AHEAD)
    entries = queued.order_by("earliest_start", "pk")[:ENTRIES]
    rows = [row for entry in entries for row in planned(entry, now)]
    rows.sort(key=lambda row: (row.at, row.entry.pk))
    return render(request, "pages/scheduled.html", {"rows": rows[:SHOWN], "now": now})


def planned(entry: JobQueueEntry, now: datetime) -> list[Planned]:
    """The starts of an entry within 24 hours, as if its runs took no time."""
    words = job_words.recurrence(entry)
    starts = [max(entry.earliest_start, now)]
    if entry.recurring:
        rule = entry.rule()
        first = recurrence.first_run(rule, starts[0])
        starts = recurrence.next_runs(rule, now, STARTS, planned=first)
    last = min(now + AHEAD, entry.expiration or datetime.max.replace(tzinfo=now.tzinfo))
    return [Planned(at, entry, words) for at in starts if at <= last]
