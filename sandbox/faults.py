"""What can go wrong on the way, on purpose: rules that pick calls and say what befalls them.

    {"seed": 1, "rules": [
        {"kind": "throttle", "operation": "OrdersPage", "nth": 3},
        {"kind": "http", "status": 503, "probability": 0.1},
        {"kind": "reset_after", "root": "fulfillmentCreate", "times": 1}]}

A rule applies when all its conditions do: `operation`, `root`, the `nth` matching call, a
`probability`, and at most `times`. Of several the first one counts.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    THROTTLE = "throttle"  # THROTTLED, as if the bucket were empty
    HTTP = "http"  # `status`, for 429 with Retry-After of `seconds`
    INTERNAL = "internal"  # HTTP 200 with INTERNAL_SERVER_ERROR
    SLOW = "slow"  # `seconds` late, else as usual
    RESET_BEFORE = "reset_before"  # the connection breaks, nothing was done
    RESET_AFTER = "reset_after"  # the connection breaks, all was done
    TRUNCATED = "truncated"  # half of the answer, after all was done
    HTML = "html"  # a page instead of JSON
    EMPTY = "empty"  # HTTP 200 with no body
    USER_ERRORS = "userErrors"  # `userErrors` from every mutation field, nothing done


class BadFaults(Exception):
    """The fault list cannot be read; the message says where."""


@dataclass(slots=True)
class Fault:
    kind: Kind
    operation: str | None = None
    root: str | None = None
    nth: int | None = None  # counted over the calls that match so far, from 1
    probability: float = 1.0
    times: int | None = None
    status: int = 503
    seconds: float = 1.0
    user_errors: Sequence[Mapping[str, Any]] = ({"field": None, "message": "Something went wrong"},)
    matched: int = 0
    fired: int = 0

    def names(self, operation: str, roots: Sequence[str]) -> bool:
        return self.operation in {None, operation} and (self.root is None or self.root in roots)


@dataclass(slots=True)
class Faults:
    """The rules in force, in their order."""

    rules: list[Fault] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a rehearsal

    def befalls(self, operation: str, roots: Sequence[str]) -> Fault | None:
        """Return what happens to this call, and count it."""
        hit = None
        for rule in self.rules:
            if rule.names(operation, roots):
                rule.matched += 1
                if hit is None and self._fires(rule):
                    rule.fired += 1
                    hit = rule
        return hit

    def _fires(self, rule: Fault) -> bool:
        if rule.nth is not None and rule.matched != rule.nth:
            return False
        if rule.times is not None and rule.fired >= rule.times:
            return False
        return rule.probability >= 1 or self.dice.random() < rule.probability


FIELDS = {
    "kind", "operation", "root", "nth", "probability", "times", "status", "seconds", "userErrors",
}  # fmt: skip


def read_faults(body: Any) -> Faults:
    """Return the rules of a fault list. Raises BadFaults."""
    if isinstance(body, list):
        body = {"rules": body}
    if not isinstance(body, dict) or not isinstance(body.get("rules", []), list):
        raise BadFaults('A fault list looks like {"seed": 1, "rules": [{"kind": "throttle"}]}.')
    rules = [_rule(number, rule) for number, rule in enumerate(body.get("rules", []), 1)]
    return Faults(rules, random.Random(body.get("seed", 0)))  # noqa: S311 - a rehearsal


def _rule(number: int, rule: Any) -> Fault:
    if not isinstance(rule, dict):
        raise BadFaults(f"Rule {number} is not an object.")
    unknown = sorted(set(rule) - FIELDS)
    if unknown:
        raise BadFaults(f"Rule {number} has the unknown fields {', '.join(unknown)}.")
    try:
        kind = Kind(str(rule.get("kind")))
    except ValueError as error:
        kinds = ", ".join(Kind)
        raise BadFaults(f"Rule {number} has no kind out of {kinds}.") from error
    given = {name: rule[name] for name in rule if name not in {"kind", "userErrors"}}
    if "userErrors" in rule:
        given["user_errors"] = rule["userErrors"]
    return Fault(kind, **given)
