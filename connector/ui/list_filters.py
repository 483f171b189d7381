"""What narrows a list besides its views: choices, and the filter expressions of request pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """A filter as the page shows it; `clear` is the address without it, "" while it is not set."""

    name: str
    label: Promise | str
    choices: Sequence[tuple[str, Any]]  # none: it comes from another page and is only shown
    value: str
    words: str
    clear: str
    condition: Q
    input: str = ""  # type of the input in which it is typed: "date", "text"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """A choice that narrows the list, under ?name=value; unknown values narrow nothing."""

    name: str
    label: Promise | str
    path: str  # look-up that the value must equal
    choices: Callable[[], Sequence[tuple[str, Any]]]  # value, words

    def chosen(self, query: QueryDict) -> FilterChoice:
        choices = self.choices()
        known = {value: str(words) for value, words in choices}
        value = query.get(self.name, "")
        value = value if value in known else ""
        condition = Q(**{self.path: value}) if value else Q()
        clear = _without(query, self.name) if value else ""
        words = known.get(value, "")
        return FilterChoice(self.name, self.label, choices, value, words, clear, condition)


@dataclass(frozen=True, slots=True)
class ExpressionFilter:
    """An expression under ?name=expression; one that cannot be read narrows nothing."""

    name: str
    label: Promise | str
    read: Callable[[str], Q | None]  # None when it cannot be read

    def chosen(self, query: QueryDict) -> FilterChoice:
        value = query.get(self.name, "")
        condition = self.read(value) if value else None
        if condition is None:
            return FilterChoice(self.name, self.label, (), "", "", "", Q())
        clear = _without(query, self.name)
        return FilterChoice(self.name, self.label, (), value, value, clear, condition)


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """A value that is typed into the bar of the list; one that cannot be read narrows nothing."""

    name: str
    label: Promise | str
    read: Callable[[str], Q | None]  # None when it cannot be read
    input: str = "text"

    def chosen(self, query: QueryDict) -> FilterChoice:
        value = query.get(self.name, "").strip()
        condition = self.read(value) if value else None
        if condition is None:
            return FilterChoice(self.name, self.label, (), "", "", "", Q(), self.input)
        clear = _without(query, self.name)
        return FilterChoice(self.name, self.label, (), value, value, clear, condition, self.input)


def days(path: str, first: Promise | str, last: Promise | str) -> tuple[TypedFilter, TypedFilter]:
    """From and up to a day, under ?from= and ?until=."""
    return (
        TypedFilter("from", first, lambda text: _day(f"{path}__gte", text), "date"),
        TypedFilter("until", last, lambda text: _day(f"{path}__lte", text), "date"),
    )


def _day(lookup: str, text: str) -> Q | None:
    try:
        return Q(**{lookup: date.fromisoformat(text)})
    except ValueError:
        return None


def _without(query: QueryDict, name: str) -> str:
    return with_changes(query, **{name: "", "page": ""})


def with_changes(query: QueryDict, **changes: str) -> str:
    """The query string with `changes`; an empty value removes its name."""
    changed = query.copy()
    apply: Mapping[str, str] = changes
    for name, value in apply.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"?{changed.urlencode()}"
