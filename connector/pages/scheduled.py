"""What is to run in the next 24 hours, as far as it is known now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from connector.pages import job_words
from connector.rolecenter.pauses import holding
from jobqueue import recurrence
from jobqueue.models import JobQueueEntry

AHEAD = timedelta(hours=24)
ENTRIES, STARTS, SHOWN = 200, 100, 300  # looked at, of each, in all


class Planned(NamedTuple):
    at: datetime
    entry: JobQueueEntry
    words: str
    goes_on: bool = False  # its further starts are not listed


@require_safe
def scheduled(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    queued = JobQueueEntry.objects.queued().filter(earliest_start__lte=now + AHEAD)
    found = list(queued.order_by("earliest_start", "pk")[: ENTRIES + 1])
    rows = [row for entry in found[:ENTRIES] for row in planned(entry, now)]
    rows.sort(key=lambda row: (row.at, row.entry.pk))
    left_out = [entry.earliest_start for entry in found[ENTRIES:]]
    left_out += [row.at for row in rows[SHOWN : SHOWN + 1]]
    shown = {
        "rows": rows[:SHOWN],
        "complete_until": min(left_out, default=None),
        "now": now,
        "pauses": holding(now),
    }
    return render(request, "pages/scheduled.html", shown)


def planned(entry: JobQueueEntry, now: datetime) -> list[Planned]:
    """The starts of an entry within 24 hours, as if its runs took no time; 100 at most."""
    words = job_words.recurrence(entry)
    starts = [max(entry.earliest_start, now)]
    if entry.recurring:
        rule = entry.rule()
        first = recurrence.first_run(rule, starts[0])
        starts = recurrence.next_runs(rule, now, STARTS + 1, planned=first)
    last = min(now + AHEAD, entry.expiration or datetime.max.replace(tzinfo=now.tzinfo))
    within = [at for at in starts if at <= last]
    return [
        Planned(at, entry, words, goes_on=place == STARTS and len(within) > STARTS)
        for place, at in enumerate(within[:STARTS], start=1)
    ]
