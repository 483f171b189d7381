"""Days and times as text, the same in every sentence and table."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import get_language

TIME = "H:i"


def day_text(value: date) -> str:
    """In English the month is a word, so that nobody takes 3 February for 2 March."""
    english = (get_language() or "en").startswith("en")
    return formats.date_format(value, "j M Y" if english else "SHORT_DATE_FORMAT")


def moment_text(value: datetime) -> str:
    """Day and time of day, in the current time zone."""
    local = timezone.localtime(value)
    return f"{day_text(local)}, {formats.date_format(local, TIME)}"
