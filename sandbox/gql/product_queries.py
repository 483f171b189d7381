"""The root fields that read of products what is no plain list and no record by its id."""

from __future__ import annotations

from sandbox.gql.connection import PAGING, nested
from sandbox.gql.errors import NotServed
from sandbox.gql.execution import Call, Handler
from sandbox.nodes import Node
from sandbox.store import Store


def product_queries(store: Store) -> dict[str, Handler]:
    return {
        "productByIdentifier": _by_identifier(store),
        "shopLocales": _locales(store),
        "metafieldDefinitions": _definitions(store),
    }


def _by_identifier(store: Store) -> Handler:
    def handler(call: Call) -> Node | None:
        wanted = call.args["identifier"]
        if "customId" in wanted:
            raise NotServed("products by a custom id")
        if "id" in wanted:
            return store.listed("Product").get(wanted["id"])
        return store.by_handle(wanted["handle"])

    return handler


def _definitions(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        args = call.args
        found = [
            node
            for node in store.listed("MetafieldDefinition").values()
            if node["ownerType"] == args["ownerType"]
            and args.get("namespace") in {None, node["namespace"]}
            and args.get("key") in {None, node["key"]}
        ]
        paging = {name: value for name, value in args.items() if name in PAGING}
        return nested(found, paging, "QueryRoot.metafieldDefinitions", edges=call.field.edges)

    return handler


def _locales(store: Store) -> Handler:
    def handler(call: Call) -> list[Node]:
        return [
            {
                "__typename": "ShopLocale",
                "locale": locale,
                "name": name,
                "primary": index == 0,
                "published": published,
                "marketWebPresences": [],
            }
            for index, (locale, name, published) in enumerate(store.shop.locales)
            if published or not call.args.get("published")
        ]

    return handler
