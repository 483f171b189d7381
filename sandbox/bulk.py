"""Bulk operations: begun, brought on by every look at the shop, finished or stopped.

Half of the lines are done while it is RUNNING, the rest when it is COMPLETED, so that a cancelled
one leaves half of its work behind, as it may at Shopify.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from sandbox.clock import written
from sandbox.nodes import Node
from sandbox.store import Store
from sandbox.uploads import RESULTS

UNDER_WAY = frozenset({"CREATED", "RUNNING", "CANCELING"})
Rows = Iterator[tuple[dict[str, Any], bool]]  # a line of the result, and whether it is a root


class Bulk:
    """One operation at work."""

    def __init__(self, store: Store, kind: str, text: str, rows: Rows, half: int) -> None:
        self.store = store
        self._rows = rows
        self._half = half
        self._lines: list[bytes] = []
        self.node: Node = {
            "__typename": "BulkOperation",
            "id": store.new_gid("BulkOperation"),
            "type": kind,
            "status": "CREATED",
            "query": text,
            "createdAt": written(store.clock.now()),
            "completedAt": None,
            "errorCode": None,
            "objectCount": "0",
            "rootObjectCount": "0",
            "fileSize": None,
            "url": None,
            "partialDataUrl": None,
        }
        store.show_work(self.node)
        store.enders[self.node["id"]] = self.end
        store.jobs.add(self.step)

    def step(self) -> bool:
        match self.node["status"]:
            case "CREATED":
                self.node["status"] = "RUNNING"
                self._work(self._half)
            case "RUNNING":
                self._work(None)
                self.end("COMPLETED")
            case "CANCELING":
                self.end("CANCELED")
        self.store.revision += 1
        return self.node["status"] not in UNDER_WAY

    def _work(self, most: int | None) -> None:
        roots = int(self.node["rootObjectCount"])
        for row, root in self._rows:
            self._lines.append(orjson.dumps(row) + b"\n")
            roots += root
            if most is not None and len(self._lines) >= most:
                break
        self.node["objectCount"] = str(len(self._lines))
        self.node["rootObjectCount"] = str(roots)

    def end(self, status: str, error: str | None = None) -> None:
        """Finish; what is there of the result can be fetched."""
        node, content = self.node, b"".join(self._lines)
        node |= {"status": status, "errorCode": error}
        node["completedAt"] = written(self.store.clock.now())
        if content:
            path = f"{RESULTS}{node['id'].rsplit('/', 1)[1]}.jsonl"
            self.store.uploads.results[path] = content
            name = "url" if status == "COMPLETED" else "partialDataUrl"
            node[name] = f"{self.store.url}{path}"
            node["fileSize"] = str(len(content))
        self.store.revision += 1
        body = {
            "admin_graphql_api_id": node["id"],
            "status": status.lower(),
            "type": node["type"].lower(),
            "error_code": error.lower() if error else None,
            "created_at": node["createdAt"],
            "completed_at": node["completedAt"],
        }
        self.store.outbox.add("bulk_operations/finish", self.store.clock.now(), body)


def under_way(store: Store, kind: str) -> Node | None:
    """Return the operation of that kind that is not over yet."""
    for node in store.listed("BulkOperation").values():
        if node["type"] == kind and node["status"] in UNDER_WAY:
            return node
    return None
