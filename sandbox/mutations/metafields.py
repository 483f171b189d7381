"""metafieldsSet and metafieldsDelete, and the metafields that come with products and variants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox import catalog
from sandbox.changes import Refusals, Refused
from sandbox.changes.metafields import judged
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, user_errors
from sandbox.nodes import Node
from sandbox.nodes.metafield import owner_type
from sandbox.records.metafield import OWNER_TYPES, Metafield
from sandbox.store import Store

Given = Mapping[str, Any]
Path = tuple[str, ...]
MOST = 25  # of one call
OWN_NAMESPACE = "app--1"  # of an app that names none
STALE = (
    "The resource has been updated since it was loaded. "
    "Try again with an updated `compareDigest` value."
)


def metafield_handlers(store: Store) -> dict[str, Handler]:
    return {"metafieldsSet": _set(store), "metafieldsDelete": _delete(store)}


def _set(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        given = call.args["metafields"]
        try:
            entries = _checked(store, given)
        except Refused as refusal:
            problems = user_errors(refusal)
            for problem in problems:
                index = (problem["field"] or ["", ""])[1:2]
                problem["elementIndex"] = int(index[0]) if index and index[0] else None
            return {"metafields": None, "userErrors": problems}
        for owner in dict.fromkeys(owner for owner, _ in entries):
            hung(store, owner, [entry for whose, entry in entries if whose == owner])
        found = [known(store, owner, entry) for owner, entry in entries]
        return done(metafields=[store.nodes[record.gid] for record in found if record])

    return handler


def _checked(store: Store, given: Sequence[Given]) -> list[tuple[str, Given]]:
    """Return what is to be set, by owner. Raises Refused: all or nothing."""
    if len(given) > MOST:
        message = f"Exceeded the maximum metafields input limit of {MOST}."
        raise Refused(message, ("metafields",), "LESS_THAN_OR_EQUAL_TO")
    problems: list[Refused] = []
    entries: list[tuple[str, Given]] = []
    for index, one in enumerate(given):
        path, owner = ("metafields", str(index)), one["ownerId"]
        if owner not in store.nodes or owner.split("/")[3] not in OWNER_TYPES:
            problems.append(Refused("Owner does not exist.", (*path, "ownerId"), "INVALID"))
            continue
        entry = completed(store, one, owner_type(owner), known(store, owner, one))
        found = wrong(store, entry, owner_type(owner), path)
        problems += found or _stale(store, owner, entry, path)
        entries.append((owner, entry))
    if problems:
        raise Refusals(problems)
    return entries


def _stale(store: Store, owner: str, entry: Given, path: Path) -> list[Refused]:
    """Compare and set: a digest has to be of the value that is there, null of none."""
    if "compareDigest" not in entry:
        return []
    old = known(store, owner, entry)
    current = store.nodes[old.gid]["compareDigest"] if old else None
    fits = entry["compareDigest"] == current
    return [] if fits else [Refused(STALE, path, "STALE_OBJECT")]


def known(store: Store, owner: str, given: Given) -> Metafield | None:
    """Return the metafield that an owner has under that name, or with that id."""
    namespace = given.get("namespace") or OWN_NAMESPACE
    for node in store.metafields_of(owner):
        if node["id"] == given.get("id") or (
            node["namespace"] == namespace and node["key"] == given.get("key")
        ):
            record = store.records[node["id"]]
            assert isinstance(record, Metafield)
            return record
    return None


def completed(store: Store, given: Given, owner: str, old: Metafield | None) -> dict[str, Any]:
    """Return the entry with what it leaves out: its namespace, and the type it has to have."""
    entry = dict(given)
    entry["namespace"] = given.get("namespace") or (old.namespace if old else OWN_NAMESPACE)
    entry["key"] = given.get("key") or (old.key if old else "")
    entry["value"] = given.get("value") or ""
    definition = _definition(store, entry, owner)
    if not entry.get("type"):
        entry["type"] = definition["type"]["name"] if definition else (old.type if old else None)
    return entry


def _definition(store: Store, entry: Given, owner: str) -> Node | None:
    for node in store.listed("MetafieldDefinition").values():
        if (node["ownerType"], node["namespace"], node["key"]) == (
            owner, entry["namespace"], entry["key"],
        ):  # fmt: skip
            return node
    return None


def wrong(store: Store, entry: Given, owner: str, path: Path) -> list[Refused]:
    definition = _definition(store, entry, owner)
    if definition and entry["type"] != definition["type"]["name"]:
        wanted = definition["type"]["name"]
        message = (
            f"Type '{entry['type']}' must be consistent with the definition's type: '{wanted}'."
        )
        return [Refused(message, (*path, "type"), "INVALID_TYPE")]
    return judged(entry, path, store.currency)


def hung(store: Store, owner: str, entries: Iterable[Given], *, alone: bool = False) -> None:
    """Set checked metafields of an owner; what is the same stays as it is, its times too.

    `alone`: those that are not given go.
    """
    gids, now, changed = set(), store.clock.now(), False
    for entry in entries:
        old = known(store, owner, entry)
        if old is None:
            gid = store.new_gid("Metafield")
            names = {name: entry[name] for name in ("namespace", "key", "type", "value")}
            new = Metafield(gid, owner, created_at=now, updated_at=now, **names)
        else:
            new = replace(old, type=entry["type"], value=entry["value"])
        if new != old:
            store.put(replace(new, updated_at=now))
            changed = True
        gids.add(new.gid)
    for node in store.metafields_of(owner) if alone else ():
        if node["id"] not in gids:
            store.remove(node["id"])
            changed = True
    if changed:
        _touch(store, owner)


def _touch(store: Store, owner: str) -> None:
    product = store.product(owner) or store.owner(owner)
    if product is not None:
        catalog.touched(store, product.gid)


class Coming:
    """Metafields that come with a product or variant: checked first, hung when it is there.

    `alone`: those that do not come go.
    """

    def __init__(self, store: Store, kind: str, *, alone: bool = False) -> None:
        self._store, self._kind, self._alone = store, kind, alone
        self._waiting: list[tuple[str, list[dict[str, Any]]]] = []

    def add(self, owner: str, given: Sequence[Given] | None, path: Path) -> None:
        """Check what is given of an owner, who need not be there yet. Raises Refused."""
        store, entries, problems = self._store, [], list[Refused]()
        for index, one in enumerate(given or ()):
            entry = completed(store, one, self._kind, known(store, owner, one))
            entries.append(entry)
            at = (*path, "metafields", str(index))
            problems += [
                Refused(
                    p.message, p.field, "INVALID_METAFIELD" if path[:1] == ("input",) else p.code
                )
                for p in wrong(store, entry, self._kind, at)
            ]
        if problems:
            raise Refusals(problems)
        if entries or (self._alone and given is not None):
            self._waiting.append((owner, entries))

    def hang(self) -> None:
        for owner, entries in self._waiting:
            hung(self._store, owner, entries, alone=self._alone)


def _delete(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        deleted: list[Node | None] = []
        for one in call.args["metafields"]:
            old = known(store, one["ownerId"], one)
            if old is None:
                deleted.append(None)
                continue
            store.remove(old.gid)
            _touch(store, old.owner_gid)
            deleted.append({"__typename": "MetafieldIdentifier", **one})
        return done(deletedMetafields=deleted)

    return handler
