"""Stock is set, moved and switched on or off at a place, as Admin API 2026-10 does it.

All of a call is done or nothing. `@idempotent` is required: a key that was answered gets the same
answer, and nothing is done twice. Source: recorded answers, Admin API 2026-04; "not stocked" and
what bundles get are documented, not recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.changes import Refused
from sandbox.gql.errors import Failed
from sandbox.gql.execution import Call, Handler
from sandbox.inventory import Inventory
from sandbox.mutations.payload import done, failing
from sandbox.nodes import Node
from sandbox.nodes.values import written
from sandbox.store import Store

LIMIT = 1_000_000_000
REASONS = (
    "correction", "cycle_count_available", "damaged", "movement_canceled", "movement_created",
    "movement_received", "movement_updated", "other", "promotion", "quality_control", "received",
    "reservation_created", "reservation_deleted", "reservation_updated", "restock", "safety_stock",
    "shrinkage",
)  # fmt: skip
NO_KEY = "The @idempotent directive is required for this mutation but was not provided."


class Problems(Exception):
    """Why nothing of a call was done: one reason for each row at fault."""

    def __init__(self, *found: Refused) -> None:
        super().__init__(*found)
        self.found = found


@dataclass(frozen=True, slots=True)
class Row:
    """One item at one place, and what is to become of it."""

    item: str
    place: str
    by: int  # on what is available, and so on what is on hand
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a call, by ids, so that it can be told again."""

    reason: str
    document: str | None
    at: str
    gid: str
    rows: tuple[Row, ...]


Answered = Callable[[Call], Done]


def inventory_handlers(store: Store) -> dict[str, Handler]:
    return {
        "inventorySetQuantities": _once(store, lambda call: _set(store, call.args["input"])),
        "inventoryAdjustQuantities": _once(store, lambda call: _adjust(store, call.args["input"])),
        "inventoryActivate": _activate(store),
        "inventoryBulkToggleActivation": _toggle(store),
    }


def _once(store: Store, work: Answered) -> Handler:
    """Do it under its key; the key's second call gets the first one's answer."""

    def handler(call: Call) -> Node:
        if call.key is None:
            raise Failed(NO_KEY)
        answers = store.inventory.kept.answers
        asked = {name: value for name, value in call.args.items() if value is not None}
        if call.key in answers:
            before, known = answers[call.key]
            if before != asked:
                return _mismatch()
            return _told(store.inventory, known)
        try:
            found = work(call)
        except Problems as problems:
            return _refused(problems)
        answers[call.key] = (asked, found)
        return _told(store.inventory, found)

    return handler


def _mismatch() -> Node:
    message = "The idempotency key was used with other parameters."
    return failing([{"message": message, "code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}])


def _refused(problems: Problems) -> Node:
    return failing(
        [{"field": list(p.field), "message": p.message, "code": p.code} for p in problems.found]
    )


def _told(stock: Inventory, found: Done) -> Node:
    moved = [row for row in found.rows if row.by]
    changes = [
        {
            "name": name,
            "delta": row.by,
            "quantityAfterChange": None,
            "ledgerDocumentUri": None,
            "item": stock.item(row.item),
            "location": stock.place(row.place),
        }
        for name in ("available", "on_hand")
        for row in moved
    ]
    group = {
        "__typename": "InventoryAdjustmentGroup",
        "id": found.gid,
        "createdAt": found.at,
        "reason": found.reason,
        "referenceDocumentUri": found.document,
        "app": None,
        "staffMember": None,
        "changes": changes,
    }
    return done(inventoryAdjustmentGroup=group if moved else None)


# -- setting and adjusting


def _set(store: Store, wanted: Mapping[str, Any]) -> Done:
    stock, rows, name = store.inventory, [], wanted["name"]
    _refuse_reason(wanted["reason"])
    if name not in {"available", "on_hand"}:
        message = "The quantity name must be either 'available' or 'on_hand'."
        raise Problems(Refused(message, ("input", "name"), "INVALID_NAME"))
    for index, given in enumerate(wanted["quantities"]):
        path = ("input", "quantities", str(index))
        if "changeFromQuantity" not in given:
            _missing("InventoryQuantityInput")
        rows.append((given, path))
    _refuse_rows(stock, rows, lambda given: _bounds(given["quantity"], name))
    _refuse_doubles(rows)
    _refuse_stale(stock, rows, name)
    return _moved(store, wanted, [
        Row(g["inventoryItemId"], g["locationId"], g["quantity"] - _held(stock, g, name), path)
        for g, path in rows
    ])  # fmt: skip


def _adjust(store: Store, wanted: Mapping[str, Any]) -> Done:
    stock, rows = store.inventory, []
    _refuse_reason(wanted["reason"])
    if wanted["name"] != "available":
        message = "The sandbox adjusts only what is available."
        raise Problems(Refused(message, ("input", "name"), "INVALID_QUANTITY_NAME"))
    for index, given in enumerate(wanted["changes"]):
        if "changeFromQuantity" not in given:
            _missing("InventoryChangeInput")
        rows.append((given, ("input", "changes", str(index))))
    _refuse_rows(stock, rows, lambda given: _bounds(given["delta"], "available"))
    _refuse_stale(stock, rows, "available")
    return _moved(store, wanted, [
        Row(g["inventoryItemId"], g["locationId"], g["delta"], path) for g, path in rows
    ])  # fmt: skip


def _moved(store: Store, wanted: Mapping[str, Any], rows: Sequence[Row]) -> Done:
    for row in rows:
        if row.by:
            store.inventory.change(row.item, row.place, row.by)
            store.revision += 1
    return Done(
        wanted["reason"],
        wanted.get("referenceDocumentUri"),
        written(store.clock.now()),
        store.new_gid("InventoryAdjustmentGroup"),
        tuple(rows),
    )


Rows = Sequence[tuple[Mapping[str, Any], tuple[str, ...]]]


def _missing(kind: str) -> None:
    raise Failed(
        f"{kind} must include the following argument: changeFromQuantity.",
        "INVALID_FIELD_ARGUMENTS",
    )


def _refuse_reason(reason: str) -> None:
    if reason not in REASONS:
        message = f"The specified reason is invalid. Valid values are: {', '.join(REASONS)}."
        raise Problems(Refused(message, ("input", "reason"), "INVALID_REASON"))


def _refuse_rows(
    stock: Inventory, rows: Rows, bounds: Callable[[Mapping[str, Any]], tuple[str, str] | None]
) -> None:
    """Raise Problems for all rows that name what is not there, or more than there can be."""
    found = []
    for given, path in rows:
        item, place = given["inventoryItemId"], given["locationId"]
        if stock.item(item) is None:
            found.append(_unknown("inventory item", (*path, "inventoryItemId")))
        elif stock.place(place) is None:
            found.append(_unknown("location", (*path, "locationId")))
        elif item in stock.kept.bundles:
            message = "The specified inventory item is not allowed to be adjusted via API."
            code = "NON_MUTABLE_INVENTORY_ITEM"
            found.append(Refused(message, (*path, "inventoryItemId"), code))
        elif stock.level(item, place) is None:
            message = "The specified inventory item is not stocked at the location."
            code = "ITEM_NOT_STOCKED_AT_LOCATION"
            found.append(Refused(message, (*path, "locationId"), code))
        elif broken := bounds(given):
            field = "quantity" if "quantity" in given else "delta"
            found.append(Refused(broken[0], (*path, field), broken[1]))
    if found:
        raise Problems(*found)


def _unknown(what: str, path: tuple[str, ...]) -> Refused:
    code = "INVALID_LOCATION" if what == "location" else "INVALID_INVENTORY_ITEM"
    return Refused(f"The specified {what} could not be found.", path, code)


def _bounds(quantity: int, name: str) -> tuple[str, str] | None:
    if quantity > LIMIT:
        return f"The quantity can't be higher than {LIMIT:,}.", "INVALID_QUANTITY_TOO_HIGH"
    if name == "on_hand" and quantity < 0:
        return "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE"
    if quantity < -LIMIT:
        return f"The quantity can't be lower than -{LIMIT:,}.", "INVALID_QUANTITY_TOO_LOW"
    return None


def _refuse_doubles(rows: Rows) -> None:
    seen, found = set(), []
    for given, path in rows:
        pair = given["inventoryItemId"], given["locationId"]
        if pair in seen:
            message = "The combination of inventoryItemId and locationId must be unique."
            code = "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"
            found.append(Refused(message, (*path, "locationId"), code))
        seen.add(pair)
    if found:
        raise Problems(*found)


def _refuse_stale(stock: Inventory, rows: Rows, name: str) -> None:
    message = "The changeFromQuantity argument no longer matches the persisted quantity."
    found = [
        Refused(message, (*path, "changeFromQuantity"), "CHANGE_FROM_QUANTITY_STALE")
        for given, path in rows
        if given["changeFromQuantity"] is not None
        and given["changeFromQuantity"] != _held(stock, given, name)
    ]
    if found:
        raise Problems(*found)


def _held(stock: Inventory, given: Mapping[str, Any], name: str) -> int:
    level = stock.level(given["inventoryItemId"], given["locationId"])
    assert level is not None
    return level.on_hand if name == "on_hand" else level.available


# -- where an item is stocked


def _activate(store: Store) -> Handler:
    stock = store.inventory

    def handler(call: Call) -> Node:
        if call.key is None:
            raise Failed(NO_KEY)
        item, place = call.args["inventoryItemId"], call.args["locationId"]
        asked = {name: value for name, value in call.args.items() if value is not None}
        answers = stock.kept.answers
        if call.key in answers:
            if answers[call.key][0] != asked:
                return _mismatch()
            return done(inventoryLevel=stock.node(item, place))
        available = call.args.get("available")
        try:
            _refuse_stocking(stock, item, place, available)
        except Refused as refusal:
            return failing([{"field": list(refusal.field), "message": refusal.message}])
        if stock.level(item, place) is None:
            stock.stock(item, place, available or 0)
            store.revision += 1
        answers[call.key] = (asked, None)
        return done(inventoryLevel=stock.node(item, place))

    return handler


def _refuse_stocking(stock: Inventory, item: str, place: str, available: int | None) -> None:
    if stock.item(item) is None:
        raise Refused("The product couldn't be stocked because it wasn't found.",
                      ("inventoryItemId",))  # fmt: skip
    if item in stock.kept.bundles:
        raise Refused("The bundle's inventory follows its parts.", ("inventoryItemId",))
    where = stock.place(place)
    if where is None or not where["isActive"]:
        raise Refused("The location couldn't be found or is not active.", ("locationId",))
    if available is not None and stock.level(item, place) is not None:
        raise Refused(
            "Not allowed to set available quantity when the item is already active at the location.",
            ("available",),
        )


def _toggle(store: Store) -> Handler:
    stock = store.inventory

    def handler(call: Call) -> Node:
        item, updates = call.args["inventoryItemId"], call.args["inventoryItemUpdates"]
        if stock.item(item) is None:
            message = "The inventory item couldn't be found."
            return failing([{"field": ["inventoryItemId"], "message": message,
                             "code": "INVENTORY_ITEM_NOT_FOUND"}])  # fmt: skip
        for index, update in enumerate(updates):
            if problem := _not_toggled(stock, item, update):
                field = ["inventoryItemUpdates", str(index), "locationId"]
                message, code = problem
                return failing([{"field": field, "message": message, "code": code}])
        for update in updates:
            change = stock.stock if update["activate"] else stock.unstock
            change(item, update["locationId"])
            store.revision += 1
        shown = [stock.node(item, update["locationId"]) for update in updates]
        return done(inventoryItem=stock.item(item), inventoryLevels=shown)

    return handler


def _not_toggled(stock: Inventory, item: str, update: Mapping[str, Any]) -> tuple[str, str] | None:
    if stock.place(update["locationId"]) is None:
        return "The location couldn't be found.", "LOCATION_NOT_FOUND"
    if update["activate"]:
        return None
    level = stock.level(item, update["locationId"])
    if level is None:
        return "The item isn't stocked at the location.", "FAILED_TO_UNSTOCK_FROM_LOCATION"
    if level.committed:
        message = "The item has committed inventory at the location."
        return message, "COMMITTED_INVENTORY_AT_LOCATION"
    return None
