"""The job queue: what waits, runs and failed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.core.paginator import Page
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from connector.pages import job_words
from connector.pages.job_state import OFTEN, SELDOM, add_words
from connector.pages.shop_codes import ShopList
from connector.rolecenter.pauses import holding
from connector.ui.list_filters import ListFilter
from connector.ui.lists import Rows, SavedView
from jobqueue.models import JobQueueCategory, JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.reasons import around
from jobqueue.registry import kinds

# Source: BC table 30100, Shpfy Cue, field Synchronization Errors.
SYNC_NUMBERS = (
    30100, 30102, 30104, 30105, 30107, 30108, 30109, 30114, 30115, 30116, 30119, 30120,
)  # fmt: skip


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
        SavedView(
            "running",
            _("Running"),
            with_status(Status.IN_PROCESS),
            counted=True,
            empty=_("Nothing is running. What comes next stands under “Waiting”."),
        ),
        SavedView(
            "failed",
            _("Failed"),
            with_status(Status.ERROR),
            counted=True,
            tone="bad",
            empty=_("No entry has failed."),
        ),
        SavedView(
            "queued",
            _("Waiting"),
            with_status(Status.READY, Status.WAITING),
            counted=True,
            empty=_("Nothing waits. Make an entry that runs by itself, or start a sync."),
        ),
        SavedView(
            "recurring",
            _("Recurring"),
            lambda rows: rows.filter(recurring=True),
            empty=_("No entry runs by itself yet. Make one: orders every 15 minutes, for example."),
        ),
        SavedView(
            "sync-errors",
            _("Synchronization errors"),
            failed_syncs,
            counted=True,
            tone="bad",
            empty=_("No synchronization has failed."),
        ),
    )
    search = ("description__icontains", "kind__icontains", "shop__iexact", "category__iexact")
    search_label = _("Search description, shop or category")
    order = ("-changed", "-pk")
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "description": ("description", "pk"),
        "status": ("status", "pk"),
        "start": ("earliest_start", "pk"),
        "last": ("last_run_id", "pk"),
    }
    empty = _("No entries here. Start a sync from a shop card.")
    filters = (
        ListFilter("status", _("Status"), "status", lambda: Status.choices),
        ListFilter("category", _("Job queue category"), "category", _categories),
        ListFilter("report", _("Report"), "kind", _reports),
    )
    above = "ui/pauses.html"
    below = "pages/jobs_bulk.html"
    actions = "pages/jobs_actions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = super().get_context_data(
            bulk=job_words.BULK,
            actions=self.actions,
            actions_empty=self.actions,
            pauses=holding(timezone.now()),
            back=self.request.get_full_path(),
            **kwargs,
        )
        return shown | watched_rows(shown["page"], self.request.GET.urlencode())

    def rows(self) -> Rows:
        runs = JobQueueLogEntry.objects.filter(entry=OuterRef("pk")).order_by("-fence")
        return JobQueueEntry.objects.annotate(last_run_id=Subquery(runs.values("pk")[:1]))

    def decorate(self, page: Page[Any]) -> None:
        self.add_words(list(page))
        self.add_last_runs(list(page))

    def add_words(self, entries: Sequence[Any]) -> None:
        """Give each row what its template says about it; its last run is another step."""
        surroundings = around(entries, timezone.now())
        for entry in entries:
            add_words(entry, self.request, surroundings)

    def add_last_runs(self, entries: Sequence[Any]) -> None:
        runs = JobQueueLogEntry.objects.in_bulk(
            [entry.last_run_id for entry in entries if entry.last_run_id]
        )
        for entry in entries:
            entry.last_run = runs.get(entry.last_run_id)


def watched_rows(entries: Iterable[Any], query: str) -> dict[str, Any]:
    """What the page asks for news with: its rows as it shows them, and how often; never at rest."""
    beats = {entry.words["beat"] for entry in entries}
    return {
        "shown": "-".join(f"{entry.pk}.{entry.words['version']}" for entry in entries),
        "beat": next((beat for beat in (OFTEN, SELDOM) if beat in beats), ""),
        "query": query,
    }


@require_safe
def rows_fragment(request: HttpRequest) -> HttpResponse:
    """Those of ?rows=PK.VERSION-PK.VERSION… that look otherwise by now; 204 when none does.

    Rows stay where they are: the list is not sorted anew under a person's hands.
    """
    shown = dict(
        pair.split(".", 1) for pair in request.GET.get("rows", "").split("-") if "." in pair
    )
    wanted = [int(pk) for pk in shown if pk.isdecimal()][: JobList.page_size]
    query = QueryDict(request.GET.get("query", "")).urlencode()
    jobs = JobList.of(request, query)
    entries = list(jobs.rows().filter(pk__in=wanted))
    jobs.add_words(entries)
    changed = [entry for entry in entries if shown[str(entry.pk)] != entry.words["version"]]
    if not changed and len(entries) == len(shown):
        return HttpResponse(status=204)
    jobs.add_last_runs(changed)
    context = watched_rows(entries, query) | {
        "changed": changed,
        "back": f"{reverse('jobs')}?{query}",
    }
    response = render(request, "pages/jobs_news.html", context)
    response["Cache-Control"] = "no-store"
    return response
