"""metafieldsSet and metafieldsDelete: all or none, and only over the value that the caller has seen."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.gql.execution import Call, Handler
from sandbox.nodes import Node
from sandbox.nodes.metafield import JSON_TYPES, compare_digest, owner_type
from sandbox.records.metafield import Metafield, MetafieldDefinition
from sandbox.store import Store

MOST = 25  # metafields of a call
DEFAULT_NAMESPACE = "custom"  # Shopify puts the app's own in its place
OWNERS = ("Product", "ProductVariant", "Customer", "Company")
WORDS = {
    "number_integer": (re.compile(r"[+-]?\d{1,16}"), "Value must be an integer."),
    "number_decimal": (re.compile(r"[+-]?\d{1,13}(\.\d{1,9})?"), "Value must be a decimal."),
    "boolean": (re.compile("true|false"), "Value must be true or false."),
    "date": (re.compile(r"\d{4}-\d\d-\d\d"), "Value must be in YYYY-MM-DD format."),
    "color": (re.compile("#[0-9a-fA-F]{6}"), "Value must be a hex color code."),
}

Problem = tuple[str, str, str]  # input at fault, message, code


def metafield_handlers(store: Store) -> dict[str, Handler]:
    return {"metafieldsSet": _set(store), "metafieldsDelete": _delete(store)}


def _set(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        given: Sequence[Mapping[str, Any]] = call.args["metafields"]
        if len(given) > MOST:
            message = f"Exceeded the maximum metafields input limit of {MOST}."
            problem = _error(["metafields"], message, "LESS_THAN_OR_EQUAL_TO", None)
            return {"metafields": None, "userErrors": [problem]}
        problems = [
            _error(["metafields", str(index), field], message, code, index)
            for index, each in enumerate(given)
            for field, message, code in _problems(store, each)
        ]
        if problems:
            return {"metafields": [], "userErrors": problems}
        gids = [_write(store, each) for each in given]
        return {"metafields": [store.nodes[gid] for gid in gids], "userErrors": []}

    return handler


def _error(field: list[str], message: str, code: str, index: int | None) -> Node:
    return {
        "__typename": "MetafieldsSetUserError",
        "field": field,
        "message": message,
        "code": code,
        "elementIndex": index,
    }


def _problems(store: Store, given: Mapping[str, Any]) -> list[Problem]:
    gid = given["ownerId"]
    if gid not in store.nodes or gid.split("/")[3] not in OWNERS:
        return [("ownerId", "Owner does not exist.", "INVALID")]
    known, kind = _known(store, given), _type(store, given)
    if kind is None:
        return [("type", "Type can't be blank", "BLANK")]
    if not given["value"].strip():
        return [("value", "Value can't be blank.", "BLANK")]
    if _stale(given, known):
        message = (
            "The resource has been updated since it was loaded. Try again with an updated "
            "`compareDigest` value."
        )
        return [("compareDigest", message, "STALE_OBJECT")]
    definition = _definition(store, given)
    if definition is not None and definition.type != kind:
        message = f"Type must be consistent with the definition's type: '{definition.type}'."
        return [("type", message, "INVALID_TYPE")]
    wrong = _wrong(kind, given["value"])
    return [("value", wrong, "INVALID_VALUE")] if wrong else []


def _stale(given: Mapping[str, Any], known: Metafield | None) -> bool:
    """A digest that is null says that there is none; one that is left out says nothing."""
    if "compareDigest" not in given:
        return False
    return bool(given["compareDigest"] != (compare_digest(known) if known else None))


def _wrong(kind: str, value: str) -> str:
    """Return what is wrong with a value; Shopify looks at more than this."""
    if kind in WORDS:
        pattern, message = WORDS[kind]
        return "" if pattern.fullmatch(value) else message
    if kind in JSON_TYPES or kind.startswith("list."):
        try:
            json.loads(value)
        except ValueError:
            return "Value is invalid JSON."
    return ""


def _known(store: Store, given: Mapping[str, Any]) -> Metafield | None:
    wanted = (given.get("namespace") or DEFAULT_NAMESPACE, given["key"])
    for node in store.metafields_of(given["ownerId"]):
        if (node["namespace"], node["key"]) == wanted:
            record = store.records[node["id"]]
            assert isinstance(record, Metafield)
            return record
    return None


def _definition(store: Store, given: Mapping[str, Any]) -> MetafieldDefinition | None:
    wanted = (
        owner_type(given["ownerId"]),
        given.get("namespace") or DEFAULT_NAMESPACE,
        given["key"],
    )
    for gid in store.listed("MetafieldDefinition"):
        record = store.records[gid]
        assert isinstance(record, MetafieldDefinition)
        if (record.owner_type, record.namespace, record.key) == wanted:
            return record
    return None


def _type(store: Store, given: Mapping[str, Any]) -> str | None:
    if given.get("type"):
        return str(given["type"])
    known, definition = _known(store, given), _definition(store, given)
    return known.type if known else definition.type if definition else None


def _write(store: Store, given: Mapping[str, Any]) -> str:
    """Take one in and return its id; what says the same keeps its moment."""
    now, known, kind = store.clock.now(), _known(store, given), _type(store, given)
    assert kind is not None
    if known is None:
        record = Metafield(
            gid=store.new_gid("Metafield"),
            owner_gid=given["ownerId"],
            namespace=given.get("namespace") or DEFAULT_NAMESPACE,
            key=given["key"],
            type=kind,
            value=given["value"],
            created_at=now,
            updated_at=now,
        )
    elif (known.type, known.value) == (kind, given["value"]):
        return known.gid
    else:
        record = replace(known, type=kind, value=given["value"], updated_at=now)
    store.put(record)
    return record.gid


def _delete(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        deleted: list[Node | None] = []
        for given in call.args["metafields"]:
            known = _known(store, given)
            if known is None:
                deleted.append(None)
                continue
            store.remove(known.gid)
            deleted.append(
                {
                    "__typename": "MetafieldIdentifier",
                    "ownerId": known.owner_gid,
                    "namespace": known.namespace,
                    "key": known.key,
                }
            )
        return {"deletedMetafields": deleted, "userErrors": []}

    return handler
