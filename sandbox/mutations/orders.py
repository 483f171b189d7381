"""The mutations of an order itself: words, tags, closing, cancelling, marking as paid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.changes import Occasion, Refused
from sandbox.changes.cancel import cancel
from sandbox.changes.pay import mark_as_paid
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.records.order import Order
from sandbox.store import Store

Change = Callable[[Order, Mapping[str, Any], Occasion], Order]
MAX_TAG = 40  # characters
MAX_STAFF_NOTE = 255


def order_handlers(store: Store) -> dict[str, Handler]:
    return {
        "orderUpdate": _by_input(store, _updated),
        "orderClose": _by_input(store, _closed),
        "orderOpen": _by_input(store, _opened),
        "orderMarkAsPaid": _by_input(store, lambda order, _, now: mark_as_paid(order, now)),
        "orderCancel": _order_cancel(store),
        "tagsAdd": _tagged(store, _with_tags),
        "tagsRemove": _tagged(store, _without_tags),
    }


def _by_input(store: Store, change: Change) -> Handler:
    def handler(call: Call) -> Node:
        wanted = call.args["input"]
        order = store.order(wanted["id"])
        if order is None:
            return refused(Refused("Order does not exist", ("id",)), "order")
        try:
            after = change(order, wanted, Occasion(store.clock.now(), store.new_gid))
        except Refused as refusal:
            return refused(refusal, "order")
        store.put(after)
        return done(order=store.nodes[after.gid])

    return handler


def _updated(order: Order, wanted: Mapping[str, Any], occasion: Occasion) -> Order:
    """Return the order with the given fields in place; tags and attributes are replaced whole."""
    unknown = set(wanted) - {"id", *WORDS, "tags", "customAttributes"}
    if unknown:
        raise Refused(f"The sandbox does not change {', '.join(sorted(unknown))}.", ("input",))
    changes: dict[str, Any] = {ours: wanted[name] for name, ours in WORDS.items() if name in wanted}
    if "tags" in wanted:
        changes["tags"] = _clean(wanted["tags"] or ())
    if "customAttributes" in wanted:
        given = wanted["customAttributes"] or ()
        changes["attributes"] = tuple((entry["key"], entry["value"]) for entry in given)
    return replace(order, **changes, updated_at=occasion.now)


WORDS = {"note": "note", "email": "email", "phone": "phone", "poNumber": "po_number"}


def _clean(tags: Any) -> tuple[str, ...]:
    """Return the tags trimmed, without empty ones and doubles that differ only by case."""
    kept: dict[str, str] = {}
    for tag in tags:
        text = tag.strip()
        if len(text) > MAX_TAG:
            raise Refused(f"Tags is too long (maximum is {MAX_TAG} characters)", ("tags",))
        if text:
            kept.setdefault(text.lower(), text)
    return tuple(kept.values())


def _closed(order: Order, _wanted: Mapping[str, Any], occasion: Occasion) -> Order:
    return replace(order, closed_at=order.closed_at or occasion.now, updated_at=occasion.now)


def _opened(order: Order, _wanted: Mapping[str, Any], occasion: Occasion) -> Order:
    return replace(order, closed_at=None, updated_at=occasion.now)


def _with_tags(order: Order, tags: list[str]) -> tuple[str, ...]:
    return _clean([*order.tags, *tags])


def _without_tags(order: Order, tags: list[str]) -> tuple[str, ...]:
    gone = {tag.strip().lower() for tag in tags}
    return tuple(tag for tag in order.tags if tag.lower() not in gone)


def _tagged(store: Store, change: Callable[[Order, list[str]], tuple[str, ...]]) -> Handler:
    def handler(call: Call) -> Node:
        order = store.order(call.args["id"])
        if order is None:
            return refused(Refused("Resource does not exist", ("id",)), "node")
        try:
            tags = change(order, call.args["tags"])
        except Refused as refusal:
            return refused(refusal, "node")
        if tags != order.tags:
            store.put(replace(order, tags=tags, updated_at=store.clock.now()))
        return done(node=store.nodes[order.gid])

    return handler


def _order_cancel(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        args = call.args
        order = store.order(args["orderId"])
        empty = ("job", "jobResult")
        try:
            after = _cancelled(order, args, Occasion(store.clock.now(), store.new_gid))
        except Refused as refusal:
            payload = refused(refusal, *empty)
            return {**payload, "orderCancelUserErrors": payload["userErrors"]}
        reason = store.stubborn.pop(after.gid, "")
        if not reason:
            store.put(after)
        # Shopify answers before its job is done; here it is done with the answer.
        job = {"__typename": "Job", "id": store.new_gid("Job"), "done": False}
        result = {"__typename": "OrderCancelJobResult", "id": store.new_gid("OrderCancelJobResult")}
        store.nodes[result["id"]] = {**result, **_ended(reason)}
        begun = {**result, "done": False, "status": "STARTED", "errors": []}
        return done(job=job, jobResult=begun, orderCancelUserErrors=[])

    return handler


def _ended(reason: str) -> Node:
    """What a job that cancels an order comes to."""
    errors = [
        {"__typename": "OrderCancelUserError", "field": None, "message": reason, "code": None}
    ]
    if reason:
        return {"done": True, "status": "FAILED", "errors": errors}
    return {"done": True, "status": "SUCCEEDED", "errors": []}


def _cancelled(order: Order | None, args: Mapping[str, Any], occasion: Occasion) -> Order:
    if order is None:
        raise Refused("Order does not exist", ("orderId",), "NOT_FOUND")
    method = args.get("refundMethod")
    if args.get("refund") is not None and method is not None:
        raise Refused(
            "Only one of the arguments `refund` or `refund_method` is allowed.",
            ("refund",),
            "INVALID",
        )
    if len(args.get("staffNote") or "") > MAX_STAFF_NOTE:
        raise Refused(
            f"Staff note is too long. Maximum length is {MAX_STAFF_NOTE} characters.",
            ("staffNote",),
            "INVALID",
        )
    pay_back = bool(args.get("refund") or (method or {}).get("originalPaymentMethodsRefund"))
    return cancel(order, args["reason"], occasion, pay_back=pay_back, restock=args["restock"])
