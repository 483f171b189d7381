"""/__sandbox/: what a test or a demo may look at and change behind Shopify's back.

GET  state, health, snapshot
POST reset, snapshot, restore, faults, clock, bucket, orders, orders/edit, orders/refund, orders/cancel,
     locations, stock, and what `shipping_doors` and `customer_doors` say
     orders/return, orders/return/{approve,decline,receive,close}, and what `product_doors` says
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import orjson

from sandbox.api import Api, Log
from sandbox.asked import BadRequest, named, units
from sandbox.changes import Occasion, Refused
from sandbox.changes.cancel import cancel
from sandbox.changes.refund import Returned, everything, refund
from sandbox.clock import read, written
from sandbox.control_returns import Door, ReturnDoors
from sandbox.customer_doors import customer_doors
from sandbox.draft import Rejected
from sandbox.edit_doors import edited
from sandbox.faults import BadFaults, Faults, read_faults
from sandbox.loading.report import LoadReport
from sandbox.loading.spec import order_draft
from sandbox.money import Bag
from sandbox.placing import Checkout
from sandbox.product_doors import product_doors
from sandbox.records.media import Media
from sandbox.records.order import Order
from sandbox.replies import JSONL, Reply, fetched, http_error, json_reply
from sandbox.shipping_doors import add_location, shipping_changes
from sandbox.stock_doors import change_stock
from sandbox.store import Snapshot
from sandbox.uploads import FILES, PATH, RESULTS

PREFIX = "/__sandbox/"


class Control:
    """The doors behind the counter of one API."""

    def __init__(self, api: Api, report: LoadReport | None = None) -> None:
        self.api = api
        self.report = report or LoadReport()
        self.checkout = Checkout(api.store)
        self._start = api.store.snapshot()
        self._snapshots: dict[str, Snapshot] = {}
        self._doors: dict[str, Callable[[Any], Any]] = {
            "reset": self._reset,
            "snapshot": self._snapshot,
            "restore": self._restore,
            "faults": self._faults,
            "clock": self._clock,
            "bucket": self._bucket,
            "orders": self._orders,
            "orders/edit": self._edit,
            "orders/refund": self._refund,
            "orders/cancel": self._cancel,
            **product_doors(api.store),
            "stock": lambda given: change_stock(api.store, given),
            "orders/refuse-cancelling": self._refuse_cancelling,
            "locations": lambda given: add_location(api.store, given),
            **customer_doors(api.store),
            **{
                door: self._changing(change) for door, change in shipping_changes(api.store).items()
            },
        }
        for path, door in ReturnDoors(self.checkout).by_path().items():
            self._doors[path] = partial(self._changed, door)

    def get(self, path: str, _query: str) -> Reply:
        """Answer a GET: what can be fetched, or what can be looked at behind the counter."""
        if path.startswith(RESULTS):
            with self.api.lock:
                return fetched(self.api.store.uploads.results.get(path), JSONL)
        if path.startswith(FILES):
            with self.api.lock:
                return self._file(path.removeprefix(FILES).partition("/")[0])
        match path.removeprefix(PREFIX) if path.startswith(PREFIX) else None:
            case "health":
                return json_reply({"ok": True})
            case "state":
                with self.api.lock:
                    return json_reply(self.state())
        return http_error(404)

    def post(self, path: str, body: bytes) -> Reply:
        door = self._doors.get(path.removeprefix(PREFIX))
        if door is None:
            return http_error(404)
        try:
            given = orjson.loads(body or b"{}")
            with self.api.lock:
                return json_reply(door(given))
        except (BadRequest, BadFaults, Rejected, Refused, ValueError, TypeError) as problem:
            return json_reply({"error": str(problem)}, 400)

    def _file(self, number: str) -> Reply:
        for kind in ("MediaImage", "GenericFile", "Video"):
            record = self.api.store.records.get(f"gid://shopify/{kind}/{number}")
            if isinstance(record, Media) and record.ready:
                return fetched(record.content, record.mime or "application/octet-stream")
        return http_error(404)

    def upload(self, path: str, kind: str, body: bytes, *, form: bool) -> Reply:
        """Take a file to where stagedUploadsCreate said."""
        uploads = self.api.store.uploads
        with self.api.lock:
            status = (
                uploads.post(kind, body) if form else uploads.put(path.removeprefix(PATH), body)
            )
        return Reply(status, kind="application/xml")

    def state(self) -> dict[str, Any]:
        """Return counts, bucket, calls and what was loaded."""
        api, store = self.api, self.api.store
        kinds = ("Product", "ProductVariant", "Customer", "Company", "Location", "Order")
        return {
            "counts": {kind: len(store.listed(kind)) for kind in kinds},
            "bucket": api.bucket.status(),
            "clock": {"now": written(api.clock.now()), "stopped": api.clock.stopped},
            "calls": dict(api.log.calls),
            "outcomes": dict(api.log.outcomes),
            "mutations": api.log.mutations,
            "faults": [
                {"kind": rule.kind, "matched": rule.matched, "fired": rule.fired}
                for rule in api.faults.rules
            ],
            "loaded": dict(self.report.loaded),
            "rejected": self.report.rejected_rows(),
        }

    # -- doors

    def _reset(self, _given: Any) -> Any:
        self.api.store.restore(self._start)
        self.api.store.outbox.taken()
        self.api.store.uploads.clear()
        self.api.bucket.fill()
        self.api.faults = Faults()
        self.api.log = Log()
        return {"ok": True}

    def _snapshot(self, given: Mapping[str, Any]) -> Any:
        name = str(given.get("name") or f"snapshot-{len(self._snapshots) + 1}")
        self._snapshots[name] = self.api.store.snapshot()
        return {"name": name}

    def _restore(self, given: Mapping[str, Any]) -> Any:
        snapshot = self._snapshots.get(str(given.get("name")))
        if snapshot is None:
            raise BadRequest(f"There is no snapshot called {given.get('name')}.")
        self.api.store.restore(snapshot)
        return {"ok": True}

    def _faults(self, given: Any) -> Any:
        self.api.faults = read_faults(given)
        return {"rules": len(self.api.faults.rules)}

    def _clock(self, given: Mapping[str, Any]) -> Any:
        clock = self.api.clock
        if "set" in given:
            clock.set(read(given["set"]))
        if "advance" in given:
            clock.advance(timedelta(seconds=float(given["advance"])))
        if given.get("stop") is True:
            clock.stop()
        elif given.get("stop") is False:
            clock.run()
        return {"now": written(clock.now()), "stopped": clock.stopped}

    def _bucket(self, given: Mapping[str, Any]) -> Any:
        if given.get("drain"):
            self.api.bucket.drain()
        else:
            self.api.bucket.fill()
        return self.api.bucket.status()

    # -- orders

    def _orders(self, given: Any) -> Any:
        """Place the order, or the list of orders, that plain JSON describes: all or none."""
        specs = given if isinstance(given, list) else [given]
        store = self.api.store
        before = store.snapshot()
        try:
            placed = [_summary(self.checkout.place(order_draft(spec, store))) for spec in specs]
        except Rejected:
            store.restore(before)
            raise
        return {"orders": placed} if isinstance(given, list) else placed[0]

    def _edit(self, given: Mapping[str, Any]) -> Any:
        """Change what an order says and holds: see `edit_doors`."""
        order, occasion = self._order(given), self._occasion()
        return self._kept(edited(order, given, self.checkout, named, occasion))

    def _refund(self, given: Mapping[str, Any]) -> Any:
        """Give units back, shipping, or more: {"lines": {"0": 1}, "shipping": "5.00", "more": "2"}.

        Without any of these everything. `restock`, `payBack` and `pending` say how.
        """
        order = self._order(given)
        returned = everything(order)
        if any(given.get(name) for name in ("lines", "shipping", "more")):
            returned = Returned(
                units(order, given.get("lines") or {}),
                _shipping(order, given.get("shipping") or 0),
                order.money.bag(Decimal(str(given.get("more") or 0))),
            )
        returned = replace(
            returned,
            restock=bool(given.get("restock", True)),
            pay_back=bool(given.get("payBack", True)),
            pending=bool(given.get("pending", False)),
            note=given.get("note"),
        )
        return self._kept(refund(order, returned, self._occasion()))

    def _changing(
        self, change: Callable[[Order, Any, Mapping[str, int], Occasion], Order]
    ) -> Callable[[Any], Any]:
        def door(given: Mapping[str, Any]) -> Any:
            order = self._order(given)
            wanted = units(order, given.get("lines") or {})
            return self._kept(change(order, given, wanted, self._occasion()))

        return door

    def _cancel(self, given: Mapping[str, Any]) -> Any:
        reason = str(given.get("reason") or "OTHER").upper()
        pay_back = bool(given.get("refund", True))
        order, occasion = self._order(given), self._occasion()
        return self._kept(cancel(order, reason, occasion, pay_back=pay_back, restock=True))

    def _refuse_cancelling(self, given: Mapping[str, Any]) -> Any:
        """Let the next job that cancels the order fail, for the `reason` given."""
        order = self._order(given)
        self.api.store.stubborn[order.gid] = str(given.get("reason") or "It cannot be done.")
        return {"ok": True}

    def _changed(self, change: Door, given: Mapping[str, Any]) -> Any:
        """Let one change befall the order that is named."""
        return self._kept(change(self._order(given), given, self._occasion()))

    def _occasion(self) -> Occasion:
        return Occasion(self.api.clock.now(), self.api.store.new_gid)

    def _order(self, given: Mapping[str, Any]) -> Order:
        wanted = given.get("id") or given.get("name")
        for order in self.api.store.orders():
            if wanted in {order.gid, order.name}:
                return order
        raise BadRequest(f"There is no order {wanted}: give its id or its name.")

    def _kept(self, order: Order) -> Any:
        self.api.store.put(order)
        return _summary(order)


def _shipping(order: Order, amount: Any) -> dict[str, Bag]:
    """Return what is given back of the first shipping line, tax as in its price."""
    off = order.money.bag(Decimal(str(amount)))
    if not off:
        return {}
    if not order.shipping:
        raise BadRequest("The order has no shipping.")
    return {order.shipping[0].gid: off}


def _summary(order: Order) -> dict[str, str]:
    return {"id": order.gid, "name": order.name}
