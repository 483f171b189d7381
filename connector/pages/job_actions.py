"""What a person does with entries of the job queue: with one, with several, with all that match."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from connector.pages import job_words
from connector.pages.back import back_to
from connector.pages.jobs import JobList
from connector.pages.watched import watch
from jobqueue import transitions
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, Status
from jobqueue.once import ask_once

MOST = 500  # entries at once: a person waits for the answer
TOLD = 5  # refusals that are told in words

_MOVES: dict[str, Callable[[int, int | None], JobQueueEntry | None]] = {
    "ready": lambda pk, by_id: transitions.make_ready(pk, by_id=by_id),
    "hold": lambda pk, _by: transitions.hold(pk),
    "restart": lambda pk, by_id: transitions.restart(pk, by_id=by_id),
    "run": lambda pk, by_id: transitions.run_now(pk, by_id=by_id),
    "once": lambda pk, by_id: ask_once(pk, by_id=by_id),
    "cancel": lambda pk, _by: transitions.cancel(pk),
    "delete": lambda pk, _by: transitions.delete(pk),
}
DONE = {
    "ready": gettext_lazy("“%(entry)s” is ready and runs at its time."),
    "hold": gettext_lazy("“%(entry)s” is on hold."),
    "restart": gettext_lazy("“%(entry)s” begins anew and runs at its time."),
    "run": gettext_lazy("“%(entry)s” starts as soon as a worker is free."),
    "once": gettext_lazy("A copy of “%(entry)s” is in line. The entry itself stays as it is."),
    "cancel": gettext_lazy("“%(entry)s” is being cancelled. Finished records stay as they are."),
    "delete": gettext_lazy("“%(entry)s” is deleted. Its log entries are kept."),
}
HELD_AFTER = gettext_lazy(
    "“%(entry)s” goes on hold when its run has ended. To stop the run, choose Cancel run."
)


@require_POST
def act(request: HttpRequest, entry_id: int, action: str) -> HttpResponse:
    """Set ready, set on hold, restart, run, cancel or delete; a refusal is shown as its sentence."""
    entry = get_object_or_404(JobQueueEntry, pk=entry_id)
    if action not in _MOVES:
        raise Http404
    if not job_words.may_change(request.user, entry):
        raise PermissionDenied
    try:
        moved = _MOVES[action](entry_id, request.user.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if action in {"restart", "run", "once"} and moved is not None:
            watch(request, moved.pk)
        runs_on = action == "hold" and entry.status == Status.IN_PROCESS
        told = HELD_AFTER if runs_on else DONE[action]
        messages.success(request, told % {"entry": entry.description or entry.kind})
        entry_id = moved.pk if action == "once" and moved is not None else entry_id
    return _back(request, entry_id)


def _back(request: HttpRequest, entry_id: int) -> HttpResponse:
    exists = JobQueueEntry.objects.filter(pk=entry_id).exists()
    own = reverse("job", args=[entry_id]) if exists else reverse("jobs")
    return redirect(back_to(request, own))


@require_POST
def act_on_several(request: HttpRequest) -> HttpResponse:
    """The same for the selected entries, or for all that match; what is far-reaching is asked."""
    action = next((a for a in job_words.BULK if a.name == request.POST.get("action")), None)
    if action is None:
        raise Http404
    query = QueryDict(request.POST.get("query", "")).urlencode()  # as it should be written
    entries = _chosen(request, query)
    address = f"{reverse('jobs')}?{query}"
    if not entries:
        messages.error(request, _("Select at least one entry that you may change."))
        return redirect(address)
    asked = action.name in {"cancel", "delete"} or request.POST.get("scope") == "all"
    if asked and "confirmed" not in request.POST:
        shown = {"entries": entries, "action": action, "query": query}
        return render(request, "pages/jobs_confirm.html", shown)
    _act(request, entries, action)
    return redirect(address)


def _chosen(request: HttpRequest, query: str) -> list[JobQueueEntry]:
    """The entries that are meant and that the person may change."""
    if request.POST.get("scope") == "all":
        rows = JobList.of(request, query).matching()
    else:
        picked = [pk for pk in request.POST.getlist("entry") if pk.isdecimal()]
        rows = JobQueueEntry.objects.filter(pk__in=picked)
    entries = rows.order_by("pk")[:MOST]
    return [entry for entry in entries if job_words.may_change(request.user, entry)]


def _act(request: HttpRequest, entries: Sequence[JobQueueEntry], action: job_words.Action) -> None:
    refusals = []
    for entry in entries:
        try:
            _MOVES[action.name](entry.pk, request.user.pk)
        except Refused as refusal:
            refusals.append(str(refusal))
    if done := len(entries) - len(refusals):
        text = ngettext("%(action)s: %(done)d entry.", "%(action)s: %(done)d entries.", done)
        messages.success(request, text % {"action": action.label, "done": done})
    for sentence in refusals[:TOLD]:
        messages.error(request, sentence)
    if more := len(refusals[TOLD:]):
        text = ngettext("%d more was refused.", "%d more were refused.", more)
        messages.error(request, text % more)
