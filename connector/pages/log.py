"""The log: every run of the job queue, how it ended, and which records it could not take."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from connector.pages.issue import NOTE
from connector.pages.issue_groups import by_reason
from connector.pages.issues import add_rights
from connector.pages.log_actions import may_be_ended
from connector.pages.parameters import labelled
from connector.pages.shop_codes import ShopList
from connector.sync.models import Issue, ShopifyRequest
from connector.sync.models import Run as ReportRun
from connector.sync.report import Outcome
from connector.ui.lists import SavedView
from jobqueue.models import JobQueueLogEntry, LogStatus

ISSUES_SHOWN = 100
DRY_LINES_SHOWN = 500
OUTCOMES = {
    Outcome.CREATED.value: _("Would be created"),
    Outcome.UPDATED.value: _("Would be changed"),
    Outcome.SKIPPED.value: _("Would be skipped"),
    Outcome.REJECTED.value: _("Would be refused"),
}


class LogList(ShopList):
    model = JobQueueLogEntry
    heading = _("Log entries")
    columns = "pages/log.html"
    shop_path = "shop"
    views = (
        SavedView("", _("All")),
        SavedView("failed", _("Failed"), lambda rows: rows.filter(status=LogStatus.ERROR)),
        SavedView(
            "issues", _("Succeeded with issues"), lambda rows: rows.filter(status=LogStatus.ISSUES)
        ),
    )
    search = ("description__icontains", "kind__icontains", "error_message__icontains")
    search_label = _("Search description or error")
    order = ("-started", "-pk")
    empty = _("No runs in this period.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(actions="pages/log_actions.html", **kwargs)

    def decorate(self, page: Page[Any]) -> None:
        for run in page.object_list:
            add_duration(run)


def add_duration(run: JobQueueLogEntry) -> None:
    run.__dict__["seconds"] = (
        round((run.ended - run.started).total_seconds(), 1) if run.ended else None
    )


@require_safe
def run(request: HttpRequest, entry_id: int, fence: int) -> HttpResponse:
    """One run of an entry."""
    row = get_object_or_404(JobQueueLogEntry, entry_id=entry_id, fence=fence)
    return _run_page(request, row)


@require_safe
def log_entry(request: HttpRequest, log_id: int) -> HttpResponse:
    """One run by its own number: also when its entry has been removed."""
    return _run_page(request, get_object_or_404(JobQueueLogEntry, pk=log_id))


def _run_page(request: HttpRequest, row: JobQueueLogEntry) -> HttpResponse:
    add_duration(row)
    issues = Issue.objects.filter(run__log_entry=row).select_related("shop")
    listed = list(issues.order_by("outcome", "-pk")[:ISSUES_SHOWN])
    add_rights(listed, request)
    shown = {
        "run": row,
        "groups": by_reason(listed),
        "more": issues.count() - len(listed) if len(listed) == ISSUES_SHOWN else 0,
        "requests": ShopifyRequest.objects.filter(log_entry=row).count(),
        "parameters": labelled(row.kind, row.parameters),
        "note_length": NOTE,
        "may_be_ended": may_be_ended(request.user, row),
    }
    return render(request, "pages/run.html", shown | _dry(row))


def _dry(row: JobQueueLogEntry) -> dict[str, Any]:
    """What a dry run would have done; nothing of a run that did what it does."""
    run = ReportRun.objects.filter(log_entry=row, dry_run=True).first()
    if run is None:
        return {}
    lines = list(run.dry_run_lines.order_by("pk")[:DRY_LINES_SHOWN])
    for line in lines:
        line.__dict__["outcome_words"] = OUTCOMES.get(line.outcome, line.outcome)
    more = run.dry_run_lines.count() - len(lines)
    return {"dry_run": run, "dry_lines": lines, "dry_more": more}
