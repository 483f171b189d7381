"""What a person may ask of a report: checked when it is asked for, kept as JSON, read when it runs.

{"filters": {"financial_status": "PAID|PARTIALLY_REFUNDED"}, "options": {"retry": "due"}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from connector.sync.report import Report
from jobqueue.filters import BadFilter, Filter, parse


class BadParameters(ValueError):
    """A filter or an option that the report does not have, or that cannot be read."""


def checked(
    report: type[Report[Any]], filters: Mapping[str, str], options: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Return the parameters as they are kept. Raises BadParameters with what would be right."""
    read_filters(report, filters)
    read_options(report, options)
    return {"filters": dict(filters), "options": dict(options)}


def read_filters(report: type[Report[Any]], filters: Mapping[str, str]) -> dict[str, Filter]:
    """Raises BadParameters."""
    parsed = {}
    for name, expression in filters.items():
        field = report.filters.get(name)
        if field is None:
            raise BadParameters(_unknown(_("filter"), name, report.filters))
        try:
            parsed[name] = parse(expression, field.type)
        except BadFilter as exc:
            raise BadParameters(f"{name}: {exc}") from exc
    return parsed


def read_options(report: type[Report[Any]], options: Mapping[str, str]) -> dict[str, str]:
    """Return all options of the report, with defaults. Raises BadParameters."""
    values = {name: option.choices[0] for name, option in report.options.items()}
    for name, value in options.items():
        if name not in report.options:
            raise BadParameters(_unknown(_("option"), name, report.options))
        choices = report.options[name].choices
        if value not in choices:
            text = _("%(name)s=%(value)s: choose one of %(choices)s.")
            raise BadParameters(
                text % {"name": name, "value": value, "choices": ", ".join(choices)}
            )
        values[name] = value
    return values


def _unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    text = _("The report has no %(what)s “%(name)s”. It has: %(known)s.")
    return text % {"what": what, "name": name, "known": ", ".join(known) or "–"}
