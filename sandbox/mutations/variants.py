"""productVariantsBulkCreate, …BulkUpdate, …BulkDelete, and inventoryItemUpdate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox import catalog
from sandbox.changes import Refusals, Refused
from sandbox.changes.options import (
    Choices,
    chosen,
    complete,
    plain,
    realised,
    refuse_doubles,
    titled,
    with_values,
)
from sandbox.changes.variants import given_item, given_variant, without_nothing
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.incoming import Incoming, media_of_variant
from sandbox.mutations.metafields import Coming
from sandbox.mutations.payload import done, refused, user_errors
from sandbox.nodes import Node
from sandbox.records.product import Product, Variant
from sandbox.store import Store

MAX_VARIANTS = 2048
Given = Mapping[str, Any]
Path = tuple[str, ...]


def variant_handlers(store: Store) -> dict[str, Handler]:
    return {
        "productVariantsBulkCreate": _bulk_create(store),
        "productVariantsBulkUpdate": _bulk_update(store),
        "productVariantsBulkDelete": _bulk_delete(store),
        "inventoryItemUpdate": _item_update(store),
    }


# -- create


def _bulk_create(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        args = call.args
        try:
            before = catalog.required(
                store, args["productId"], ("productId",), "PRODUCT_DOES_NOT_EXIST"
            )
            incoming = Incoming(store, args.get("media") or (), ("media",))
            start = replace(before, media_gids=(*before.media_gids, *incoming.gids))
            after, new = _with_new(store, start, args, incoming)
            coming = Coming(store, "PRODUCTVARIANT")
            for index, (variant, one) in enumerate(zip(new, args["variants"], strict=True)):
                coming.add(variant.gid, one.get("metafields"), ("variants", str(index)))
        except Refused as refusal:
            return {**refused(refusal, "product"), "productVariants": []}
        incoming.take_in()
        catalog.kept(store, before, after)
        coming.hang()
        variants = [store.nodes[variant.gid] for variant in new]
        return done(product=store.nodes[before.gid], productVariants=variants)

    return handler


def _with_new(
    store: Store, before: Product, args: Given, incoming: Incoming
) -> tuple[Product, list[Variant]]:
    """Return the product with new variants, and these. Raises Refused: all or none."""
    problems: list[Refused] = []
    new = []
    before = realised(before)
    choices = Choices(before)
    for index, one in enumerate(args["variants"]):
        path = ("variants", str(index))
        try:
            pictures = media_of_variant(one, before, incoming.by_source, path) or ()
            new.append(replace(new_variant(store, before, choices, one, path), media_gids=pictures))
        except Refused as refusal:
            problems += refusal.each
    if problems:
        raise Refusals(problems)
    old = () if _stands_alone(before, args["strategy"]) else before.variants
    if len(old) + len(new) > MAX_VARIANTS:
        message = f"Product cannot have more than {MAX_VARIANTS} variants."
        raise Refused(message, ("variants",), "INVALID_INPUT")
    where = {variant.gid: ("variants", str(index)) for index, variant in enumerate(new)}
    variants = (*old, *new)
    refuse_doubles(variants, where, "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE")
    return plain(with_values(replace(before, variants=variants), store.new_gid)), new


def _stands_alone(product: Product, strategy: str) -> bool:
    """Say whether the only variant gives way: the default one, or any by REMOVE_….

    DEFAULT keeps the variant that productCreate made of the first values of the options.
    """
    if len(product.variants) != 1 or strategy == "PRESERVE_STANDALONE_VARIANT":
        return False
    return strategy == "REMOVE_STANDALONE_VARIANT" or plain(product).options == ()


def new_variant(
    store: Store, product: Product, choices: Choices, given: Given, path: Path
) -> Variant:
    """Return a variant of an input. Raises Refused with all that is wrong with it."""
    if given.get("id"):
        raise Refused("On create, this key cannot be used", (*path, "id"), "NO_KEY_ON_CREATE")
    changes, problems = given_variant(given, path)
    if problems:
        raise Refusals(problems)
    found = chosen(choices, given.get("optionValues") or (), path, "INVALID_INPUT")
    variant = Variant(
        gid=store.new_gid("ProductVariant"),
        inventory_item_gid=store.new_gid("InventoryItem"),
        title="",
        options=complete(product, found, path),
        inventory_quantity=quantity(store, given, path),
        **{"price": catalog.NOTHING, **without_nothing(changes)},
    )
    return titled(variant)


def quantity(store: Store, given: Given, path: Path) -> int:
    """Return what there is of a new variant, at all places together."""
    total = 0
    for level in given.get("inventoryQuantities") or ():
        if level["locationId"] not in store.listed("Location"):
            message = "Quantity couldn't be set because the location was deleted."
            field = (*path, "inventoryQuantities")
            raise Refused(message, field, "TRACKED_VARIANT_LOCATION_NOT_FOUND")
        total += level["availableQuantity"] if "availableQuantity" in level else level["quantity"]
    return total


# -- update


def _bulk_update(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        args = call.args
        try:
            before = catalog.required(
                store, args["productId"], ("productId",), "PRODUCT_DOES_NOT_EXIST"
            )
            incoming = Incoming(store, args.get("media") or (), ("media",))
        except Refused as refusal:
            return refused(refusal, "product", "productVariants")
        start = replace(before, media_gids=(*before.media_gids, *incoming.gids))
        coming = Coming(store, "PRODUCTVARIANT")
        after, changed, problems = _with_changes(store, start, args["variants"], incoming, coming)
        if problems and not args["allowPartialUpdates"]:
            payload = refused(Refusals(problems), "productVariants")
            return {**payload, "product": store.nodes[before.gid]}
        incoming.take_in()
        catalog.kept(store, before, after)
        coming.hang()
        return {
            "product": store.nodes[before.gid],
            "productVariants": [store.nodes[gid] for gid in changed],
            "userErrors": user_errors(Refusals(problems)) if problems else [],
        }

    return handler


def _with_changes(
    store: Store, before: Product, given: Sequence[Given], incoming: Incoming, coming: Coming
) -> tuple[Product, list[str], list[Refused]]:
    """Return the product with what could be changed, the variants that were, and the problems."""
    before = realised(before)
    choices, variants = Choices(before), {variant.gid: variant for variant in before.variants}
    changed: list[str] = []
    problems: list[Refused] = []
    for index, one in enumerate(given):
        path = ("variants", str(index))
        try:
            after = changed_variant(before, choices, variants, one, path)
            pictures = media_of_variant(one, before, incoming.by_source, path)
            if pictures is not None:
                after = replace(after, media_gids=pictures)
            if after.options != variants[after.gid].options:
                others = [variant for variant in variants.values() if variant.gid != after.gid]
                refuse_doubles([*others, after], {after.gid: path}, "VARIANT_ALREADY_EXISTS")
            coming.add(after.gid, one.get("metafields"), path)
        except Refused as refusal:
            problems += refusal.each
            continue
        variants[after.gid] = after
        changed.append(after.gid)
    product = replace(before, variants=tuple(variants.values()))
    return plain(with_values(product, store.new_gid)), changed, problems


def changed_variant(
    product: Product,
    choices: Choices,
    variants: Mapping[str, Variant],
    given: Given,
    path: Path,
) -> Variant:
    """Return the variant as an input changes it. Raises Refused with all that is wrong."""
    if not given.get("id"):
        message = "Product variant is missing ID attribute"
        raise Refused(message, (*path, "id"), "PRODUCT_VARIANT_ID_MISSING")
    variant = variants.get(given["id"])
    if variant is None:
        message = "Product variant does not exist"
        raise Refused(message, (*path, "id"), "PRODUCT_VARIANT_DOES_NOT_EXIST")
    if given.get("inventoryQuantities"):
        message = (
            "Inventory quantities can only be provided during create. "
            "To update inventory for existing variants, use inventoryAdjustQuantities."
        )
        field = (*path, "inventoryQuantities")
        raise Refused(message, field, "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE")
    changes, problems = given_variant(given, path)
    if problems:
        raise Refusals(problems)
    after = replace(variant, **without_nothing(changes))
    if given.get("optionValues"):
        found = chosen(choices, given["optionValues"], path, "OPTION_DOES_NOT_EXIST")
        pairs = complete(product, dict(variant.options) | found, path)
        after = titled(replace(after, options=pairs))
    return after


# -- delete


def _bulk_delete(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        try:
            before = catalog.required(
                store, call.args["productId"], ("productId",), "PRODUCT_DOES_NOT_EXIST"
            )
            after = without(before, call.args["variantsIds"])
        except Refused as refusal:
            return refused(refusal, "product")
        catalog.kept(store, before, after)
        return done(product=store.nodes[before.gid])

    return handler


def without(before: Product, gids: Sequence[str]) -> Product:
    """Return the product without some of its variants. Raises Refused: one has to stay."""
    known = {variant.gid for variant in before.variants}
    problems = [
        Refused(
            "At least one variant does not belong to the product",
            ("variantsIds", str(index)),
            "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT",
        )
        for index, gid in enumerate(gids)
        if gid not in known
    ]
    if problems:
        raise Refusals(problems)
    left = tuple(variant for variant in before.variants if variant.gid not in gids)
    if not left:
        message = "Cannot delete default variant"
        raise Refused(message, ("variantsIds",), "CANNOT_DELETE_LAST_VARIANT")
    return replace(before, variants=left)


# -- inventory items


def _item_update(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        gid = call.args["id"]
        product = store.owner(gid)
        changes, problems = given_item(call.args["input"], ("input",))
        if product is None:
            problems = [
                Refused("The product couldn't be updated because it does not exist.", ("id",))
            ]
        if product is None or problems:
            return refused(Refusals(problems), "inventoryItem")
        variants = tuple(
            replace(variant, **without_nothing(changes))
            if variant.inventory_item_gid == gid
            else variant
            for variant in product.variants
        )
        catalog.kept(store, product, replace(product, variants=variants))
        return done(inventoryItem=store.nodes[gid])

    return handler
