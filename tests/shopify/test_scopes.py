"""The scopes that are named as needed are those that Shopify's schema asks for what we ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    visit,
)

from connector.management.scopes import (
    ACTIONS,
    CHANNELS,
    CUSTOMERS,
    FEATURES,
    IMPORT,
    OWN_SERVICE,
    PICTURES,
    PRODUCTS,
    RETURNS,
    SHIPMENTS,
    STAFF,
    STOCK,
    TEXTS,
)
from connector.shopify.documents import load, names

WRITES = {
    ACTIONS: ("order_cancel", "order_close", "order_mark_as_paid"),
    SHIPMENTS: ("fulfillment_create",),
    OWN_SERVICE: ("fulfillment_order_accept_fulfillment_request",),
    PRODUCTS: (
        *("product_set", "product_update", "product_option_rename", "product_variants_create"),
        *("product_variants_update", "variant_prices_update", "bulk_mutation_run"),
        *("metafields_set", "metafields_delete", "staged_uploads_create"),
    ),
    CHANNELS: ("product_publish",),
    STOCK: ("inventory_activate", "inventory_set_quantities"),
    PICTURES: (
        *("file_delete", "file_update", "product_media_add", "product_media_reorder"),
        *("variant_media_hide", "variant_media_show"),
    ),
    TEXTS: ("translations_register",),
    CUSTOMERS: (
        *("customer_address_create", "customer_address_update", "customer_set"),
        "customer_update",
    ),
}
# What else a feature needs to do it.
BESIDES = {PICTURES: PRODUCTS, CHANNELS: PRODUCTS, OWN_SERVICE: SHIPMENTS}
OF = {
    name: IMPORT.scopes | feature.scopes | BESIDES.get(feature, IMPORT).scopes
    for feature, names_ in WRITES.items()
    for name in names_
} | {
    "inventory_levels": IMPORT.scopes | STOCK.scopes,
    "publications_page": IMPORT.scopes | CHANNELS.scopes,
    "shop_locales": TEXTS.scopes,
    "translatable_resources": IMPORT.scopes | TEXTS.scopes,
    "staff_members": STAFF.scopes,
}
READING = IMPORT.scopes | SHIPMENTS.scopes | RETURNS.scopes


@pytest.fixture(scope="module")
def access(shared: Path) -> dict[str, Any]:
    path = shared / "shopify" / "schema" / "required_access-2026-10.json"
    told: dict[str, Any] = orjson.loads(path.read_bytes())
    found: dict[str, Any] = told["types"] | told["fields"]
    return found


@pytest.fixture(scope="module")
def whole(shared: Path) -> GraphQLSchema:
    path = shared / "shopify" / "schema" / "admin-2026-10.min.graphql"
    return build_schema(path.read_text(encoding="utf-8"), assume_valid=True)


def touched(text: str, schema: GraphQLSchema) -> set[str]:
    """Types and fields, as "Order" and "Location.name"."""
    info, found = TypeInfo(schema), set[str]()

    class Fields(Visitor):
        def enter_field(self, node: Any, *_more: Any) -> None:
            parent, kind = info.get_parent_type(), info.get_type()
            found.add(f"{parent.name if parent else ''}.{node.name.value}")
            if kind:
                found.add(get_named_type(kind).name)

    visit(parse(text), TypeInfoVisitor(info, Fields()))
    return found


@pytest.mark.parametrize("name", names())
def test_a_document_asks_for_nothing_that_no_feature_names(
    name: str, access: dict[str, Any], whole: GraphQLSchema
) -> None:
    granted = OF.get(name, READING)

    for what in touched(load(name).text, whole) & access.keys():
        wanted = access[what]["scopes"]
        assert not wanted or granted & set(wanted), f"{name}: {what} takes one of {wanted}"


def test_every_mutation_has_a_feature_that_writes() -> None:
    written = {name for names_ in WRITES.values() for name in names_}
    assert {name for name in names() if load(name).is_mutation} == written
    assert {feature.writes for feature in FEATURES} == {True, False}
