"""Entries that a person has started: the page tells them when one has ended.

What is watched lies in the session, so that a page costs no query while nothing is.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from connector.pages.job_state import LIVE
from jobqueue.models import JobQueueEntry

KEY = "watched"
MOST = 10


def watch(request: HttpRequest, entry_id: int) -> None:
    """Tell the person when this entry has ended."""
    before = [pk for pk in request.session.get(KEY, []) if pk != entry_id]
    request.session[KEY] = [*before, entry_id][-MOST:]


@require_safe
def ended_fragment(request: HttpRequest) -> HttpResponse:
    """The watched entries that are at rest now, each told once; 204 when none is."""
    watched = request.session.get(KEY, [])
    entries = JobQueueEntry.objects.filter(pk__in=watched)
    live = set(entries.filter(status__in=LIVE).values_list("pk", flat=True))
    if watched and live == set(watched):
        return HttpResponse(status=204)
    if watched:
        request.session[KEY] = [pk for pk in watched if pk in live]
    ended = entries.exclude(pk__in=live).order_by("pk")
    response = render(request, "pages/toasts.html", {"ended": ended})
    response["Cache-Control"] = "no-store"
    return response
