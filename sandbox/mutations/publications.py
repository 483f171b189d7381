"""publishablePublish and publishableUnpublish: on which channels a product is sold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sandbox import catalog
from sandbox.changes import Refusals, Refused
from sandbox.clock import read
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.records.product import Product
from sandbox.store import Store

Dates = Mapping[str, datetime]  # by publication
Published = tuple[tuple[str, datetime], ...]


def publication_handlers(store: Store) -> dict[str, Handler]:
    return {
        "publishablePublish": _changing(store, _published),
        "publishableUnpublish": _changing(store, _unpublished),
    }


def _changing(store: Store, change: Callable[[Product, Dates], Published]) -> Handler:
    def handler(call: Call) -> Node:
        shop, gid = store.nodes[store.shop.gid], call.args["id"]
        try:
            product = _publishable(store, gid)
            wanted = _wanted(store, call.args["input"])
        except Refused as refusal:
            return {**refused(refusal), "publishable": store.nodes.get(gid), "shop": shop}
        catalog.kept(store, product, replace(product, published=change(product, wanted)))
        return done(publishable=store.nodes[gid], shop=shop)

    return handler


def _publishable(store: Store, gid: str) -> Product:
    product = store.product(gid)
    if product is None:
        raise Refused("Resource does not exist", ("id",))
    return product


def _wanted(store: Store, given: Sequence[Mapping[str, Any]]) -> dict[str, datetime]:
    problems, wanted = [], {}
    for index, entry in enumerate(given):
        gid = entry.get("publicationId")
        if gid not in store.listed("Publication"):
            message = "Publication does not exist or is not publishable"
            problems.append(Refused(message, ("input", str(index), "publicationId")))
            continue
        date = entry.get("publishDate")
        wanted[str(gid)] = read(date) if date else store.clock.now()
    if problems:
        raise Refusals(problems)
    return wanted


def _published(product: Product, wanted: Dates) -> Published:
    """Return where it is sold now; what it was sold on already keeps its date."""
    return tuple((dict(wanted) | dict(product.published)).items())


def _unpublished(product: Product, wanted: Dates) -> Published:
    return tuple((gid, since) for gid, since in product.published if gid not in wanted)
