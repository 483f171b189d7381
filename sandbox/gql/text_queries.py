"""The root fields that read definitions of metafields, texts to translate, and who works in the shop."""

from __future__ import annotations

from sandbox.gql.connection import page, ranked
from sandbox.gql.errors import Failed
from sandbox.gql.execution import Call, Handler
from sandbox.nodes import Node
from sandbox.nodes.translation import resource_node, translatable
from sandbox.store import Store


def text_queries(store: Store) -> dict[str, Handler]:
    return {
        "metafieldDefinitions": _definitions(store),
        "translatableResource": _resource(store),
        "translatableResourcesByIds": _resources(store),
        "staffMembers": _staff(store),
    }


def _definitions(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        owner, namespace = call.args["ownerType"], call.args.get("namespace")
        found = [
            node
            for node in store.listed("MetafieldDefinition").values()
            if node["ownerType"] == owner and namespace in {None, node["namespace"]}
        ]
        result = page(ranked(found, lambda _: ""), call.args, edges=call.field.edges)
        call.answer.observed.note("QueryRoot.metafieldDefinitions", len(result["nodes"]))
        return result

    return handler


def _resource(store: Store) -> Handler:
    def handler(call: Call) -> Node | None:
        gid = call.args["resourceId"]
        node = store.nodes.get(gid)
        return resource_node(node, store) if node is not None and translatable(gid) else None

    return handler


def _resources(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        gids = dict.fromkeys(call.args["resourceIds"])
        found = [
            resource_node(store.nodes[gid], store)
            for gid in gids
            if gid in store.nodes and translatable(gid)
        ]
        result = page(ranked(found, lambda _: ""), call.args, edges=call.field.edges)
        call.answer.observed.note("QueryRoot.translatableResourcesByIds", len(result["nodes"]))
        return result

    return handler


def _staff(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        if not store.shop.plus:
            raise Failed(
                "Access denied for staffMembers field. Required access: `read_users` access scope. "
                "Also: The app must be a finance embedded app or installed on a Shopify Plus or "
                "Advanced store.",
                "ACCESS_DENIED",
                requiredAccess="`read_users` access scope.",
            )
        members = [
            {
                "__typename": "StaffMember",
                "id": member.gid,
                "name": member.name,
                "email": member.email,
                "active": member.active,
            }
            for member in store.shop.staff
        ]
        result = page(ranked(members, lambda _: ""), call.args, edges=call.field.edges)
        call.answer.observed.note("QueryRoot.staffMembers", len(result["nodes"]))
        return result

    return handler
