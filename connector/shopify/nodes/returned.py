"""One return of an order, as `orders_returns.graphql` asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ReturnLineNode:
    gid: str
    line_gid: str  # of the order's line; "" while nobody has checked what comes back
    name: str
    quantity: int
    refunded: int  # units of it
    reason: str  # its name for people; "" when none was given
    note: str  # the shop's
    customer_note: str

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        line = node["fulfillmentLineItem"]["lineItem"] if "fulfillmentLineItem" in node else {}
        reason = node["returnReasonDefinition"]
        return cls(
            gid=node["id"],
            line_gid=line.get("id", ""),
            name=line.get("name", ""),
            quantity=node["quantity"],
            refunded=node["refundedQuantity"],
            reason=reason["name"] if reason else "",
            note=node["returnReasonNote"] or "",
            customer_note=node["customerNote"] or "",
        )


@dataclass(frozen=True, slots=True)
class ReturnNode:
    gid: str
    name: str  # "#1001-R1"
    status: str  # CANCELED, CLOSED, DECLINED, OPEN, REQUESTED
    created_at: datetime  # aware, UTC
    closed_at: datetime | None
    quantity: int
    decline_reason: str  # FINAL_SALE, OTHER, RETURN_PERIOD_ENDED; "" when it was not declined
    decline_note: str
    lines: tuple[ReturnLineNode, ...]
    exchange_gids: tuple[str, ...]  # of the order's lines that the buyer takes in exchange
    refund_gids: tuple[str, ...]
    # Where the goods of an order's line came back to, by its id: asked for only where a refund
    # does not say it.
    places: dict[str, tuple[str, ...]]
    complete: bool  # False: there is more of it than was asked for

    @property
    def is_live(self) -> bool:
        """Whether its goods come back, or did."""
        return self.status not in {"DECLINED", "CANCELED"}

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when the answer has another shape."""
        parts = [node[n] for n in ("returnLineItems", "exchangeLineItems", "refunds")]
        lines, exchanges, refunds = parts
        decline = node["decline"] or {}
        return cls(
            gid=node["id"],
            name=node["name"],
            status=node["status"],
            created_at=datetime.fromisoformat(node["createdAt"]),
            closed_at=datetime.fromisoformat(node["closedAt"]) if node["closedAt"] else None,
            quantity=node["totalQuantity"],
            decline_reason=decline.get("reason") or "",
            decline_note=decline.get("note") or "",
            lines=tuple(map(ReturnLineNode.from_node, lines["nodes"])),
            exchange_gids=tuple(
                line["id"] for one in exchanges["nodes"] for line in one["lineItems"] or ()
            ),
            refund_gids=tuple(refund["id"] for refund in refunds["nodes"]),
            places=_places(node.get("arrivals", ())),
            complete=not any(part["pageInfo"]["hasNextPage"] for part in parts),
        )


def _places(arrivals: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Raises KeyError or TypeError when the answer has another shape."""
    found: dict[str, dict[str, None]] = {}
    for arrived in arrivals:
        sent = arrived["fulfillmentLineItem"]
        for one in arrived["dispositions"]:
            if sent and one["location"]:
                found.setdefault(sent["lineItem"]["id"], {})[one["location"]["id"]] = None
    return {line: tuple(places) for line, places in found.items()}
