"""What may be done with an order in Shopify: call it off, note it as paid, archive it.

None of them takes an idempotency key. On Unavailable with `maybe_done`, ask `order_standing` before
any of them is sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from connector.shopify.answers import Result
from connector.shopify.client import Client

REASONS = ("CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "STAFF", "OTHER")


@dataclass(frozen=True, slots=True)
class Standing:
    cancelled: bool
    closed: bool
    fully_paid: bool

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError when the answer has another shape."""
        return cls(
            cancelled=node["cancelledAt"] is not None,
            closed=node["closed"],
            fully_paid=node["fullyPaid"],
        )


@dataclass(frozen=True, slots=True)
class Cancellation:
    reason: str = "OTHER"  # one of REASONS
    refund: bool = False  # what was paid goes back the way it came
    restock: bool = False
    notify: bool = False  # Shopify writes to the buyer


@dataclass(frozen=True, slots=True)
class Taken:
    """Shopify took it. `effective`: it says that it is done, not only that it will be."""

    effective: bool
    request_id: str  # what Shopify's support asks for
    job: str = ""  # id of what a cancellation's job comes to; "" where it tells none


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of the job that cancels an order."""

    done: bool
    failed: bool
    words: str  # why it failed, in Shopify's words

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError when the answer has another shape."""
        words = "; ".join(error["message"] for error in node["errors"])
        return cls(node["done"], bool(words) or node["status"] == "FAILED", words)


def order_standing(client: Client, gid: str) -> Standing | None:
    """None when the order is gone. Raises as Client.execute."""
    node = client.execute("order_standing", {"order": gid})["order"]
    return Standing.from_node(node) if node else None


def cancel_order(client: Client, gid: str, wanted: Cancellation) -> Taken:
    """Raises UserErrors, e.g. because goods have left, and as Client.execute."""
    result = client.run(
        "order_cancel",
        {
            "order": gid,
            "reason": wanted.reason if wanted.reason in REASONS else "OTHER",
            "refund": {"originalPaymentMethodsRefund": True} if wanted.refund else None,
            "restock": wanted.restock,
            "notify": wanted.notify,
        },
    )
    payload = result.data["orderCancel"]
    job, outcome = payload["job"], payload["jobResult"]
    done = bool(job and job["done"]) and not (outcome and JobResult.from_node(outcome).failed)
    return Taken(done, result.request_id, outcome["id"] if outcome else "")


def job_results(client: Client, jobs: Sequence[str]) -> dict[str, JobResult]:
    """By job; without those that Shopify has forgotten. Raises as Client.execute."""
    nodes = client.execute("order_cancel_results", {"ids": list(jobs)})["nodes"] if jobs else ()
    return {node["id"]: JobResult.from_node(node) for node in nodes if node}


def mark_as_paid(client: Client, gid: str) -> Taken:
    """Raises UserErrors, e.g. because nothing is owed, and as Client.execute."""
    result = client.run("order_mark_as_paid", {"order": gid})
    return _taken(result, "orderMarkAsPaid", "fullyPaid")


def close_order(client: Client, gid: str) -> Taken:
    """Archive the order; one that is archived stays so. Raises as Client.execute."""
    return _taken(client.run("order_close", {"order": gid}), "orderClose", "closed")


def _taken(result: Result, root: str, effect: str) -> Taken:
    order = result.data[root]["order"]
    return Taken(bool(order and order[effect]), result.request_id)
