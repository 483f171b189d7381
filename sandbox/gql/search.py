"""Shopify's search syntax, the part of it that connectors use.

    a b         both            a OR b      either; binds looser than "and"
    -a, NOT a   not             ( … )       grouping
    key:value   key:>=value  key:'a value'  key:abc*

Two traps are kept as they are: a time without quotes loses everything after the date, and a key
nobody knows matches everything and only leaves a warning.
Source: recorded searches, Admin API 2025-01, and reports of other connectors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sandbox.nodes import Node

TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<minus>-)(?=\S)|
        (?P<key>[A-Za-z_][\w.]*):(?P<comparator>>=|<=|>|<|=)?
            (?:'(?P<single>(?:\\.|[^'\\])*)'|"(?P<double>(?:\\.|[^"\\])*)"|(?P<bare>[^\s()]*))|
        '(?P<single_word>(?:\\.|[^'\\])*)'|"(?P<double_word>(?:\\.|[^"\\])*)"|(?P<word>[^\s()]+))""",
    re.VERBOSE,
)
Predicate = Callable[[Node], bool]


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; without a key it is looked for in whatever the connection searches."""

    key: str | None
    comparator: str  # "", ">", ">=", "<", "<="
    value: str
    quoted: bool


Matcher = Callable[[Term], Predicate]


def everything(_node: Node) -> bool:
    return True


class Search:
    """A query compiled against the keys of one connection."""

    def __init__(self, query: str, keys: Mapping[str, Matcher], default: Matcher) -> None:
        self.query = query
        self.keys = keys
        self.default = default
        self.unknown: list[Term] = []
        self._tokens = list(_tokens(query))
        self._at = 0
        self.predicate = self._either() if self._tokens else everything

    def warnings(self, path: Sequence[str]) -> list[dict[str, object]]:
        """Return the entries of `extensions.search` for keys that were not understood."""
        return [
            {
                "path": list(path),
                "query": self.query,
                "parsed": {"field": term.key, "match_all": term.value},
                "warnings": [
                    {
                        "field": term.key,
                        "message": "Invalid search field for this query.",
                        "code": "invalid_field",
                    }
                ],
            }
            for term in self.unknown
        ]

    # -- recursive descent; malformed input is tolerated, as recorded

    def _peek(self) -> str | Term | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self) -> str | Term:
        self._at += 1
        return self._tokens[self._at - 1]

    def _either(self) -> Predicate:
        options = [self._all()]
        while self._peek() == "OR":
            self._take()
            options.append(self._all())
        if len(options) == 1:
            return options[0]
        return lambda node: any(option(node) for option in options)

    def _all(self) -> Predicate:
        conditions = []
        while self._peek() not in {None, "OR", ")"}:
            if self._peek() == "AND":
                self._take()
                continue
            conditions.append(self._one())
        if len(conditions) == 1:
            return conditions[0]
        return lambda node: all(condition(node) for condition in conditions)

    def _one(self) -> Predicate:
        found = self._take()
        if found in {"-", "NOT"}:
            if self._peek() in {None, "OR", ")"}:
                return everything
            inner = self._one()
            return lambda node: not inner(node)
        if found == "(":
            group = self._either()
            if self._peek() == ")":
                self._take()
            return group
        assert isinstance(found, Term)
        return self._condition(found)

    def _condition(self, term: Term) -> Predicate:
        if term.key is None:
            return self.default(term)
        if term.key in self.keys:
            return self.keys[term.key](term)
        self.unknown.append(term)
        return everything


def _tokens(query: str) -> Iterator[str | Term]:
    depth = 0
    for match in TOKEN.finditer(query):
        found = match.groupdict()
        word = found["word"]
        if found["open"]:
            depth += 1
            yield "("
        elif found["close"]:
            if depth:
                depth -= 1
                yield ")"
        elif found["minus"]:
            yield "-"
        elif word in {"OR", "AND", "NOT"}:
            yield word
        else:
            yield _term(found)


def _term(found: Mapping[str, str | None]) -> Term:
    comparator = found["comparator"] or ""
    comparator = "" if comparator == "=" else comparator
    for name in ("single", "double", "single_word", "double_word"):
        text = found[name]
        if text is not None:
            return Term(found["key"], comparator, re.sub(r"\\(.)", r"\1", text), quoted=True)
    bare = found["bare"] if found["key"] else found["word"]
    return Term(found["key"], comparator, bare or "", quoted=False)
