"""BC's filter expressions: one parser, two readings (a Python test and a database condition).

    a            equal            a..b  ..b  a..    range, both ends included
    <>a <a <=a >a >=a             a|b   either      a&b   both (binds tighter)
    *  ?         any text, one character    @a  in any case    ''  empty    'a|b'  taken literally

Source: BC's filter criteria in "Sorting, searching and filtering lists".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _


class BadFilter(ValueError):
    """The expression cannot be read. `position` counts from 0 in the expression as given."""

    def __init__(self, sentence: str, expression: str, position: int) -> None:
        super().__init__(f"{sentence}\n  {expression}\n  {' ' * position}^")
        self.position = position


class Type(Enum):
    TEXT = "text"  # compared as it stands, or in any case after @
    CHOICE = "choice"  # a status: case and "_", "-" or blank between words do not matter
    NUMBER = "number"
    DATE = "date"  # a day or a moment; a day alone means all of it, UTC
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison. `low` and `high` are the ends of a range; both are inclusive."""

    operator: str  # "=", "<>", "<", "<=", ">", ">=", ".."
    value: Any = None
    low: Any = None
    high: Any = None
    pattern: str = ""  # a regular expression, where * or ? was used
    any_case: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed expression: any of `groups`, and of a group all terms."""

    type: Type
    groups: tuple[tuple[Term, ...], ...]

    def matches(self, value: Any) -> bool:
        """Whether a record whose field holds `value` is meant."""
        return any(all(_holds(self.type, term, value) for term in group) for group in self.groups)

    def q(self, field: str) -> Q:
        """The same as a condition on the database column `field`."""
        groups = [reduce(and_, [_q(self.type, t, field) for t in group]) for group in self.groups]
        return reduce(or_, groups)


def parse(expression: str, type_: Type = Type.TEXT) -> Filter:
    """Raises BadFilter, pointing at the place."""
    groups: list[tuple[Term, ...]] = []
    for group, start in _split(expression, 0, "|"):
        terms = [_term(text, at, expression, type_) for text, at in _split(group, start, "&")]
        groups.append(tuple(terms))
    return Filter(type_, tuple(groups))


def _split(text: str, start: int, separator: str) -> list[tuple[str, int]]:
    """Cut at `separator` outside quotes; each part with where it begins in the whole."""
    parts, begin, quoted = [], 0, False
    for index, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif character == separator and not quoted:
            parts.append((text[begin:index], start + begin))
            begin = index + 1
    if quoted:
        raise BadFilter(_("A quote is opened and not closed."), text, text.rindex("'"))
    return [*parts, (text[begin:], start + begin)]


_OPERATOR = re.compile(r"\s*(<>|<=|>=|<|>|=)?\s*")


def _term(text: str, at: int, whole: str, type_: Type) -> Term:
    if not text.strip():
        raise BadFilter(_("A value is missing here. For an empty value write ''."), whole, at)
    match = _OPERATOR.match(text)
    assert match is not None  # every part of the pattern is optional
    operator, rest = match[1] or "=", text[match.end() :].strip()
    at += match.end()
    if ".." in rest and not rest.startswith("'"):
        return _range(rest, at, whole, type_, operator)
    read = _reader(type_, whole, at)
    if type_ is Type.TEXT:
        return _text_term(operator, rest)
    return Term(operator, read(_unquoted(rest)))


def _range(rest: str, at: int, whole: str, type_: Type, operator: str) -> Term:
    if operator != "=":
        raise BadFilter(_("A range stands alone: leave the sign before it away."), whole, at)
    low, high = (part.strip() for part in rest.split("..", 1))
    if not low and not high:
        raise BadFilter(_("A range needs at least one end: 1..5, 1.. or ..5."), whole, at)
    read = _reader(type_, whole, at)
    return Term("..", low=read(_unquoted(low)) if low else None, high=_last(read, high))


def _last(read: Callable[[str], Any], high: str) -> Any:
    """The upper end of a range; a day alone means until its end."""
    if not high:
        return None
    value = read(_unquoted(high))
    return value[1] if isinstance(value, tuple) else value


def _text_term(operator: str, rest: str) -> Term:
    if any_case := rest.startswith("@"):
        rest = rest[1:]
    literal = _unquoted(rest)
    if rest.startswith("'") or not set("*?") & set(literal):
        return Term(operator, literal, any_case=any_case)
    pattern = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in literal)
    return Term(operator, literal, pattern=f"^{pattern}$", any_case=any_case)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _reader(type_: Type, whole: str, at: int) -> Callable[[str], Any]:
    read = _READERS[type_]

    def checked(text: str) -> Any:
        try:
            return read(text)
        except (ValueError, InvalidOperation):
            raise BadFilter(_WANTED[type_]().format(text=text), whole, at) from None

    return checked


def _choice(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", text.strip()).upper()


def _boolean(text: str) -> bool:
    if text.lower() in {"yes", "true", "1", "ja", "on"}:
        return True
    if text.lower() in {"no", "false", "0", "nei", "off"}:
        return False
    raise ValueError(text)


def _span(text: str) -> tuple[datetime, datetime]:
    """First and last moment that `text` means: a day, or a moment alone."""
    if len(text) <= len("2026-01-01"):
        day = datetime.combine(date.fromisoformat(text), time.min, UTC)
        return day, day + timedelta(days=1, microseconds=-1)
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment, moment


_READERS: dict[Type, Callable[[str], Any]] = {
    Type.TEXT: str,
    Type.CHOICE: _choice,
    Type.NUMBER: Decimal,
    Type.DATE: _span,
    Type.BOOLEAN: _boolean,
}
_WANTED: dict[Type, Callable[[], str]] = {
    Type.TEXT: lambda: "{text}",
    Type.CHOICE: lambda: "{text}",
    Type.NUMBER: lambda: _("“{text}” is not a number. Write it like 1234.50."),
    Type.DATE: lambda: _("“{text}” is not a date. Write it like 2026-03-09."),
    Type.BOOLEAN: lambda: _("“{text}” is neither yes nor no."),
}


def _holds(type_: Type, term: Term, value: Any) -> bool:
    if type_ is Type.TEXT:
        return _text_holds(term, value or "")
    if type_ is Type.CHOICE:
        return _compare(term, _choice(value or ""))
    if type_ is Type.DATE:
        return value is not None and _compare(_dated(term), value)
    return value is not None and _compare(term, value)


def _text_holds(term: Term, value: str) -> bool:
    if term.pattern:
        flags = re.DOTALL | (re.IGNORECASE if term.any_case else 0)
        return bool(re.match(term.pattern, value, flags)) is (term.operator != "<>")
    if term.any_case:
        return (value.casefold() == term.value.casefold()) is (term.operator != "<>")
    return _compare(term, value)


def _dated(term: Term) -> Term:
    """Turn a day into the moments it spans."""
    if term.operator == "..":
        low = term.low[0] if term.low else None
        return Term("..", low=low, high=term.high)
    first, last = term.value
    if term.operator == "=":
        return Term("..", low=first, high=last)
    return Term(term.operator, last if term.operator in {">", "<="} else first)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def _compare(term: Term, value: Any) -> bool:
    if term.operator != "..":
        return bool(_COMPARISONS[term.operator](value, term.value))
    if term.low is not None and value < term.low:
        return False
    return term.high is None or bool(value <= term.high)


_LOOKUPS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


def _q(type_: Type, term: Term, field: str) -> Q:
    if type_ is Type.DATE:
        term = _dated(term)
    if term.operator == "..":
        ends = {"gte": term.low, "lte": term.high}
        return Q(**{f"{field}__{end}": value for end, value in ends.items() if value is not None})
    if term.operator in _LOOKUPS:
        return Q(**{f"{field}__{_LOOKUPS[term.operator]}": term.value})
    condition = Q(**{f"{field}__{_equality(type_, term)}": term.pattern or term.value})
    return ~condition if term.operator == "<>" else condition


def _equality(type_: Type, term: Term) -> str:
    if term.pattern:
        return "iregex" if term.any_case else "regex"
    return "iexact" if term.any_case or type_ is Type.CHOICE else "exact"
