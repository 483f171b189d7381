"""Who works in the shop: told to shops on Plus alone."""

from __future__ import annotations

from sandbox.gql.connection import page, ranked
from sandbox.gql.errors import Failed
from sandbox.gql.execution import Call, Handler
from sandbox.nodes import Node
from sandbox.store import Store


def staff_members(store: Store) -> Handler:
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
