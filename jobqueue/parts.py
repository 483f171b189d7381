"""A run in parts: it stepped aside or was put off, and goes on later.

What the earlier parts did stays on the entry until the last one ends, so that a run tells of all
its work, and so that its parts together keep to the job timeout. `seconds` are those that they ran,
without the waits between them.
{"parts": 2, "since": "2026-03-02T12:00:00+00:00", "seconds": 1200.5, "counts": {"read": 40}}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from jobqueue.models import JobQueueEntry
from jobqueue.moments import moment


def before(entry: JobQueueEntry) -> dict[str, int]:
    """What the earlier parts of the entry's run counted."""
    return dict(entry.so_far.get("counts", {}))


def time_left(entry: JobQueueEntry) -> timedelta:
    """What the earlier parts left of the job timeout."""
    used: float = entry.so_far.get("seconds", 0.0)
    return max(entry.job_timeout - timedelta(seconds=used), timedelta(0))


def and_this(entry: JobQueueEntry, counts: Mapping[str, int], clock: datetime) -> dict[str, Any]:
    """What is to be kept when another part has ended at `clock` that is not the last."""
    assert entry.started is not None
    ran = (clock - entry.started).total_seconds()
    return {
        "seconds": round(entry.so_far.get("seconds", 0.0) + ran, 3),
        "parts": entry.so_far.get("parts", 0) + 1,
        "since": entry.so_far.get("since") or entry.started.isoformat(),
        "counts": dict(Counter(before(entry)) + Counter(counts)),
    }


def told(entry: JobQueueEntry) -> str:
    """What the end of the last part says of the whole run; "" when there was only one."""
    if not entry.so_far:
        return ""
    since = moment(datetime.fromisoformat(entry.so_far["since"]))
    text = _("It ran in %(parts)d parts since %(since)s. The counts are of all of them.")
    return text % {"parts": entry.so_far["parts"] + 1, "since": since}
