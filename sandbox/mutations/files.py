"""fileCreate, fileUpdate, fileDelete, productVariantAppendMedia."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox import catalog, media
from sandbox.changes import Refusals, Refused
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.records.media import Media
from sandbox.records.product import Product, Variant
from sandbox.store import Store

Given = Mapping[str, Any]


def file_handlers(store: Store) -> dict[str, Handler]:
    return {
        "fileCreate": _create(store),
        "fileUpdate": _update(store),
        "fileDelete": _delete(store),
        "productVariantAppendMedia": _append(store),
    }


def _create(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        given = call.args["files"]
        try:
            media.check_all(given, ("files",))
        except Refused as refusal:
            return refused(refusal, "files")
        gids = [store.new_gid(media.kind_of(one)) for one in given]
        for gid, one in zip(gids, given, strict=True):
            media.added(store, one, gid)
        return done(files=[store.nodes[gid] for gid in gids])

    return handler


# -- update


def _update(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        given = call.args["files"]
        problems = [p for i, one in enumerate(given) for p in _wrong(store, one, str(i))]
        if problems:
            return refused(Refusals(problems), "files")
        for one in given:
            _change(store, one)
        return done(files=[store.nodes[one["id"]] for one in given])

    return handler


def _wrong(store: Store, given: Given, index: str) -> list[Refused]:
    path = ("files", index)
    record = store.records.get(given["id"])
    if not isinstance(record, Media):
        message = f"File id {given['id']} does not exist."
        return [Refused(message, (*path, "id"), "FILE_DOES_NOT_EXIST")]
    if given.get("previewImageSource") and record.kind == "MediaImage":
        given = {**given, "originalSource": given["previewImageSource"]}
    problems = media.checked_alt(given, path)
    if given.get("originalSource"):
        problems = media.checked(given, path)
    if not record.ready:
        message = "Non-ready files cannot be updated."
        problems.append(Refused(message, (*path, "id"), "NON_READY_STATE"))
    for name in ("referencesToAdd", "referencesToRemove"):
        problems += [
            Refused(
                f"The reference target {gid} does not exist.",
                (*path, name),
                "REFERENCE_TARGET_DOES_NOT_EXIST",
            )
            for gid in given.get(name) or ()
            if store.product(gid) is None
        ]
    return problems


def _change(store: Store, given: Given) -> None:
    record = store.records[given["id"]]
    assert isinstance(record, Media)
    changes: dict[str, Any] = {
        name: given[name] for name in ("alt", "filename") if given.get(name) is not None
    }
    source = given.get("originalSource") or given.get("previewImageSource")
    if source:
        changes |= {"source": source, "status": "UPLOADED", "error": None}
    after = replace(record, **changes)
    if after != record:
        store.put(replace(after, updated_at=store.clock.now()))
        for product in store.products_with(record.gid):
            catalog.touched(store, product.gid)
    if source:
        media.work(store, record.gid)
    for gid in given.get("referencesToAdd") or ():
        hang(store, gid, [record.gid])
    for gid in given.get("referencesToRemove") or ():
        unhang(store, gid, {record.gid})


def hang(store: Store, product_gid: str, gids: Sequence[str]) -> None:
    """Put files behind those that a product has."""
    product = store.product(product_gid)
    assert product is not None
    more = tuple(gid for gid in gids if gid not in product.media_gids)
    catalog.kept(store, product, replace(product, media_gids=(*product.media_gids, *more)))


def unhang(store: Store, product_gid: str, gids: set[str]) -> None:
    """Take files away from a product and its variants."""
    product = store.product(product_gid)
    assert product is not None
    catalog.kept(store, product, _without(product, gids))


def _without(product: Product, gids: set[str]) -> Product:
    variants = tuple(
        replace(v, media_gids=tuple(gid for gid in v.media_gids if gid not in gids))
        for v in product.variants
    )
    left = tuple(gid for gid in product.media_gids if gid not in gids)
    return replace(product, media_gids=left, variants=variants)


# -- delete


def _delete(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        gids = call.args["fileIds"]
        unknown = [gid for gid in gids if not isinstance(store.records.get(gid), Media)]
        if unknown:
            message = f"File ids {', '.join(unknown)} do not exist."
            refusal = Refused(message, ("fileIds",), "FILE_DOES_NOT_EXIST")
            return refused(refusal, "deletedFileIds")
        for gid in dict.fromkeys(gids):
            for product in store.products_with(gid):
                unhang(store, product.gid, {gid})
            store.remove(gid)
        return done(deletedFileIds=gids)

    return handler


# -- pictures of variants


def _append(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        gid, given = call.args["productId"], call.args["variantMedia"]
        try:
            before = catalog.required(store, gid, ("productId",), "PRODUCT_DOES_NOT_EXIST")
            after = _appended(store, before, given)
        except Refused as refusal:
            return refused(refusal, "product", "productVariants")
        catalog.kept(store, before, after)
        variants = [store.nodes[one["variantId"]] for one in given]
        return done(product=store.nodes[gid], productVariants=variants)

    return handler


def _appended(store: Store, product: Product, given: Sequence[Given]) -> Product:
    variants = {variant.gid: variant for variant in product.variants}
    for index, one in enumerate(given):
        path = ("variantMedia", str(index))
        variant = variants.get(one["variantId"])
        if variant is None:
            message = "Product variant does not exist"
            raise Refused(
                message, (*path, "variantId"), "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT"
            )
        variants[variant.gid] = _with_media(store, product, variant, one["mediaIds"], path)
    return replace(product, variants=tuple(variants.values()))


def _with_media(
    store: Store, product: Product, variant: Variant, gids: Sequence[str], path: tuple[str, ...]
) -> Variant:
    field = (*path, "mediaIds")
    if len(gids) != 1:
        message = "Only one mediaId is allowed per variantMedia input pair"
        raise Refused(message, field, "TOO_MANY_MEDIA_PER_INPUT_PAIR")
    if variant.media_gids:
        message = "The specified variant already has attached media"
        raise Refused(message, path, "PRODUCT_VARIANT_ALREADY_HAS_MEDIA")
    record = store.records.get(gids[0])
    if not isinstance(record, Media) or record.gid not in product.media_gids:
        message = "Media does not exist on the specified product"
        raise Refused(message, field, "MEDIA_DOES_NOT_EXIST_ON_PRODUCT")
    if not record.ready:
        message = "Non-ready media cannot be attached to variants"
        raise Refused(message, field, "NON_READY_MEDIA")
    return replace(variant, media_gids=(record.gid,))
