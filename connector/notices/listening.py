"""Listens to the queue: which ends of runs a person is told of, and whether by e-mail too."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from connector.notices.models import Notice, Preference
from jobqueue import database
from jobqueue.models import LogStatus, Status
from jobqueue.signals import RunEnded

Outcome = Notice.Outcome
GOOD = {LogStatus.SUCCESS: Outcome.SUCCESS, LogStatus.ISSUES: Outcome.ISSUES}


def tell_starter(*, ended: RunEnded, **_signal: Any) -> None:
    """Note the end for the person who started the run, in the transaction of the end."""
    if ended.entry.requested_by_id is None:
        return
    outcome = _recurring(ended) if ended.entry.recurring else _once(ended)
    if outcome is not None:
        with transaction.atomic():  # should it fail, the end of the run is written all the same
            _note(ended, outcome, ended.entry.requested_by_id)


def _once(ended: RunEnded) -> Notice.Outcome | None:
    """The end of a one-off entry; None while it goes on: retried, put off, done by a twin."""
    match ended.outcome:
        case LogStatus.SUCCESS | LogStatus.ISSUES:
            return GOOD[ended.outcome]
        case LogStatus.ERROR if ended.status == Status.ERROR:
            return Outcome.ERROR
        case LogStatus.CANCELLED:
            return Outcome.CANCELLED
        case LogStatus.EXPIRED:
            return Outcome.EXPIRED
    return None


def _recurring(ended: RunEnded) -> Notice.Outcome | None:
    """Of a schedule only a change: from good to failed, to a halt, and back."""
    before = ended.entry.consecutive_failures
    if ended.outcome in GOOD:
        return GOOD[ended.outcome] if before else None
    failed = ended.outcome == LogStatus.ERROR and ended.failures > before
    return Outcome.ERROR if failed and (not before or ended.status == Status.ON_HOLD) else None


def _note(ended: RunEnded, outcome: Notice.Outcome, user_id: int) -> None:
    entry, now = ended.entry, database.clock()
    back = entry.recurring and outcome in {Outcome.SUCCESS, Outcome.ISSUES}
    notice = Notice(
        user_id=user_id,
        entry_id=entry.pk,
        fence=ended.fence,
        description=entry.description or entry.kind,
        outcome=outcome,
        back=back,
        message=ended.message,
        counts=dict(ended.counts),
        issues=ended.issues,
        ended_at=now,
    )
    if settings.EMAIL_ON and _wants_mail(Preference.of(user_id), notice):
        notice.mail, notice.mail_at = Notice.Mail.TO_SEND, now
    notice.save(force_insert=True)


def _wants_mail(preference: Preference, notice: Notice) -> bool:
    if preference.mail == Preference.Mail.PROBLEMS:
        return notice.back or notice.outcome not in {Outcome.SUCCESS, Outcome.CANCELLED}
    return bool(preference.mail == Preference.Mail.ALWAYS)
