"""What is wrong with a value, in the reader's language: Pydantic itself speaks English only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

OTHER = gettext_lazy("This value cannot be taken.")
OBJECT = gettext_lazy("Write an object with names and values.")
# By Pydantic's type of error, or by what that begins with.
SENTENCES = {
    "extra_forbidden": gettext_lazy("This name is not known here. Leave it out."),
    "missing": gettext_lazy("This is missing."),
    "int": gettext_lazy("Write a whole number."),
    "bool": gettext_lazy("Write true or false."),
    "string_type": gettext_lazy("Write a text."),
    "string_too_long": gettext_lazy("Write %(max_length)s characters at most."),
    "string_pattern_mismatch": gettext_lazy("It has characters that are not allowed here."),
    "literal_error": gettext_lazy("Write one of these: %(expected)s."),
    "list": gettext_lazy("Write a list."),
    "too_long": gettext_lazy("Write %(max_length)s values at most."),
    "dict": OBJECT,
    "model": OBJECT,
    "greater_than_equal": gettext_lazy("Write %(ge)s or more."),
    "less_than_equal": gettext_lazy("Write %(le)s or less."),
    "timezone_aware": gettext_lazy("Add the time zone, as in 2026-03-09T06:00:00Z."),
    "datetime": gettext_lazy("Write a time as in 2026-03-09T06:00:00Z."),
    "date": gettext_lazy("Write a date as in 2026-12-24."),
    "time": gettext_lazy("Write a time of day as in 08:00."),
}


def sentence(error: Mapping[str, Any]) -> str:
    """`error`: one of those that a ValidationError lists."""
    kind, context = error["type"], dict(error.get("ctx", {}))
    if kind == "value_error":  # our own, see LocalTime
        return _("Write a time without a zone: it is local to “zone”.")
    if "expected" in context:
        context["expected"] = context["expected"].replace(" or ", ", ")
    return str(SENTENCES.get(kind) or SENTENCES.get(kind.partition("_")[0], OTHER)) % context
