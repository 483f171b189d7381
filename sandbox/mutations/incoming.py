"""Files that come with a call about a product: with ids at once, taken in when all else is well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox import media
from sandbox.changes import Refused
from sandbox.gql.errors import NotServed
from sandbox.records.media import Media
from sandbox.records.product import Product
from sandbox.store import Store

Given = Mapping[str, Any]
Path = tuple[str, ...]


class Incoming:
    """The new files of one call. Raises Refused for an address that is none."""

    def __init__(self, store: Store, given: Sequence[Given], path: Path) -> None:
        media.check_all(given, path)
        self._store = store
        self._new = [(store.new_gid(media.kind_of(one)), one) for one in given]

    @property
    def gids(self) -> tuple[str, ...]:
        return tuple(gid for gid, _ in self._new)

    @property
    def by_source(self) -> dict[str, str]:
        return {one["originalSource"]: gid for gid, one in self._new}

    def take_in(self) -> None:
        for gid, one in self._new:
            media.added(self._store, one, gid)


class SetFiles:
    """The files of a productSet call: known ones by id, new ones by address."""

    def __init__(self, store: Store, given: Given) -> None:
        self._store = store
        self._known: list[str] = []
        new: list[Given] = []
        self._order: list[tuple[str | None, str]] = []  # (id, address) as given
        for index, one in enumerate(given.get("files") or ()):
            self._note(one, ("input", "files", str(index)), new)
        self.listed = len(self._order)  # those that the product gets, the rest are variants'
        for index, variant in enumerate(given.get("variants") or ()):
            if variant.get("file"):
                path = ("input", "variants", str(index), "file")
                self._note(variant["file"], path, new)
        self.incoming = Incoming(store, new, ("input", "files"))

    def _note(self, one: Given, path: Path, new: list[Given]) -> None:
        gid, source = one.get("id"), one.get("originalSource") or ""
        if gid and not isinstance(self._store.records.get(gid), Media):
            raise Refused(f"File id {gid} does not exist.", (*path, "id"), "NOT_FOUND")
        if not gid and source not in {known["originalSource"] for known in new}:
            problems = media.checked(one, path)
            if problems:
                raise Refused(problems[0].message, problems[0].field, "INVALID_INPUT")
            new.append(one)
        self._order.append((gid, source))

    def gid_of(self, one: Given) -> str:
        return str(one.get("id") or self.incoming.by_source[one["originalSource"]])

    def gids(self, before: Sequence[str], *, replaced: bool) -> tuple[str, ...]:
        """Return what the product has afterwards, in order."""
        by_source = self.incoming.by_source
        found = [gid or by_source[source] for gid, source in self._order]
        start = found[: self.listed] if replaced else before
        return tuple(dict.fromkeys([*start, *found[self.listed :]]))


def media_of_variant(
    given: Given, product: Product, by_source: Mapping[str, str], path: Path
) -> tuple[str, ...] | None:
    """Return the pictures that an input gives a variant; None when it says nothing of them.

    `by_source`: the media that come with the call. Raises Refused.
    """
    gid, sources = given.get("mediaId"), given.get("mediaSrc")
    if gid and sources:
        message = "Cannot specify both mediaId and mediaSrc"
        raise Refused(message, path, "CANNOT_SPECIFY_BOTH")
    if gid:
        if gid not in product.media_gids:
            message = "Media does not exist on the specified product"
            raise Refused(message, (*path, "mediaId"), "MUST_BE_FOR_THIS_PRODUCT")
        return (gid,)
    if not sources:
        return None
    if len(sources) > 1:
        raise NotServed("more than one picture of a variant")
    if sources[0] not in by_source:
        message = "mediaSrc must be one of the media that are given with the call"
        raise Refused(message, (*path, "mediaSrc"), "INVALID_INPUT")
    return (by_source[sources[0]],)
