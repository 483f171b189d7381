"""The root fields that read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.gql.connection import page, ranked
from sandbox.gql.errors import Failed, NotServed
from sandbox.gql.execution import Call, Handler
from sandbox.gql.listing import Listing, Listings
from sandbox.gql.product_queries import product_queries
from sandbox.gql.staff_query import staff_members
from sandbox.nodes import Node
from sandbox.nodes.values import count
from sandbox.store import Store

# Lists that hide some rows, and the argument that shows them.
SHOW_ALL = {"locations": "includeInactive", "fulfillmentOrders": "includeClosed"}
SINGLE = {
    "order": "Order",
    "customer": "Customer",
    "product": "Product",
    "productVariant": "ProductVariant",
    "fulfillmentOrder": "FulfillmentOrder",
    "fulfillment": "Fulfillment",
    "location": "Location",
    "inventoryItem": "InventoryItem",
    "refund": "Refund",
    "return": "Return",
    "reverseFulfillmentOrder": "ReverseFulfillmentOrder",
    "collection": "Collection",
    "bulkOperation": "BulkOperation",
}
LISTS = (
    "orders", "customers", "products", "productVariants", "fulfillmentOrders", "locations",
    "collections", "publications", "files", "bulkOperations", "inventoryItems",
)  # fmt: skip
COUNTS = {
    "ordersCount": "orders",
    "productsCount": "products",
    "productVariantsCount": "productVariants",
    "customersCount": "customers",
    "collectionsCount": "collections",
}


def query_handlers(store: Store) -> dict[str, Handler]:
    """Return the handlers of all root fields that read, by name."""
    listings = Listings(store)
    handlers: dict[str, Handler] = {
        "shop": lambda _: store.nodes[store.shop.gid],
        "currentAppInstallation": lambda _: store.nodes["gid://shopify/AppInstallation/1"],
        "node": lambda call: store.nodes.get(call.args["id"]),
        "nodes": lambda call: [store.nodes.get(gid) for gid in call.args["ids"]],
    }
    handlers |= product_queries(store)
    handlers["staffMembers"] = staff_members(store)
    handlers["customerByIdentifier"] = lambda call: _identified(store, call)
    handlers |= {name: _single(store, kind) for name, kind in SINGLE.items()}
    handlers |= {name: _listed(listings, name) for name in LISTS}
    handlers |= {name: _counted(listings, root) for name, root in COUNTS.items()}
    return handlers


def _single(store: Store, kind: str) -> Handler:
    def handler(call: Call) -> Node | None:
        gid = str(call.args.get("id"))
        if not gid.startswith(f"gid://shopify/{kind}/"):
            raise Failed(f"Invalid id: {gid}", "RESOURCE_NOT_FOUND")
        return store.listed(kind).get(gid)

    return handler


def _identified(store: Store, call: Call) -> Node | None:
    """Find by exactly one of id, e-mail and phone; not as a search does, that is fuzzy."""
    [(kind, wanted)] = call.args["identifier"].items()
    names = {"id": "id", "emailAddress": "email", "phoneNumber": "phone"}
    if kind not in names:
        raise NotServed(f"customers by {kind}")
    text = str(wanted).lower()
    nodes = store.listed("Customer").values()
    return next((node for node in nodes if str(node[names[kind]] or "").lower() == text), None)


def _listed(listings: Listings, root: str) -> Handler:
    def handler(call: Call) -> Node:
        switch = SHOW_ALL.get(root)
        shown = bool(call.args.get(switch)) if switch else True
        listing = listings.find(root, call.args, shown=shown)
        if call.args.get("catalogType") not in {None, "APP"}:  # all publications are apps'
            listing = Listing(ranked([], lambda _: ""), listing.search)
        call.answer.search += listing.search.warnings([call.field.key])
        result = page(listing.ranked, call.args, edges=call.field.edges)
        call.answer.observed.note(f"QueryRoot.{root}", len(result["nodes"]))
        return result

    return handler


def _counted(listings: Listings, root: str) -> Callable[[Call], Any]:
    def handler(call: Call) -> Node:
        listing = listings.find(root, {"query": call.args.get("query")})
        call.answer.search += listing.search.warnings([call.field.key])
        found, limit = len(listing.ranked.nodes), call.args.get("limit")
        if limit is not None and found > limit:
            return {"count": limit, "precision": "AT_LEAST"}
        return count(found)

    return handler
