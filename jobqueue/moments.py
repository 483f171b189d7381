"""How the queue's sentences tell a time."""

from __future__ import annotations

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import get_language


def moment(at: datetime) -> str:
    """Day and time of day in the current time zone, which is named where it is UTC.

    Pages name the zone of their person once; what else tells times, as commands, speaks UTC.
    In English the month is a word, so that nobody takes 3 February for 2 March.
    """
    local = timezone.localtime(at)
    english = (get_language() or "en").startswith("en")
    day = formats.date_format(local, "j M Y" if english else "SHORT_DATE_FORMAT")
    clock = formats.date_format(local, "H:i")
    return f"{day}, {clock} UTC" if local.tzname() == "UTC" else f"{day}, {clock}"
