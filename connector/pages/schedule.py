"""Entries that run again: a new one, and the schedule of one that there is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages import job_words
from connector.pages.request_form import RequestForm, typed_elsewhere
from connector.pages.request_page import accepted, counted, counted_as_kept, preview
from connector.pages.schedule_form import ScheduleForm
from connector.pages.starting import may_start, warn
from connector.pages.subjects import Subject, subject_of
from connector.sync.parameters import of_a_schedule
from connector.ui.zone import zone_named
from jobqueue import recurrence
from jobqueue.changes import keep
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, Status
from jobqueue.registry import kind_named, kinds
from shops.models import Shop

NEW = "jobqueue.add_jobqueueentry"
STARTS = "starts"  # in the query string: what would the typed schedule mean?


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Change when an entry runs, while it does not run."""
    entry = get_object_or_404(JobQueueEntry, pk=entry_id)
    allowed = job_words.may_change(request.user, entry)
    if request.method == "POST" and not allowed:
        raise PermissionDenied
    shown = {"entry": entry, "allowed": allowed, "runs": entry.status == Status.IN_PROCESS}
    with _zone_of(request, entry):
        form = ScheduleForm(_typed(request), instance=JobQueueEntry.objects.get(pk=entry_id))
        if request.method != "POST" or not form.is_valid() or "show" in request.POST:
            return _page(request, form, shown)
    try:
        keep(entry, **_kept(form))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The schedule is saved."))
        warn(request, entry.pk)
    return redirect("job", entry_id=entry_id)


def _typed(request: HttpRequest) -> QueryDict | None:
    """What stands in the fields: posted, or asked about while a person types."""
    if request.method == "POST":
        return request.POST
    return request.GET if STARTS in request.GET else None


def _zone_of(request: HttpRequest, entry: JobQueueEntry) -> AbstractContextManager[None]:
    """The page speaks in the zone that is typed, or kept: so its times need no explaining."""
    data = _typed(request)
    typed = data.get("zone", "") if data else ""
    return timezone.override(zone_named(typed) or ZoneInfo(entry.zone))  # the field tells why


def _kept(form: ScheduleForm) -> dict[str, Any]:
    """What the person changed; when it starts stays as the queue last planned it otherwise."""
    columns = form.columns() | {"planned_start": None, "hint_until": None}
    if not form.replanned:
        del columns["earliest_start"], columns["planned_start"]
    elif form.instance.recurring:
        earliest = recurrence.first_run(form.instance.rule(), form.instance.earliest_start)
        columns |= {"earliest_start": earliest, "planned_start": earliest}
    return columns | {"urgency": columns["priority"]}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new entry for ?shop=CODE&kind=NUMBER; what is missing is asked for first."""
    shop = Shop.objects.filter(code=request.GET.get("shop", "")).first()
    if shop is None:
        return render(request, "pages/choose_shop.html", {"shops": Shop.objects.order_by("code")})
    if not request.GET.get("kind"):
        reports = [kind for kind in kinds() if subject_of(kind.number, shop)]
        return render(request, "pages/choose_report.html", {"shop": shop, "reports": reports})
    subject = subject_of(request.GET["kind"], shop)
    if subject is None:
        raise Http404
    return preview(request, subject) if "preview" in request.GET else _new(request, subject, shop)


def _new(request: HttpRequest, subject: Subject, shop: Shop) -> HttpResponse:
    allowed = request.user.has_perm(NEW) and may_start(request, subject)
    if request.method == "POST" and not allowed:
        raise PermissionDenied
    empty = JobQueueEntry(
        zone=shop.zone,
        earliest_start=timezone.now(),
        description=str(subject.label),
        category=subject.category,
        job_timeout=kind_named(subject.number).time_limit,
    )
    data = request.POST if request.method == "POST" else None
    typed = typed_elsewhere(request.GET)
    typed["options"] = of_a_schedule(subject.declared) | typed["options"]
    asked = RequestForm(subject.declared, data, typed)
    with _zone_of(request, empty):
        form = ScheduleForm(_typed(request), instance=empty)
        shown = {
            "subject": subject,
            "shop": shop,
            "form": asked,
            "allowed": allowed,
            "counted": counted(subject, asked)
            if data
            else counted_as_kept(subject, asked.parameters),
        }
        valid = [form.is_valid(), data is not None and accepted(subject, asked)]  # both speak
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
        warn(request, entry.pk)
    else:
        messages.info(request, _("This sync was already asked for. Here it is."))
    return entry


def _page(request: HttpRequest, form: ScheduleForm, shown: dict[str, Any]) -> HttpResponse:
    starts = form.starts(timezone.now())
    words = job_words.recurrence(form.instance) if starts else ""
    zone = timezone.get_current_timezone_name()
    shown |= {"schedule": form, "starts": starts, "words": words, "zone": zone}
    if STARTS not in request.GET or request.method == "POST":
        return render(request, "pages/schedule.html", shown)
    response = render(request, "pages/schedule_starts.html", shown)
    response["Cache-Control"] = "no-store"
    return response
