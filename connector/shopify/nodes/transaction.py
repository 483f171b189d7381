"""One movement of money on an order: authorised, captured, sold, refunded or voided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from connector.shopify.nodes.money import MoneyBag
from connector.shopify.nodes.status import TransactionKind, TransactionStatus, known

_KINDS = known(TransactionKind)
_STATUSES = known(TransactionStatus)


@dataclass(frozen=True, slots=True)
class TransactionNode:
    gid: str
    kind: TransactionKind | str
    status: TransactionStatus | str
    gateway: str  # e.g. "shopify_payments", "gift_card", "manual"; "" when none
    test: bool
    processed_at: datetime | None  # aware, UTC
    amount: MoneyBag  # positive for refunds too: `kind` says which way it went

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError, ValueError or ArithmeticError on another shape."""
        processed_at = node["processedAt"]
        return cls(
            gid=node["id"],
            kind=_KINDS.get(node["kind"], node["kind"]),
            status=_STATUSES.get(node["status"], node["status"]),
            gateway=node["gateway"] or "",
            test=node["test"],
            processed_at=processed_at and datetime.fromisoformat(processed_at),
            amount=MoneyBag.from_node(node["amountSet"]),
        )
