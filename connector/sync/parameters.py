"""What a person may ask of a report: checked when it is asked for, kept as JSON, read when it runs.

{"filters": {"financial_status": "PAID|PARTIALLY_REFUNDED"}, "options": {"retry": "due"}}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from connector.sync.report import Asked, Declared, Option
from jobqueue.filters import BadFilter, Filter, parse


class BadParameters(ValueError):
    """A filter or an option that the report does not have, or that cannot be read."""


def checked(
    declared: Declared, filters: Mapping[str, str], options: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Return the parameters as they are kept. Raises BadParameters with what would be right."""
    read_filters(declared, filters)
    read_options(declared, options)
    return {"filters": dict(filters), "options": dict(options)}


def of_a_schedule(declared: Declared) -> dict[str, str]:
    """The options that what recurs starts with, where they are not the defaults."""
    return {name: o.scheduled for name, o in declared.options.items() if o.scheduled}


def read(declared: Declared, parameters: Mapping[str, Any]) -> Asked:
    """Read parameters as they are kept. Raises BadParameters."""
    return Asked(
        read_filters(declared, parameters.get("filters", {})),
        read_options(declared, parameters.get("options", {})),
    )


def read_filters(declared: Declared, filters: Mapping[str, str]) -> dict[str, Filter]:
    """Raises BadParameters."""
    parsed = {}
    for name, expression in filters.items():
        field = declared.filters.get(name)
        if field is None:
            raise BadParameters(_unknown(_("filter"), name, declared.filters))
        try:
            parsed[name] = parse(expression, field.type)
        except BadFilter as exc:
            raise BadParameters(f"{name}: {exc}") from exc
    return parsed


def read_options(declared: Declared, options: Mapping[str, str]) -> dict[str, str]:
    """Return all options of the report, with defaults. Raises BadParameters."""
    values = {name: option.default for name, option in declared.options.items()}
    for name, value in options.items():
        if name not in declared.options:
            raise BadParameters(_unknown(_("option"), name, declared.options))
        _check(name, value, declared.options[name])
        values[name] = value
    return values


def _check(name: str, value: str, option: Option) -> None:
    if not option.choices:
        _check_day(name, value)
    elif value not in option.choices:
        text = _("%(name)s=%(value)s: choose one of %(choices)s.")
        choices = ", ".join(option.choices)
        raise BadParameters(text % {"name": name, "value": value, "choices": choices})


def _check_day(name: str, value: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        text = _("%(name)s=%(value)s is not a date. Write it like 2026-03-09.")
        raise BadParameters(text % {"name": name, "value": value}) from None


def _unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    text = _("The report has no %(what)s “%(name)s”. It has: %(known)s.")
    return text % {"what": what, "name": name, "known": ", ".join(known) or "–"}
