"""What beat sends: ticks that may be lost or doubled. What recurs, and when, stands in the entries.

Beat is a metronome only: it forgets firings when it is killed, so no schedule may rest on it.
"""

from __future__ import annotations

from django_celery_beat.models import IntervalSchedule, PeriodicTask

TICKS = {
    "jobqueue.tick": (5, IntervalSchedule.SECONDS),
    "jobqueue.housekeeping": (1, IntervalSchedule.HOURS),
}


def install() -> None:
    """Make beat send the queue's ticks. May be called any number of times."""
    for task, (every, period) in TICKS.items():
        interval, _created = IntervalSchedule.objects.get_or_create(every=every, period=period)
        PeriodicTask.objects.update_or_create(
            name=task, defaults={"task": task, "interval": interval, "enabled": True}
        )
