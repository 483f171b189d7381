"""What a person may do with the log: clear it of old runs, and end a run that hangs."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from connector.pages import job_words
from jobqueue import marking, retention
from jobqueue.errors import Refused
from jobqueue.models import JobQueueLogEntry, LogStatus

DELETING = "jobqueue.delete_jobqueuelogentry"
STEERING = "jobqueue.change_jobqueueentry"
OLD = timedelta(days=7)  # Source: BC table 474, Delete Entries Older Than 7 Days


@require_http_methods(["GET", "HEAD", "POST"])
def delete_old(request: HttpRequest) -> HttpResponse:
    """Ask, then delete."""
    allowed = request.user.has_perm(DELETING)
    if request.method != "POST":
        shown = {"count": retention.runs_before(OLD).count(), "days": OLD.days, "allowed": allowed}
        return render(request, "pages/log_delete.html", shown)
    if not allowed:
        raise PermissionDenied
    if removed := retention.clear_log(OLD):
        text = ngettext("%d log entry is deleted.", "%d log entries are deleted.", removed)
        messages.success(request, text % removed)
        if retention.runs_before(OLD).exists():
            messages.info(request, _("There are more of them. Delete again."))
    else:
        messages.info(request, _("There was nothing to delete."))
    return redirect("log")


@require_http_methods(["GET", "HEAD", "POST"])
def set_error(request: HttpRequest, log_id: int) -> HttpResponse:
    """Ask, then end the run as failed."""
    run = get_object_or_404(JobQueueLogEntry.objects.select_related("entry"), pk=log_id)
    allowed = may_end(request.user, run)
    if request.method != "POST":
        return render(request, "pages/log_error.html", {"run": run, "allowed": allowed})
    if not allowed:
        raise PermissionDenied
    try:
        marking.set_error(log_id, by=request.user.get_username())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The run is set to Error."))
    return redirect("log-entry", log_id=log_id)


def may_end(user: AbstractBaseUser | AnonymousUser, run: JobQueueLogEntry) -> bool:
    """As one may steer its entry; a run without one is for those who may steer all."""
    if run.entry is not None:
        return job_words.may_change(user, run.entry)
    return isinstance(user, User) and user.has_perm(STEERING)


def may_be_ended(user: AbstractBaseUser | AnonymousUser, run: JobQueueLogEntry) -> bool:
    """Whether its page offers it."""
    return run.status == LogStatus.IN_PROCESS and may_end(user, run)
