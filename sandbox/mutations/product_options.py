"""productOptionUpdate and productOptionsCreate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product as combined
from typing import Any

from sandbox import catalog
from sandbox.changes import Refused
from sandbox.changes.options import check_number, made, plain, realised, renamed, titled
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.records.product import DEFAULT_TITLE, Option, OptionValue, Product, Variant
from sandbox.store import Store

MAX_VARIANTS = 2048


def option_handlers(store: Store) -> dict[str, Handler]:
    return {
        "productOptionUpdate": _changing(store, _option_updated),
        "productOptionsCreate": _changing(store, _options_created),
    }


def _changing(store: Store, change: Any) -> Handler:
    def handler(call: Call) -> Node:
        gid = call.args["productId"]
        try:
            before = catalog.required(store, gid, ("productId",), "PRODUCT_DOES_NOT_EXIST")
            after = change(store, realised(before), call.args)
        except Refused as refusal:
            product = store.listed("Product").get(gid)
            return {**refused(refusal), "product": product}
        catalog.kept(store, before, plain(after))
        return done(product=store.nodes[gid])

    return handler


# -- update


def _option_updated(store: Store, product: Product, args: Mapping[str, Any]) -> Product:
    given = args["option"]
    option = next((one for one in product.options if one.gid == given["id"]), None)
    if option is None:
        raise Refused("Option does not exist", ("option",), "OPTION_DOES_NOT_EXIST")
    name = (given.get("name") or option.name).strip()
    others = {one.name.lower() for one in product.options if one is not option}
    if name.lower() in others:
        message = f"Option '{name}' already exists."
        raise Refused(message, ("option", "name"), "OPTION_ALREADY_EXISTS")
    place = given.get("position")
    if place is not None and not 1 <= place <= len(product.options):
        raise Refused("Position is invalid", ("option", "position"), "INVALID_POSITION")
    values = _new_names(option, args.get("optionValuesToUpdate") or ())
    after = renamed(product, option, name, values, place)
    after = _with_more(store, after, option.gid, args.get("optionValuesToAdd") or ())
    return _with_fewer(after, option.gid, args)


def _new_names(option: Option, given: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    known = {value.gid for value in option.values}
    names: dict[str, str] = {}
    for index, value in enumerate(given):
        field = ("optionValuesToUpdate", str(index))
        if value["id"] not in known:
            raise Refused("Option value does not exist", field, "OPTION_VALUE_DOES_NOT_EXIST")
        if value.get("name"):
            names[value["id"]] = value["name"].strip()
    after = [names.get(value.gid, value.name).lower() for value in option.values]
    if len(set(after)) < len(after):
        message, code = "Option value already exists", "OPTION_VALUE_ALREADY_EXISTS"
        raise Refused(message, ("optionValuesToUpdate",), code)
    return names


def _with_more(
    store: Store, product: Product, gid: str, given: Sequence[Mapping[str, Any]]
) -> Product:
    """Return the product with more values in one option; no variant has them yet."""

    def grown(option: Option) -> Option:
        known = {value.name.lower() for value in option.values}
        values = list(option.values)
        for index, entry in enumerate(given):
            name = (entry.get("name") or "").strip()
            if not name or name.lower() in known:
                field = ("optionValuesToAdd", str(index))
                raise Refused("Option value already exists", field, "OPTION_VALUE_ALREADY_EXISTS")
            known.add(name.lower())
            values.append(OptionValue(store.new_gid("ProductOptionValue"), name))
        return replace(option, values=tuple(values))

    options = tuple(grown(one) if one.gid == gid else one for one in product.options)
    return replace(product, options=options)


def _with_fewer(product: Product, gid: str, args: Mapping[str, Any]) -> Product:
    """Return the product without some values; with MANAGE also without their variants."""
    gone = set(args.get("optionValuesToDelete") or ())
    if not gone:
        return product
    option = next(one for one in product.options if one.gid == gid)
    names = {value.name for value in option.values if value.gid in gone}
    if not gone <= {value.gid for value in option.values}:
        field = ("optionValuesToDelete",)
        raise Refused("Option value does not exist", field, "OPTION_VALUE_DOES_NOT_EXIST")
    left = tuple(v for v in product.variants if dict(v.options).get(option.name) not in names)
    if len(left) < len(product.variants) and args.get("variantStrategy") != "MANAGE":
        message = "Cannot delete option values with variants"
        raise Refused(message, ("optionValuesToDelete",), "OPTION_VALUE_HAS_VARIANTS")
    values = tuple(value for value in option.values if value.gid not in gone)
    if not left or not values:
        message = "Cannot delete all option values in option"
        field = ("optionValuesToDelete",)
        raise Refused(message, field, "CANNOT_DELETE_ALL_OPTION_VALUES_IN_OPTION")
    options = tuple(
        replace(one, values=values) if one.gid == gid else one for one in product.options
    )
    return replace(product, options=options, variants=left)


# -- create


def _options_created(store: Store, product: Product, args: Mapping[str, Any]) -> Product:
    if [v.options for v in product.variants] == [(("Title", DEFAULT_TITLE),)]:
        bare = replace(product.variants[0], options=())
        product = replace(product, options=(), variants=(bare,))
    known = {option.name.lower() for option in product.options}
    for index, given in enumerate(args["options"]):
        if (given.get("name") or "").strip().lower() in known:
            message = f"Option '{given['name']}' already exists."
            raise Refused(message, ("options", str(index)), "OPTION_ALREADY_EXISTS")
    check_number(len(product.options) + len(args["options"]), ("options",))
    more = made(args["options"], store.new_gid, ("options",))
    variants = tuple(_with_first(variant, more) for variant in product.variants)
    after = replace(product, options=(*product.options, *more), variants=variants)
    return _multiplied(store, after, more) if args["variantStrategy"] == "CREATE" else after


def _with_first(variant: Variant, more: Sequence[Option]) -> Variant:
    pairs = tuple((option.name, option.values[0].name) for option in more)
    return titled(replace(variant, options=(*variant.options, *pairs)))


def _multiplied(store: Store, product: Product, more: Sequence[Option]) -> Product:
    """Return the product with a variant for each combination with the new values."""
    variants = list(product.variants)
    choices = [[(option.name, value.name) for value in option.values] for option in more]
    for variant in product.variants:
        base = variant.options[: -len(more)]
        for pairs in combined(*choices):
            if (*base, *pairs) != variant.options:
                fresh = replace(
                    variant,
                    gid=store.new_gid("ProductVariant"),
                    inventory_item_gid=store.new_gid("InventoryItem"),
                    options=(*base, *pairs),
                    sku=None,
                    inventory_quantity=0,
                )
                variants.append(titled(fresh))
    if len(variants) > MAX_VARIANTS:
        message = f"Product cannot have more than {MAX_VARIANTS} variants."
        raise Refused(message, ("options",), "TOO_MANY_VARIANTS_CREATED")
    return replace(product, variants=tuple(variants))
