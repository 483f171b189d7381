"""productReorderMedia, productVariantDetachMedia. Shopify moves one after another, so do we."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox import catalog
from sandbox.changes import Refused
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, refused, user_errors
from sandbox.nodes import Node
from sandbox.records.product import Product
from sandbox.store import Store

Given = Mapping[str, Any]
NO_PRODUCT = "PRODUCT_DOES_NOT_EXIST"


def media_handlers(store: Store) -> dict[str, Handler]:
    return {
        "productReorderMedia": _reorder(store),
        "productVariantDetachMedia": _detach(store),
    }


def _reorder(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        try:
            before = catalog.required(store, call.args["id"], ("id",), NO_PRODUCT)
            after = replace(before, media_gids=_moved(before, call.args["moves"]))
        except Refused as refusal:
            return {**refused(refusal, "job"), "mediaUserErrors": user_errors(refusal)}
        catalog.kept(store, before, after)
        job = {"__typename": "Job", "id": store.new_gid("Job"), "done": True, "query": None}
        return done(job=job, mediaUserErrors=[])

    return handler


def _moved(product: Product, moves: Sequence[Given]) -> tuple[str, ...]:
    gids = list(product.media_gids)
    for index, move in enumerate(moves):
        if move["id"] not in gids:
            message = "Media does not exist on the specified product"
            field = ("moves", str(index), "id")
            raise Refused(message, field, "MEDIA_DOES_NOT_EXIST_ON_PRODUCT")
        gids.remove(move["id"])
        gids.insert(int(move["newPosition"]), move["id"])
    return tuple(gids)


def _detach(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        gid, given = call.args["productId"], call.args["variantMedia"]
        try:
            before = catalog.required(store, gid, ("productId",), NO_PRODUCT)
            after = _detached(before, given)
        except Refused as refusal:
            return refused(refusal, "product", "productVariants")
        catalog.kept(store, before, after)
        variants = [store.nodes[one["variantId"]] for one in given]
        return done(product=store.nodes[gid], productVariants=variants)

    return handler


def _detached(product: Product, given: Sequence[Given]) -> Product:
    variants = {variant.gid: variant for variant in product.variants}
    for index, one in enumerate(given):
        path = ("variantMedia", str(index))
        variant = variants.get(one["variantId"])
        if variant is None:
            code = "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT"
            raise Refused("Product variant does not exist", (*path, "variantId"), code)
        if not set(one["mediaIds"]) <= set(variant.media_gids):
            message = "The specified media is not attached to the specified variant"
            raise Refused(message, (*path, "mediaIds"), "MEDIA_IS_NOT_ATTACHED_TO_VARIANT")
        left = tuple(gid for gid in variant.media_gids if gid not in one["mediaIds"])
        variants[variant.gid] = replace(variant, media_gids=left)
    return replace(product, variants=tuple(variants.values()))
