"""Keeps the list of records that were not taken: opens, repeats and closes issues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from connector.sync.models import Issue, Run
from connector.sync.report import Outcome, Result
from shops.models import Shop

Noted = tuple[str, str, Result]  # id, name, what became of it

LONGEST_PAUSE = timedelta(hours=24)


def pause(attempts: int) -> timedelta:
    """How long a scheduled run leaves a rejected record alone: 5, 10, 20 … minutes, a day at most."""
    doubled: int = 2 ** min(attempts - 1, 20)
    return min(timedelta(minutes=5) * doubled, LONGEST_PAUSE)


def note(run: Run, noted: Sequence[Noted], now: datetime) -> None:
    """Record a batch: what was not taken opens or repeats an issue, what was taken closes its own."""
    known = {
        issue.gid: issue
        for issue in Issue.objects.filter(
            shop=run.shop_id, report=run.report, gid__in=[gid for gid, _name, _result in noted]
        )
    }
    fresh, again, closed = [], [], []
    for gid, name, result in noted:
        issue = known.get(gid)
        if not _listed(result, run):
            if issue and issue.state == Issue.State.OPEN:
                closed.append(issue.pk)
        elif issue:
            again.append(_repeated(issue, run, result, now))
        else:
            fresh.append(_opened(run, gid, name, result, now))
    Issue.objects.bulk_create(fresh)
    if again:
        Issue.objects.bulk_update(again, _REPEATED)
    if closed:
        Issue.objects.filter(pk__in=closed).update(state=Issue.State.RESOLVED, next_try=None)


_REPEATED = ["run", "outcome", "code", "reason", "state", "attempts", "next_try", "last_seen"]


def _listed(result: Result, run: Run) -> bool:
    """A shop that keeps no log lists nothing that nobody has to do anything about."""
    if result.outcome is Outcome.SKIPPED:
        return result.listed and run.shop.logging_mode != Shop.LoggingMode.DISABLED
    return result.listed and result.outcome is Outcome.REJECTED


def _opened(run: Run, gid: str, name: str, result: Result, now: datetime) -> Issue:
    return Issue(
        shop_id=run.shop_id,
        report=run.report,
        gid=gid,
        ref=name[:100],
        run=run,
        outcome=result.outcome.value,
        code=result.code,
        reason=result.reason,
        next_try=now + pause(1) if result.outcome is Outcome.REJECTED else None,
        first_seen=now,
        last_seen=now,
    )


def _repeated(issue: Issue, run: Run, result: Result, now: datetime) -> Issue:
    """A dismissed issue stays dismissed as long as its reason is the one a person dismissed."""
    if issue.state != Issue.State.DISMISSED or issue.reason != result.reason:
        issue.attempts = issue.attempts + 1 if issue.state == Issue.State.OPEN else 1
        issue.state = Issue.State.OPEN
    issue.run, issue.last_seen = run, now
    issue.outcome, issue.code, issue.reason = result.outcome.value, result.code, result.reason
    rejected = result.outcome is Outcome.REJECTED
    issue.next_try = now + pause(issue.attempts) if rejected else None
    return issue
