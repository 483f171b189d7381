"""What an entry or a run was asked for, with the labels of its request page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from connector.pages.subjects import declared_of
from connector.sync.report import Declared, FilterField, Option
from jobqueue.filters import Type

Pair = tuple[str, str]


def labelled(kind: str, parameters: Mapping[str, Any]) -> list[Pair]:
    """(label, words) of each value; of what is not declared any more its name and its value."""
    declared = declared_of(kind)
    return list(_known(declared, parameters)) if declared else list(spread_out(parameters))


def _known(declared: Declared, parameters: Mapping[str, Any]) -> Iterator[Pair]:
    if company := parameters.get("company"):
        yield _("Company"), str(company)
    for name, value in parameters.get("options", {}).items():
        yield _option(declared.options.get(name), name, str(value))
    for name, expression in parameters.get("filters", {}).items():
        yield _filter(declared.filters.get(name), name, str(expression))
    rest = {"company", "options", "filters"}
    yield from spread_out({k: v for k, v in parameters.items() if k not in rest})


def _option(option: Option | None, name: str, value: str) -> Pair:
    return (str(option.label), str(option.choices.get(value, value))) if option else (name, value)


def _filter(field: FilterField | None, name: str, expression: str) -> Pair:
    if field is None:
        return name, expression
    words = {"yes": _("Yes"), "no": _("No")} if field.type is Type.BOOLEAN else {}
    return str(field.label), words.get(expression, expression)


def spread_out(parameters: Mapping[str, Any], above: str = "") -> Iterator[Pair]:
    """Values nobody declared, readable all the same: {"a": {"b": 1}} is ("a · b", "1")."""
    for name, value in parameters.items():
        path = f"{above} · {name}" if above else name
        if isinstance(value, Mapping):
            yield from spread_out(value, path)
        elif isinstance(value, list):
            yield path, ", ".join(str(one) for one in value)
        else:
            yield path, str(value)
