"""Clearing the list of entries that failed for good."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jobqueue import transitions


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    """Ask, then remove; whoever may not steer the queue removes what they asked for themselves."""
    everybody = request.user.has_perm("jobqueue.change_jobqueueentry")
    of_id = None if everybody else request.user.pk
    if request.method != "POST":
        count = transitions.failed(of_id=of_id).count()
        seconds = int(transitions.SETTLED.total_seconds())
        return render(request, "pages/failed_jobs.html", {"count": count, "seconds": seconds})
    removed = transitions.remove_failed(of_id=of_id)
    if removed:
        text = ngettext("%d failed entry is removed.", "%d failed entries are removed.", removed)
        messages.success(request, text % removed)
    else:
        messages.info(request, _("There was nothing to remove."))
    return redirect("jobs")
