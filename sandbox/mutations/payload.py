"""What every payload has: the record's node, or null beside the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.changes import Refused
from sandbox.nodes import Node


def done(**fields: Any) -> Node:
    return {**fields, "userErrors": []}


def refused(refusal: Refused, *empty: str) -> Node:
    """Return a payload that says no; the fields named are null."""
    return {**dict.fromkeys(empty), "userErrors": user_errors(refusal)}


def user_errors(refusal: Refused) -> list[Node]:
    return [
        {
            "__typename": "UserError",
            "field": list(reason.field) or None,
            "message": reason.message,
            "code": reason.code,
        }
        for reason in refusal.each
    ]


class _Null(dict[str, Any]):
    """A payload in which everything is null but what is set."""

    def __missing__(self, _name: str) -> None:
        return None


def failing(user_errors: Sequence[Mapping[str, Any]]) -> Node:
    """Return a payload of any mutation that says only what went wrong."""
    problems = [{"__typename": "UserError", "code": None, "field": None, **e} for e in user_errors]
    return _Null(userErrors=problems, orderCancelUserErrors=problems)
