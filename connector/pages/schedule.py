"""Entries that run again: a new one, and the schedule of one that there is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages import job_words
from connector.pages.entry_changes import keep
from connector.pages.request_form import RequestForm
from connector.pages.request_page import accepted, counted, counted_as_kept, preview
from connector.pages.schedule_form import ScheduleForm
from connector.pages.starting import may_start
from connector.pages.subjects import Subject, subject_of
from jobqueue import recurrence
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, Status
from jobqueue.registry import kinds
from shops.models import Shop

NEW = "jobqueue.add_jobqueueentry"


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Change when an entry runs, while it does not run."""
    entry = get_object_or_404(JobQueueEntry, pk=entry_id)
    allowed = job_words.may_change(request.user, entry)
    data = request.POST if request.method == "POST" else None
    if data is not None and not allowed:
        raise PermissionDenied
    form = ScheduleForm(data, instance=JobQueueEntry.objects.get(pk=entry_id))
    shown = {"entry": entry, "allowed": allowed, "runs": entry.status == Status.IN_PROCESS}
    if data is None or not form.is_valid() or "show" in data:
        return _page(request, form, shown)
    try:
        keep(entry, **_kept(form))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The schedule is saved."))
    return redirect("job", entry_id=entry_id)


def _kept(form: ScheduleForm) -> dict[str, Any]:
    columns = form.columns()
    if form.instance.recurring:
        earliest = recurrence.first_run(form.instance.rule(), form.instance.earliest_start)
        columns["earliest_start"] = earliest
    return columns | {"urgency": columns["priority"], "hint_until": None}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new entry for ?shop=CODE&kind=NUMBER; what is missing is asked for first."""
    shop = Shop.objects.filter(code=request.GET.get("shop", "")).first()
    if shop is None:
        return render(request, "pages/choose_shop.html", {"shops": Shop.objects.order_by("code")})
    if not request.GET.get("kind"):
        return render(request, "pages/choose_report.html", {"shop": shop, "reports": kinds()})
    subject = subject_of(request.GET["kind"], shop)
    if subject is None:
        raise Http404
    return preview(request, subject) if "preview" in request.GET else _new(request, subject, shop)


def _new(request: HttpRequest, subject: Subject, shop: Shop) -> HttpResponse:
    allowed = request.user.has_perm(NEW) and may_start(request, subject)
    data = request.POST if request.method == "POST" else None
    if data is not None and not allowed:
        raise PermissionDenied
    empty = JobQueueEntry(
        zone=shop.zone, earliest_start=timezone.now(), description=str(subject.label)
    )
    form, asked = ScheduleForm(data, instance=empty), RequestForm(subject.declared, data)
    shown = {
        "subject": subject,
        "shop": shop,
        "form": asked,
        "allowed": allowed,
        "counted": counted_as_kept(subject) if data is None else counted(subject, asked),
    }
    valid = [
        form.is_valid(),
        data is not None and accepted(subject, asked),
    ]  # both say what is wrong
    if data is None or not all(valid) or {"show", "count"} & data.keys():
        return _page(request, form, shown)
    try:
        entry = _requested(request, subject, form, asked)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, form, shown)
    return redirect("job", entry_id=entry.pk)


def _requested(
    request: HttpRequest, subject: Subject, form: ScheduleForm, asked: RequestForm
) -> JobQueueEntry:
    """Raises Refused. An equal entry that waits already is left as it is."""
    columns = form.columns()
    described = columns.pop("description")
    del columns["recurring"]  # the queue derives it
    entry, created = subject.request(
        asked.filters, asked.options, owner_id=request.user.pk, **columns
    )
    if created:
        JobQueueEntry.objects.filter(pk=entry.pk).update(description=described)
        messages.success(request, _("The entry is in the job queue."))
    else:
        messages.info(request, _("This sync was already asked for. Here it is."))
    return entry


def _page(request: HttpRequest, form: ScheduleForm, shown: dict[str, Any]) -> HttpResponse:
    starts = form.starts(timezone.now())
    words = job_words.recurrence(form.instance) if starts else ""
    shown |= {"schedule": form, "starts": starts, "words": words}
    return render(request, "pages/schedule.html", shown)
