"""Bulk operations: many mutations in one file that Shopify works off by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import orjson

from connector.shopify.client import Client
from connector.shopify.files import fetched, post_file, staged_targets

ENDED = ("COMPLETED", "FAILED", "CANCELED", "EXPIRED")
_FILE, _TYPE = "changes.jsonl", "text/jsonl"


@dataclass(frozen=True, slots=True)
class Operation:
    gid: str
    status: str  # CREATED, RUNNING, CANCELING or one of ENDED
    error: str  # Shopify's code where it failed
    url: str  # of the results; "" while there are none
    partial_url: str  # of what was done before it failed

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @classmethod
    def from_node(cls, node: Mapping[str, Any]) -> Self:
        """Raises KeyError when the answer has another shape."""
        return cls(
            node["id"],
            node["status"],
            node["errorCode"] or "",
            node["url"] or "",
            node["partialDataUrl"] or "",
        )


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one line of the file."""

    data: Mapping[str, Any]  # the payload of the mutation; {} where there is none
    problems: tuple[str, ...]  # Shopify's words


def start(client: Client, mutation: str, variables: Sequence[Mapping[str, Any]]) -> str:
    """Upload a line of variables for each call of `mutation`, and begin; return the operation's gid.

    Raises Unavailable, UserErrors (among others because one is running already), and as
    Client.execute. Nothing of it has begun then, unless an Unavailable says `maybe_done`.
    """
    [target] = staged_targets(
        client,
        [
            {
                "resource": "BULK_MUTATION_VARIABLES",
                "filename": _FILE,
                "mimeType": _TYPE,
                "httpMethod": "POST",
            }
        ],
    )
    post_file(target, _FILE, b"\n".join(map(orjson.dumps, variables)), _TYPE)
    answer = client.execute(
        "bulk_mutation_run", {"mutation": mutation, "path": target.parameters["key"]}
    )
    gid: str = answer["bulkOperationRunMutation"]["bulkOperation"]["id"]
    return gid


def standing(client: Client, gid: str) -> Operation | None:
    """How far it is; None when Shopify does not know it any more. Raises as Client.execute."""
    node = client.execute("bulk_operation", {"id": gid})["bulkOperation"]
    return Operation.from_node(node) if node else None


def results(operation: Operation, root: str) -> dict[int, Line]:
    """What became of each line, by its number from 0; what is missing was not done.

    `root` is the mutation's field. Raises Unavailable.
    """
    url = operation.url or operation.partial_url
    if not url:
        return {}
    lines = (orjson.loads(line) for line in fetched(url).splitlines() if line.strip())
    return {line["__lineNumber"]: _line(line, root) for line in lines}


def _line(line: Mapping[str, Any], root: str) -> Line:
    payload = (line.get("data") or {}).get(root) or {}
    problems = [each["message"] for each in payload.get("userErrors") or ()]
    problems += [each["message"] for each in line.get("errors") or ()]
    return Line(payload, tuple(problems))
