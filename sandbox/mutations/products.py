"""productCreate, productUpdate, productDelete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox import catalog
from sandbox.changes import Refusals, Refused
from sandbox.changes.options import made
from sandbox.changes.product import free_handle, given_fields, handle_of
from sandbox.gql.errors import Failed, NotServed
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.incoming import Incoming
from sandbox.mutations.metafields import Coming
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.records.product import DEFAULT_TITLE, Option, Product, Variant
from sandbox.store import Store

UNSERVED = (
    "claimOwnership",
    "combinedListingRole",
    "requiresSellingPlan",
    "giftCardTemplateSuffix",
)


def product_handlers(store: Store) -> dict[str, Handler]:
    return {
        "productCreate": _create(store),
        "productUpdate": _update(store),
        "productDelete": _delete(store),
    }


def _create(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        given = _input(call.args)
        try:
            incoming = Incoming(store, call.args.get("media") or (), ("media",))
            gid = created(store, given, incoming)
        except Refused as refusal:
            return {**refused(refusal, "product"), "shop": store.nodes[store.shop.gid]}
        return done(product=store.nodes[gid], shop=store.nodes[store.shop.gid])

    return handler


def created(store: Store, given: Mapping[str, Any], incoming: Incoming | None = None) -> str:
    """Take a new product in and return its id. Raises Refused."""
    changes, problems = given_fields({"title": None, **given})
    if problems:
        raise Refusals(problems)
    gid, now = store.new_gid("Product"), store.clock.now()
    options = made(given.get("productOptions") or (), store.new_gid, ("productOptions",))
    changed = catalog.gathered(store, gid, given.get("collectionsToJoin") or ())
    coming = Coming(store, "PRODUCT")
    coming.add(gid, given.get("metafields"), ())
    changes.setdefault("vendor", store.shop.name)
    product = Product(
        gid=gid,
        handle=handle_for(store, given, changes["title"], gid),
        variants=(first_variant(store, options),),
        created_at=now,
        updated_at=now,
        options=options,
        is_gift_card=bool(given.get("giftCard")),
        media_gids=incoming.gids if incoming else (),
        **changes,
    )
    if incoming:
        incoming.take_in()
    catalog.stocked(store, product)
    catalog.put_collections(store, changed)
    coming.hang()
    return gid


def first_variant(store: Store, options: tuple[Option, ...]) -> Variant:
    """Return the variant that a new product has before anybody gives it one."""
    values = tuple((option.name, option.values[0].name) for option in options)
    return Variant(
        gid=store.new_gid("ProductVariant"),
        inventory_item_gid=store.new_gid("InventoryItem"),
        title=" / ".join(value for _, value in values) or DEFAULT_TITLE,
        price=catalog.NOTHING,
        options=values,
        tracked=False,
    )


def handle_for(store: Store, given: Mapping[str, Any], title: str, gid: str) -> str:
    """Return the handle that is given, or one from the title. Raises Refused for a taken one."""
    wanted = handle_of(given.get("handle") or "")

    def taken(handle: str) -> bool:
        return store.handles.get(handle, gid) != gid

    if wanted and taken(wanted):
        message = f"Handle '{wanted}' already in use. Please provide a new handle."
        raise Refused(message, ("handle",), "HANDLE_NOT_UNIQUE")
    return wanted or free_handle(handle_of(title), taken)


def _update(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        given = _input(call.args)
        gid = _meant(store, call.args, given)
        try:
            before = catalog.required(store, gid, ("id",))
            incoming = Incoming(store, call.args.get("media") or (), ("media",))
            updated(store, before, given, incoming)
        except Refused as refusal:
            return {**refused(refusal), "product": store.listed("Product").get(gid)}
        return done(product=store.nodes[gid])

    return handler


def updated(
    store: Store, before: Product, given: Mapping[str, Any], incoming: Incoming | None = None
) -> Product:
    """Change what is given of a product. Raises Refused, and has changed nothing then."""
    changes, problems = given_fields(given)
    if problems:
        raise Refusals(problems)
    if given.get("handle"):
        changes["handle"] = handle_for(store, given, before.title, before.gid)
    join, leave = given.get("collectionsToJoin") or (), given.get("collectionsToLeave") or ()
    changed = catalog.gathered(store, before.gid, join, leave)
    coming = Coming(store, "PRODUCT")
    coming.add(before.gid, given.get("metafields"), ())
    if incoming:
        incoming.take_in()
        changes["media_gids"] = (*before.media_gids, *incoming.gids)
    after = catalog.kept(store, before, replace(before, **changes))
    catalog.put_collections(store, changed)
    coming.hang()
    return after


def _meant(store: Store, args: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    identifier = args.get("identifier") or {}
    if "handle" in identifier:
        return store.handles.get(identifier["handle"], "")
    return str(identifier.get("id") or given.get("id") or "")


def _delete(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        empty = {"productDeleteOperation": None, "shop": store.nodes[store.shop.gid]}
        gid = call.args["input"]["id"]
        try:
            product = catalog.required(store, gid, ("id",))
        except Refused as refusal:
            return {**refused(refusal, "deletedProductId"), **empty}
        catalog.dropped(store, product)
        return {**done(deletedProductId=gid), **empty}

    return handler


def _input(args: Mapping[str, Any]) -> Mapping[str, Any]:
    if args.get("input") is not None:
        raise NotServed("the argument input, which Shopify took out of service: use product")
    given = args.get("product")
    if given is None:
        raise Failed("The product argument is required.", "BAD_REQUEST")
    for name in UNSERVED:
        if given.get(name):
            raise NotServed(f"the input {name} of products")
    checked: Mapping[str, Any] = given
    return checked
