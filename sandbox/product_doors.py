"""/__sandbox/products…: what a merchant does in Shopify's own pages, behind the API's back.

products/edit   {"handle" | "id" | "sku": …, "title": …, "status": …, "tags": […], and so on;
                 "price", "compareAtPrice", "barcode", "newSku", "cost", "weight" of the variant `sku`}
products/add    what productSet takes
products/delete {"handle" | "id": …}, or one variant: {"sku": …}
collections/add {"title": …, "products": [handle, …], "smart": true}
collections/remove, publications/remove {"id": …} or the name;  publications/add {"name": …, "handle": …}
metafields/define {"owner": "PRODUCT", "namespace": …, "key": …, "name": …, "type": …}
locales         {"locales": [["en", "English", true], …]}, the shop's own first
deliveries      {"topic": …}: what webhooks would have said since the last time, and lets go of it
bulk            {"status": "FAILED" | "EXPIRED" | "CANCELED", "errorCode": "TIMEOUT"}: ends what is under way
jobs            {"hold": true}, {"hold": false}, {"finish": true}: work that is asked about
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sandbox import catalog
from sandbox.asked import BadRequest
from sandbox.bulk import under_way
from sandbox.changes.metafields import known
from sandbox.changes.product import free_handle, handle_of
from sandbox.changes.variants import given_variant, without_nothing
from sandbox.mutations.product_set import product_set
from sandbox.mutations.products import updated
from sandbox.records.collection import Collection, Publication
from sandbox.records.metafield import MetafieldDefinition
from sandbox.records.product import Product, Variant
from sandbox.store import Store

Given = Mapping[str, Any]
VARIANT_WORDS = ("price", "compareAtPrice", "barcode", "taxable", "inventoryPolicy")
OTHER_WORDS = frozenset({"id", "handle", "sku", "newSku", "cost", "weight", *VARIANT_WORDS})


def product_doors(store: Store) -> dict[str, Callable[[Any], Any]]:
    """Return the doors by their path. They raise BadRequest and Refused."""
    return {
        "products/edit": lambda given: _edit(store, given),
        "products/add": lambda given: {"id": product_set(store, {}, given)},
        "products/delete": lambda given: _delete(store, given),
        "collections/add": lambda given: _add_collection(store, given),
        "collections/remove": lambda given: _remove(store, given, "Collection", "title"),
        "publications/add": lambda given: _add_publication(store, given),
        "publications/remove": lambda given: _remove(store, given, "Publication", "name"),
        "metafields/define": lambda given: _define(store, given),
        "locales": lambda given: _locales(store, given),
        "deliveries": lambda given: _deliveries(store, given),
        "bulk": lambda given: _bulk(store, given),
        "jobs": lambda given: _jobs(store, given),
    }


def _edit(store: Store, given: Given) -> dict[str, str]:
    product, variant = _meant(store, given)
    fields = {name: value for name, value in given.items() if name not in OTHER_WORDS}
    if "newHandle" in fields:
        fields["handle"] = fields.pop("newHandle")
    if fields:
        product = updated(store, product, fields)
    if variant is not None:
        changes, problems = given_variant(_of_variant(given), ())
        if problems:
            raise problems[0]
        variants = tuple(
            replace(one, **without_nothing(changes)) if one.gid == variant.gid else one
            for one in product.variants
        )
        catalog.kept(store, product, replace(product, variants=variants))
    return {"id": product.gid, "handle": product.handle}


def _of_variant(given: Given) -> dict[str, Any]:
    words = {name: given[name] for name in VARIANT_WORDS if name in given}
    item: dict[str, Any] = {}
    if "newSku" in given:
        item["sku"] = given["newSku"]
    if "cost" in given:
        item["cost"] = given["cost"]
    if "weight" in given:
        item["measurement"] = {"weight": {"value": given["weight"], "unit": "KILOGRAMS"}}
    return {**words, "inventoryItem": item} if item else words


def _meant(store: Store, given: Given) -> tuple[Product, Variant | None]:
    """Return the product, and the variant if one is named by its SKU."""
    if "sku" in given:
        found = store.variants_by_sku().get(str(given["sku"]))
        if found is None:
            raise BadRequest(f"There is no variant with the SKU {given['sku']}.")
        return found
    gid = given.get("id") or store.handles.get(str(given.get("handle")), "")
    product = store.product(gid)
    if product is None:
        raise BadRequest("There is no such product: give its id, its handle or a SKU.")
    return product, product.variants[0] if len(product.variants) == 1 else None


def _delete(store: Store, given: Given) -> dict[str, str]:
    product, variant = _meant(store, given)
    if "sku" in given and variant is not None and len(product.variants) > 1:
        left = tuple(one for one in product.variants if one.gid != variant.gid)
        catalog.kept(store, product, replace(product, variants=left))
        return {"id": variant.gid}
    catalog.dropped(store, product)
    return {"id": product.gid}


def _add_collection(store: Store, given: Given) -> dict[str, str]:
    title, taken = str(given["title"]), {one.handle for one in store.collections()}
    collection = Collection(
        store.new_gid("Collection"),
        free_handle(handle_of(title), taken.__contains__),
        title,
        store.clock.now(),
        product_gids=tuple(
            _meant(store, {"handle": handle})[0].gid for handle in given.get("products", ())
        ),
        smart=bool(given.get("smart", False)),
    )
    store.put(collection)
    return {"id": collection.gid, "handle": collection.handle}


def _add_publication(store: Store, given: Given) -> dict[str, str]:
    name = str(given["name"])
    handle = str(given.get("handle") or handle_of(name))
    publication = Publication(store.new_gid("Publication"), name, handle)
    store.put(publication)
    return {"id": publication.gid, "handle": handle}


def _remove(store: Store, given: Given, kind: str, name: str) -> dict[str, str]:
    for gid, node in store.listed(kind).items():
        if gid == given.get("id") or node[name] == given.get(name):
            store.remove(gid)
            return {"id": gid}
    raise BadRequest(f"There is no such {kind.lower()}: give its id or its {name}.")


def _define(store: Store, given: Given) -> dict[str, str]:
    if not known(str(given["type"])):
        raise BadRequest(f"There is no type {given['type']} of metafields.")
    definition = MetafieldDefinition(
        store.new_gid("MetafieldDefinition"),
        str(given.get("owner") or "PRODUCT"),
        str(given["namespace"]),
        str(given["key"]),
        str(given.get("name") or given["key"]),
        str(given["type"]),
        given.get("description"),
    )
    store.put(definition)
    return {"id": definition.gid}


def _locales(store: Store, given: Given) -> dict[str, int]:
    locales = tuple((str(code), str(name), bool(on)) for code, name, on in given["locales"])
    if not locales:
        raise BadRequest("A shop has at least one language.")
    store.put(replace(store.shop, locales=locales))
    return {"locales": len(locales)}


def _deliveries(store: Store, given: Given) -> dict[str, Any]:
    return {"deliveries": [one.shown() for one in store.outbox.taken(given.get("topic"))]}


def _bulk(store: Store, given: Given) -> dict[str, str]:
    """End the bulk operation that is under way; what it did so far can be fetched."""
    status, code = str(given["status"]), given.get("errorCode")
    for kind in ("MUTATION", "QUERY"):
        node = under_way(store, kind)
        if node is not None:
            store.enders[node["id"]](status, code)
            return {"id": node["id"], "status": status}
    raise BadRequest("No bulk operation is under way.")


def _jobs(store: Store, given: Given) -> dict[str, bool]:
    if "hold" in given:
        store.jobs.held = bool(given["hold"])
    if given.get("finish"):
        store.jobs.finish()
    return {"held": store.jobs.held}
