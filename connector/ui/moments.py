"""Days as text, the same in every table."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import get_language, ngettext

TIME = "H:i"


def day_text(value: date) -> str:
    """In English the month is a word, so that nobody takes 3 February for 2 March."""
    english = (get_language() or "en").startswith("en")
    return formats.date_format(value, "j M Y" if english else "SHORT_DATE_FORMAT")


def span_text(value: timedelta) -> str:
    """How long, in its largest whole unit: "42 seconds", "3 minutes", "2 hours"."""
    minutes, seconds = divmod(max(0, round(value.total_seconds())), 60)
    hours = minutes // 60
    if hours:
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    if minutes:
        return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
    return ngettext("%(number)d second", "%(number)d seconds", seconds) % {"number": seconds}
