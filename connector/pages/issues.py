"""Records that a report looked at and did not take, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from connector.pages.issue_retries import may_handle
from connector.pages.shop_codes import ShopList
from connector.sync.models import Issue
from connector.ui.lists import Rows, SavedView


def open_with(outcome: str) -> SavedView:
    def rows(issues: Rows) -> Rows:
        return issues.filter(state=Issue.State.OPEN, outcome=outcome)

    return SavedView(outcome, Issue.Outcome(outcome).label, rows)


class IssueList(ShopList):
    model = Issue
    heading = _("Skipped records")
    columns = "pages/issues.html"
    views = (
        SavedView(
            "open", _("Open"), lambda rows: rows.filter(state=Issue.State.OPEN), counted=True
        ),
        open_with(Issue.Outcome.REJECTED),
        open_with(Issue.Outcome.SKIPPED),
        SavedView("", _("All")),
    )
    search = ("ref__icontains", "reason__icontains")
    search_label = _("Search record or reason")
    order = ("-last_seen", "-pk")
    empty = _("Every record was taken.")

    def rows(self) -> Rows:
        return Issue.objects.select_related("shop")

    def decorate(self, page: Page[Any]) -> None:
        add_rights(page.object_list, self.request)


def add_rights(rows: Iterable[Issue], request: HttpRequest) -> None:
    """Say on each row whether this person may handle it."""
    for issue in rows:
        issue.__dict__["handled_here"] = may_handle(request.user, issue)
