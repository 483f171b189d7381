"""One entry of the job queue: what it does, when, how far it is, and its last runs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from connector.pages.job_state import add_words
from connector.pages.parameters import labelled
from connector.pages.schedule_form import next_starts
from connector.pages.subjects import subject_of_entry
from connector.rolecenter.pauses import holding_for
from jobqueue.models import JobQueueEntry

RUNS_SHOWN = 10


@require_safe
def job(request: HttpRequest, entry_id: int) -> HttpResponse:
    return render(request, "pages/job.html", _card(request, _entry(entry_id)))


@require_safe
def progress_fragment(request: HttpRequest, entry_id: int) -> HttpResponse:
    """How far the entry is; the whole card when more than that is new, so that nothing is stale."""
    entry = _entry(entry_id)
    add_words(entry, request)
    words = entry.__dict__["words"]
    if request.GET.get("s", words["state"]) != words["state"]:
        response = render(request, "pages/job_card.html", _card(request, entry))
        response["HX-Retarget"] = "#job-card"
        response["Cache-Control"] = "no-store"
        return response
    if request.GET.get("v") == words["version"]:
        return HttpResponse(status=204)
    response = render(request, "pages/job_progress.html", {"entry": entry})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def menu_fragment(request: HttpRequest, entry_id: int) -> HttpResponse:
    """What may be done with one row of the list; the menu is one for all rows."""
    entry = _entry(entry_id)
    add_words(entry, request)
    return render(request, "pages/job_menu.html", {"entry": entry})


def _entry(entry_id: int) -> JobQueueEntry:
    return get_object_or_404(JobQueueEntry.objects.select_related("requested_by"), pk=entry_id)


def _card(request: HttpRequest, entry: JobQueueEntry) -> dict[str, Any]:
    now = timezone.now()
    add_words(entry, request)
    return {
        "entry": entry,
        "runs": entry.log_entries.order_by("-fence")[:RUNS_SHOWN],
        "askable": subject_of_entry(entry) is not None,
        "parameters": labelled(entry.kind, entry.parameters),
        "starts": next_starts(entry, now),
        "pauses": holding_for(entry.shop, now),
    }
