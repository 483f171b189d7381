"""The job queue: what waits, runs and failed, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from connector.pages import job_words
from connector.pages.job_reasons import Surroundings, around, why
from connector.pages.schedule_form import next_starts
from connector.pages.shop_codes import ShopList
from connector.pages.subjects import subject_of_entry
from connector.ui.fragments import fragment, version
from connector.ui.lists import ListFilter, Rows, SavedView
from jobqueue.models import JobQueueCategory, JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.registry import kinds
from shops.models import Shop

# Source: BC table 30100, Shpfy Cue, field Synchronization Errors.
SYNC_NUMBERS = (
    30100, 30102, 30104, 30105, 30107, 30108, 30109, 30114, 30115, 30116, 30119, 30120,
)  # fmt: skip
LIVE = (Status.IN_PROCESS, Status.READY, Status.WAITING)  # may change while one looks
ABOUT_TO_START = timedelta(minutes=1)
RUNS_SHOWN = 20


def failed_syncs(rows: Rows) -> Rows:
    waiting_again = Q(
        status__in=[Status.READY, Status.WAITING, Status.ON_HOLD], consecutive_failures__gt=0
    )
    return rows.filter(Q(status=Status.ERROR) | waiting_again).filter(number__in=SYNC_NUMBERS)


def with_status(*statuses: str) -> Any:
    return lambda rows: rows.filter(status__in=statuses)


def _categories() -> list[tuple[str, str]]:
    codes = JobQueueCategory.objects.values_list("code", flat=True)
    return [(code, code) for code in codes]


def _reports() -> list[tuple[str, str]]:
    return [(kind.name, f"{kind.number} {kind.label}") for kind in kinds()]


class JobList(ShopList):
    model = JobQueueEntry
    heading = _("Job queue entries")
    columns = "pages/jobs.html"
    shop_path = "shop"
    views = (
        SavedView("", _("All")),
        SavedView("running", _("Running"), with_status(Status.IN_PROCESS), counted=True),
        SavedView("failed", _("Failed"), with_status(Status.ERROR), counted=True, tone="bad"),
        SavedView("queued", _("Waiting"), with_status(Status.READY, Status.WAITING), counted=True),
        SavedView("recurring", _("Recurring"), lambda rows: rows.filter(recurring=True)),
        SavedView(
            "sync-errors", _("Synchronization errors"), failed_syncs, counted=True, tone="bad"
        ),
    )
    search = ("description__icontains", "kind__icontains", "shop__iexact", "category__iexact")
    search_label = _("Search description, shop or category")
    order = ("-changed", "-pk")
    empty = _("No entries here. Start a sync from a shop card.")
    filters = (
        ListFilter("status", _("Status"), "status", lambda: Status.choices),
        ListFilter("category", _("Job queue category"), "category", _categories),
        ListFilter("report", _("Report"), "kind", _reports),
    )
    below = "pages/jobs_bulk.html"
    actions = "pages/jobs_actions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(bulk=job_words.BULK, actions=self.actions, **kwargs)

    @cached_property
    def _shops(self) -> dict[str, bool]:
        """Code → whether it is enabled."""
        return dict(Shop.objects.values_list("code", "enabled"))

    def shop_codes(self) -> list[str]:
        return list(self._shops) if len(self._shops) > 1 else []

    def rows(self) -> Rows:
        runs = JobQueueLogEntry.objects.filter(entry=OuterRef("pk")).order_by("-fence")
        return JobQueueEntry.objects.annotate(last_run_id=Subquery(runs.values("pk")[:1]))

    def decorate(self, page: Page[Any]) -> None:
        disabled = [code for code, enabled in self._shops.items() if not enabled]
        surroundings = around(page.object_list, timezone.now(), disabled)
        runs = JobQueueLogEntry.objects.in_bulk(
            [entry.last_run_id for entry in page.object_list if entry.last_run_id]
        )
        for entry in page.object_list:
            add_words(entry, self.request, surroundings)
            entry.last_run = runs.get(entry.last_run_id)


def add_words(
    entry: JobQueueEntry, request: HttpRequest, surroundings: Surroundings | None = None
) -> None:
    """Give the row what its template says about it."""
    now = timezone.now()
    words = {
        "why": why(entry, surroundings or around([entry], now)),
        "recurrence": job_words.recurrence(entry),
        "parameters": list(job_words.spread_out(entry.parameters)),
        "actions": job_words.actions_for(entry),
        "allowed": job_words.may_change(request.user, entry),
        "beat": _beat(entry, now),
        "version": version(_shown(entry)),
    }
    entry.__dict__["words"] = words


def _beat(entry: JobQueueEntry, now: datetime) -> str:
    """How often its page asks for news: often while it runs or is about to; "" when at rest."""
    if entry.status not in LIVE:
        return ""
    soon = entry.status == Status.IN_PROCESS or entry.earliest_start <= now + ABOUT_TO_START
    return "tick-3" if soon else "tick-30"


def _shown(entry: JobQueueEntry) -> object:
    return (entry.status, entry.progress, entry.attempts, entry.cancel_requested)


@require_safe
def job(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry = get_object_or_404(JobQueueEntry.objects.select_related("requested_by"), pk=entry_id)
    add_words(entry, request)
    entry.__dict__["words"]["askable"] = subject_of_entry(entry) is not None
    entry.__dict__["words"]["starts"] = next_starts(entry, timezone.now())
    runs = entry.log_entries.order_by("-fence")[:RUNS_SHOWN]
    return render(request, "pages/job.html", {"entry": entry, "runs": runs})


@require_safe
def progress_fragment(request: HttpRequest, entry_id: int) -> HttpResponse:
    """How far the entry is; the page around it is loaded anew when the entry comes to rest."""
    entry = get_object_or_404(JobQueueEntry, pk=entry_id)
    add_words(entry, request)
    response = fragment(request, "pages/job_progress.html", {"entry": entry}, of=_shown(entry))
    if entry.status not in LIVE and "page" in request.GET:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def menu_fragment(request: HttpRequest, entry_id: int) -> HttpResponse:
    """What may be done with one row of the list; the menu is one for all rows."""
    entry = get_object_or_404(JobQueueEntry, pk=entry_id)
    add_words(entry, request)
    return render(request, "pages/job_menu.html", {"entry": entry})
