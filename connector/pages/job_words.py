"""Says in words how an entry recurs, and what may be done with it."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from jobqueue import schedule_words
from jobqueue.models import JobQueueEntry, Status


class Action(NamedTuple):
    name: str
    label: Promise
    icon: str


READY = Action("ready", gettext_lazy("Set status to ready"), "clock")
HOLD = Action("hold", gettext_lazy("Set on hold"), "circle-pause")
RESTART = Action("restart", gettext_lazy("Restart"), "rotate-ccw")
CANCEL_RUN = Action("cancel", gettext_lazy("Cancel run"), "ban")
RUN = Action("run", gettext_lazy("Run now"), "play")
ONCE = Action("once", gettext_lazy("Run once"), "skip-forward")
DELETE = Action("delete", gettext_lazy("Delete"), "trash-2")
CANCEL = Action("cancel", pgettext_lazy("take out of the job queue", "Cancel"), "ban")

# The first is the one that mends; lists show only that, and the others in a menu.
ACTIONS: dict[str, tuple[Action, ...]] = {
    Status.READY: (RUN, RESTART, HOLD, CANCEL, DELETE),
    Status.WAITING: (HOLD, CANCEL, READY, DELETE),
    Status.IN_PROCESS: (CANCEL_RUN, HOLD),
    Status.ERROR: (RESTART, READY, HOLD, DELETE),
    Status.ON_HOLD: (READY, RUN, DELETE),
    Status.FINISHED: (RESTART, DELETE),
    Status.INACTIVE: (RUN, READY, HOLD, DELETE),
}
BULK = (READY, HOLD, RESTART, RUN, ONCE, CANCEL, DELETE)


def actions_for(entry: JobQueueEntry) -> tuple[Action, ...]:
    if entry.status == Status.IN_PROCESS and entry.hold_reason:
        return (CANCEL_RUN, READY)  # it goes on hold after its run: that can be taken back
    *moves, last = ACTIONS[entry.status]
    return (*moves, ONCE, last) if _has_a_plan(entry) else (*moves, last)


def _has_a_plan(entry: JobQueueEntry) -> bool:
    """Whether running it once would leave a schedule or a hold as it is."""
    return entry.status != Status.IN_PROCESS and (entry.recurring or entry.status == Status.ON_HOLD)


def may_change(user: AbstractBaseUser | AnonymousUser, entry: JobQueueEntry) -> bool:
    """A person may steer what they asked for themselves; everything with the queue's permission."""
    if not isinstance(user, User):
        return False
    own = entry.requested_by_id is not None and entry.requested_by_id == user.pk
    return own or user.has_perm("jobqueue.change_jobqueueentry")


def recurrence(entry: JobQueueEntry) -> str:
    """How often it runs: "Every 15 minutes on weekdays between 07:00 and 21:00"; "" when once."""
    return schedule_words.words(entry.rule()) if entry.recurring else ""
