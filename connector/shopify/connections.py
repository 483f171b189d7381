"""Completes a connection that came inside another answer and did not fit there."""

from __future__ import annotations

from typing import Any

from connector.shopify.client import Client


def complete(
    client: Client, owner: dict[str, Any], connection: str, *, document: str, root: str
) -> int:
    """Fetch what is missing of `owner[connection]` with `document`, in place; return the points.

    Afterwards the connection says that it is whole. If the owner is gone by now, what came of it
    stays, and the connection goes on saying that more was there.
    """
    held = owner[connection]
    info = held["pageInfo"]
    if not info["hasNextPage"]:
        return 0
    cost = 0
    last = None
    for last in client.pages(
        document, (root, connection), dict, first=250, id=owner["id"], after=info["endCursor"]
    ):
        held["nodes"].extend(last.nodes)
        cost += last.cost
    if last is not None:
        held["pageInfo"] = {"hasNextPage": False, "endCursor": None}
    return cost
