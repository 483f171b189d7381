"""productSet: one product as a whole, at once or as a job that is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox import catalog
from sandbox.changes import Refusals, Refused
from sandbox.changes.options import Choices, chosen, plain, realised, refuse_doubles, titled
from sandbox.changes.product import given_fields
from sandbox.changes.product_set import followed, set_options, wanted_pairs
from sandbox.changes.variants import given_variant, without_nothing
from sandbox.gql.errors import Failed, NotServed
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.incoming import SetFiles
from sandbox.mutations.metafields import Coming
from sandbox.mutations.payload import done, refused, user_errors
from sandbox.mutations.products import created, handle_for
from sandbox.mutations.variants import MAX_VARIANTS, quantity
from sandbox.nodes import Node
from sandbox.records.product import Product, Variant
from sandbox.store import Store

Given = Mapping[str, Any]
UNSERVED = (
    "claimOwnership",
    "combinedListingRole",
    "requiresSellingPlan",
    "giftCardTemplateSuffix",
)
SET = ("title", "descriptionHtml", "vendor", "productType", "templateSuffix", "category", "status")


def product_set_handlers(store: Store) -> dict[str, Handler]:
    return {"productSet": _product_set(store)}


def _product_set(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        given, identifier = call.args["input"], call.args.get("identifier") or {}
        for name in UNSERVED:
            if given.get(name):
                raise NotServed(f"the input {name} of productSet")
        if "customId" in identifier:
            raise NotServed("products by a custom id")
        if not call.args["synchronous"]:
            operation = _later(store, identifier, given)
            return done(product=None, productSetOperation=operation)
        try:
            gid = product_set(store, identifier, given)
        except Refused as refusal:
            return refused(refusal, "product", "productSetOperation")
        return done(product=store.nodes[gid], productSetOperation=None)

    return handler


def _later(store: Store, identifier: Given, given: Given) -> Node:
    """Return an operation that does the work while it is looked at."""
    gid = store.new_gid("ProductSetOperation")
    operation: Node = {
        "__typename": "ProductSetOperation",
        "id": gid,
        "status": "CREATED",
        "product": None,
        "userErrors": [],
    }
    store.operations[gid] = operation

    def step() -> bool:
        if operation["status"] == "CREATED":
            operation["status"] = "ACTIVE"
            return False
        try:
            operation["product"] = store.nodes[product_set(store, identifier, given)]
        except Refused as refusal:
            operation["userErrors"] = user_errors(refusal)
        operation["status"] = "COMPLETE"
        return True

    store.jobs.add(step)
    return dict(operation)  # as it is now, whatever comes of it


def operation_query(store: Store) -> Handler:
    def handler(call: Call) -> Node | None:
        gid = call.args["id"]
        if "Operation/" not in gid:
            raise Failed(f"Invalid id: {gid}", "RESOURCE_NOT_FOUND")
        return store.operations.get(gid)

    return handler


def product_set(store: Store, identifier: Given, given: Given) -> str:
    """Make the product what is given, all or nothing, and return its id. Raises Refused."""
    gid = _meant(store, identifier, given)
    _check_lists(given)
    if gid is not None:
        before = catalog.required(store, gid, ("identifier", "id"), "PRODUCT_DOES_NOT_EXIST")
        changes, problems = given_fields(given)
    else:
        before = None
        changes, problems = given_fields({"title": None, **given})
    if problems:
        raise Refusals([_below(problem) for problem in problems])
    if before is not None:
        return _set(store, before, given, changes)
    told = list(store.outbox.deliveries)
    new = store.records[_created(store, identifier, given)]
    assert isinstance(new, Product)
    try:
        return _set(store, new, {**given, "handle": None}, changes)
    except Refused:
        catalog.undone(store, new.gid, told)
        raise


def _created(store: Store, identifier: Given, given: Given) -> str:
    handle = identifier.get("handle") or given.get("handle")
    plain_input = {name: given[name] for name in (*SET, "giftCard") if name in given}
    try:
        return created(store, {**plain_input, "handle": handle})
    except Refused as refusal:
        raise Refusals([_below(problem) for problem in refusal.each]) from refusal


def _meant(store: Store, identifier: Given, given: Given) -> str | None:
    """Return the id of the product that is to be changed; None for a new one."""
    if "handle" in identifier:
        return store.handles.get(identifier["handle"])
    gid = identifier.get("id") or given.get("id")
    return str(gid) if gid else None


def _check_lists(given: Given) -> None:
    variants, options = given.get("variants"), given.get("productOptions")
    if variants is not None and options is None:
        message = "Product options input is required when updating variants"
        raise Refused(message, ("input",), "PRODUCT_OPTIONS_INPUT_MISSING")
    if options is not None and variants is None:
        message = "Variants input is required when updating product options"
        raise Refused(message, ("input",), "VARIANTS_INPUT_MISSING")
    if variants is not None and len(variants) > MAX_VARIANTS:
        message = f"Product cannot have more than {MAX_VARIANTS} variants."
        raise Refused(message, ("input", "variants"), "VARIANTS_OVER_LIMIT")


def _set(store: Store, before: Product, given: Given, changes: Given) -> str:
    after = replace(before, **changes)
    files = SetFiles(store, given)
    replaced = given.get("files") is not None
    after = replace(after, media_gids=files.gids(before.media_gids, replaced=replaced))
    if given.get("handle"):
        try:
            after = replace(after, handle=handle_for(store, given, after.title, before.gid))
        except Refused as refusal:
            raise _below(refusal) from refusal
    of_product = Coming(store, "PRODUCT", alone=True)
    of_variants = Coming(store, "PRODUCTVARIANT", alone=True)
    of_product.add(before.gid, given.get("metafields"), ("input",))
    if given.get("variants") is not None:
        after = _with_variants(store, after, given, files, of_variants)
    changed = []
    if given.get("collections") is not None:
        changed = _collections(store, before.gid, given["collections"])
    files.incoming.take_in()
    catalog.kept(store, before, plain(after))
    catalog.put_collections(store, changed)
    of_product.hang()
    of_variants.hang()
    return before.gid


def _collections(store: Store, gid: str, wanted: Sequence[str]) -> list[Any]:
    by_hand = {one.gid for one in store.collections() if not one.smart and gid in one.product_gids}
    try:
        return catalog.gathered(store, gid, wanted, sorted(by_hand - set(wanted)))
    except Refused as refusal:
        raise Refused(refusal.message, ("input", "collections"), "INVALID_INPUT") from refusal


def _with_variants(
    store: Store, product: Product, given: Given, files: SetFiles, coming: Coming
) -> Product:
    """Return the product with the variants of the list and no others."""
    product = realised(product)
    options = set_options(product, given["productOptions"], store.new_gid)
    known = followed(product.variants, product.options, options)
    product = replace(product, options=options)
    there = There(Choices(product), known, {_key(variant): variant for variant in known.values()})
    problems: list[Refused] = []
    found: list[tuple[int, Variant]] = []
    where: dict[str, tuple[str, ...]] = {}
    for index, one in enumerate(given["variants"]):
        path = ("input", "variants", str(index))
        try:
            variant = _variant(store, product, one, path, there)
            if one.get("file"):
                variant = replace(variant, media_gids=(files.gid_of(one["file"]),))
            coming.add(variant.gid, one.get("metafields"), path)
        except Refused as refusal:
            problems += refusal.each
            continue
        where.setdefault(variant.gid, path)
        found.append((one.get("position") or index + 1, variant))
    if problems:
        raise Refusals(problems)
    variants = tuple(variant for _, variant in sorted(found, key=lambda pair: pair[0]))
    if not variants:
        message = "Product must have at least one variant"
        raise Refused(message, ("input", "variants"), "VARIANTS_INPUT_MISSING")
    refuse_doubles([v for _, v in found], where, "INVALID_VARIANT")
    return replace(product, variants=variants)


@dataclass(frozen=True, slots=True)
class There:
    """The options as they are to be, and the variants that are there already."""

    choices: Choices
    by_gid: Mapping[str, Variant]
    by_values: Mapping[tuple[tuple[str, str], ...], Variant]


def _key(variant: Variant) -> tuple[tuple[str, str], ...]:
    return tuple((name, value.lower()) for name, value in variant.options)


def _variant(
    store: Store,
    product: Product,
    given: Given,
    path: tuple[str, ...],
    there: There,
) -> Variant:
    """Return the variant of one entry: the one with its id, its values, or a new one."""
    changes, problems = given_variant(given, path)
    if problems:
        raise Refusals(problems)
    values = chosen(there.choices, given["optionValues"], path, "OPTION_DOES_NOT_EXIST")
    pairs = wanted_pairs(product, there.choices, values, path)
    old = there.by_gid.get(given.get("id") or "")
    if given.get("id") and old is None:
        message = "Product variant does not exist"
        raise Refused(message, (*path, "id"), "PRODUCT_VARIANT_DOES_NOT_EXIST")
    old = old or there.by_values.get(tuple((name, value.lower()) for name, value in pairs))
    changes = {**without_nothing(changes), "options": pairs}
    if given.get("inventoryQuantities"):
        changes["inventory_quantity"] = quantity(store, given, path)
    if old is not None:
        return titled(replace(old, **changes))
    gids = store.new_gid("ProductVariant"), store.new_gid("InventoryItem")
    start = {"title": "", "price": catalog.NOTHING, "tracked": False}
    return titled(Variant(*gids, **{**start, **changes}))


def _below(problem: Refused) -> Refused:
    return Refused(problem.message, ("input", *problem.field), CODES.get(problem.code))


# Codes of a product's fields that productSet does not have.
CODES: Mapping[str | None, str] = {
    "HANDLE_NOT_UNIQUE": "HANDLE_NOT_UNIQUE",
    **dict.fromkeys(("BLANK", "TOO_LONG", "TOO_BIG", "INVALID", None), "INVALID_PRODUCT"),
}
