"""Skipped records by the reason they share: mended once, they are tried again at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count

from connector.sync.models import Issue

Key = tuple[int, str, str]  # shop, report, code


@dataclass(frozen=True, slots=True)
class IssueGroup:
    issues: Sequence[Issue]  # of the page, at least one
    open: int  # how many are open in all, also of other runs: that many a retry takes

    @property
    def first(self) -> Issue:
        return self.issues[0]

    @property
    def reason(self) -> str:
        """The words of the first; each that says it otherwise shows its own."""
        return self.first.reason

    @property
    def outcome(self) -> str:
        return self.first.outcome

    @property
    def outcome_words(self) -> str:
        return self.first.get_outcome_display()

    @property
    def may_handle(self) -> bool:
        return bool(self.first.__dict__.get("handled_here"))


def by_reason(issues: Iterable[Issue]) -> list[IssueGroup]:
    """In the order of their first records. One query."""
    groups: dict[Key, list[Issue]] = {}
    for issue in issues:
        groups.setdefault((issue.shop_id, issue.report, issue.code), []).append(issue)
    if not groups:
        return []
    counts = _open({code for _shop, _report, code in groups})
    return [IssueGroup(rows, counts.get(key, 0)) for key, rows in groups.items()]


def _open(codes: Iterable[str]) -> dict[Key, int]:
    rows = Issue.objects.open().filter(code__in=list(codes)).order_by()
    counted = rows.values_list("shop", "report", "code").annotate(number=Count("pk"))
    return {(shop, report, code): number for shop, report, code, number in counted}
