"""What beat sends: ticks that may be lost or doubled. What recurs, and when, stands in the entries.

Beat is a metronome only: it forgets firings when it is killed, so no schedule may rest on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import IntervalSchedule, PeriodicTask


@dataclass(frozen=True, slots=True)
class Tick:
    """A Celery task that beat sends, unless an administrator says otherwise, every so often."""

    task: str
    every: int
    period: str  # of IntervalSchedule
    purpose: str | Promise  # what it does, for administrators


_ticks: dict[str, Tick] = {}


def register(tick: Tick) -> None:
    """Let beat send this tick too. An app that has maintenance of its own calls it when it loads."""
    _ticks[tick.task] = tick


def registered() -> dict[str, Tick]:
    """All ticks, by the name of their task."""
    return dict(_ticks)


def install() -> None:
    """Make beat send the ticks. May be called any number of times.

    What an administrator changed stays as it is; a tick that is missing comes back.
    """
    for tick in _ticks.values():
        if not PeriodicTask.objects.filter(name=tick.task).exists():
            interval, _created = IntervalSchedule.objects.get_or_create(
                every=tick.every, period=tick.period
            )
            PeriodicTask.objects.get_or_create(
                name=tick.task, defaults={"task": tick.task, "interval": interval}
            )


register(
    Tick(
        "jobqueue.tick",
        5,
        IntervalSchedule.SECONDS,
        _("Mends what a dead worker left behind, and rings for entries that are due."),
    )
)
register(
    Tick(
        "jobqueue.housekeeping",
        1,
        IntervalSchedule.HOURS,
        _("Deletes log entries and finished entries that are older than they are kept."),
    )
)
