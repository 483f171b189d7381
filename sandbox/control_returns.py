"""The doors behind which goods come back: orders/return and what follows it.

A return is named by its order and its own name; of an order with one return the order will do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandbox.asked import BadRequest, units
from sandbox.changes import Occasion
from sandbox.changes.returns import Received, Wanted, approve, close, decline, open_return, receive
from sandbox.loading.spec import line_draft
from sandbox.placing import Checkout
from sandbox.records.order import Order
from sandbox.records.returned import Return

Door = Callable[[Order, Mapping[str, Any], Occasion], Order]


class ReturnDoors:
    """What can happen to the returns of one shop's orders."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout

    def by_path(self) -> dict[str, Door]:
        return {
            "orders/return": self._open,
            "orders/return/approve": lambda order, given, at: approve(
                order, _back(order, given), at
            ),
            "orders/return/decline": self._decline,
            "orders/return/receive": self._receive,
            "orders/return/close": lambda order, given, at: close(order, _back(order, given), at),
        }

    def _open(self, order: Order, given: Mapping[str, Any], at: Occasion) -> Order:
        """{"lines": {"0": 1}, "reason": "too-small", "exchange": [{"title": …, "price": …}]}."""
        drafts = [line_draft(spec) for spec in given.get("exchange", ())]
        wanted = Wanted(
            units=units(order, given.get("lines") or {}),
            reason=str(given.get("reason") or "unknown"),
            note=str(given.get("note") or ""),
            customer_note=given.get("customerNote"),
            exchange=[self.checkout.exchange_line(draft, order) for draft in drafts],
            requested=bool(given.get("requested", False)),
        )
        return open_return(order, wanted, at)

    def _decline(self, order: Order, given: Mapping[str, Any], at: Occasion) -> Order:
        reason = str(given.get("reason") or "OTHER").upper()
        return decline(order, _back(order, given), reason, str(given.get("note") or ""), at)

    def _receive(self, order: Order, given: Mapping[str, Any], at: Occasion) -> Order:
        """{"lines": {"0": 1}, "locations": ["Shop"], "more": "2.00"}; without lines all of it."""
        back = _back(order, given)
        to_come = {line.line_gid: line.quantity - line.processed for line in back.lines}
        lines = given.get("lines")
        received = Received(
            units=units(order, lines) if lines else {gid: n for gid, n in to_come.items() if n},
            places=[self._place(name) for name in given.get("locations", ())],
            restock=bool(given.get("restock", True)),
            settle=bool(given.get("settle", True)),
            extra=order.money.bag(Decimal(str(given.get("more") or 0))),
        )
        return receive(order, back, received, at)

    def _place(self, name: str) -> str:
        for place in self.checkout.store.locations():
            if place.name == name:
                return place.gid
        raise BadRequest(f"There is no location called {name}.")


def _back(order: Order, given: Mapping[str, Any]) -> Return:
    name = given.get("return")
    found: Sequence[Return] = [b for b in order.returns if name is None or b.name == name]
    if len(found) == 1:
        return found[0]
    names = ", ".join(back.name for back in order.returns) or "none"
    raise BadRequest(f"Name one return of {order.name}; it has {names}.")
