"""What a handler may raise to steer its own run, and what the queue itself refuses."""

from __future__ import annotations

from datetime import timedelta


class JobError(Exception):
    """Base of everything the queue understands."""


class Retry(JobError):
    """Try again later. Counts as an attempt; the entry ends in Error when none is left."""

    def __init__(
        self, message: str, after: timedelta | None = None, *, about_shop: bool = False
    ) -> None:
        super().__init__(message)
        self.after = after  # at least this long; None: the usual back-off
        self.about_shop = about_shop  # the shop is to blame; five in a row pause it


class Halt(JobError):
    """Stop for good: no retry helps until a person changes something."""


class Snooze(JobError):
    """Go on after a wait that is nobody's fault. Not counted as an attempt."""

    def __init__(self, after: timedelta, message: str = "") -> None:
        super().__init__(message)
        self.after = after


class SliceOver(Snooze):
    """The run has held its worker long enough: the rest goes on behind what is due already."""

    def __init__(self, message: str = "") -> None:
        super().__init__(timedelta(0), message)


class ClaimLost(JobError):
    """Another worker took the entry over; this one must write nothing more."""


class Cancelled(JobError):
    """A person asked for the run to stop."""


class TimedOut(JobError):
    """The run took longer than the entry's job timeout allows."""


class ShuttingDown(JobError):
    """The worker is asked to stop; the entry goes back in line, not counted as an attempt."""


class Refused(JobError):
    """A change that the entry's state does not allow. The message is a sentence for people."""


class UnknownKind(JobError):
    """No such kind is registered. The message lists those that are."""
