"""What Shopify charges for a document, and what it refunds once the answer is known.

    page(n)     0 for none, else max(1, floor(2 ln n)): 1→1 10→4 50→7 100→9 250→11
    connection  2 + page(first or last) × (1 + node)
    object      1 + what is below it; a list of objects costs one of them; scalars nothing
    union       its dearest member
    mutation    10 + what is below the payload's own objects
    free        money, user errors, shop and location addresses

Source: fitted to 2,472 recorded pairs of document and cost, 96 % exact; the published rules
(scalar 0, object 1, connection "sized by first", mutation 10) agree but leave the logarithm out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.language import FieldNode, OperationDefinitionNode, OperationType, SelectionSetNode

from sandbox.gql.selections import Fragments, argument, collected, merged

FREE_TYPES = frozenset({"MoneyV2", "MoneyBag", "LocationAddress", "ShopAddress"})
# Prices that do not follow from the rules; each was recorded.
FIELD_COST = {
    "Customer.defaultAddress": 0,
    **{
        f"QueryRoot.{root}Count": 10
        for root in ("orders", "products", "customers", "companies", "locations", "productVariants")
    },
    "Mutation.orderCapture": 20,
    "Mutation.refundCreate": 20,
    "Mutation.fulfillmentTrackingInfoUpdate": 50,
}
MAX_COST = 1000  # of one document, on every plan

Sizes = Callable[[str, int], int]  # connection ("Order.lineItems"), page asked for → price factor


def page(size: int) -> int:
    """Return what a page of that many objects costs, in objects."""
    return max(1, math.floor(2 * math.log(size))) if size > 0 else 0


def _as_asked(_connection: str, size: int) -> int:
    return page(size)


@dataclass(slots=True)
class Observed:
    """How full the connections of one answer were."""

    calls: dict[str, list[int]] = field(default_factory=dict)  # connection → [pages, rows]

    def note(self, connection: str, rows: int) -> None:
        seen = self.calls.setdefault(connection, [0, 0])
        seen[0] += 1
        seen[1] += rows

    def size(self, connection: str, asked: int) -> int:
        """Return the price of a page that was not full; an empty one keeps its full price."""
        pages, rows = self.calls.get(connection, (0, 0))
        if not rows or not asked:
            return page(asked)
        share = rows / pages / asked
        return min(page(asked), math.floor(2 * math.log(asked) * share + 0.5) if asked > 1 else 1)


@dataclass(frozen=True, slots=True)
class CostModel:
    """The price of one operation with one set of variables."""

    schema: GraphQLSchema
    fragments: Fragments
    variables: Mapping[str, Any]
    sizes: Sizes = _as_asked
    absent: frozenset[str] = frozenset()  # answers that came back null: "fulfillmentCreate.order"

    def cost(self, operation: OperationDefinitionNode) -> int:
        """Return the points of the operation, at least 1."""
        mutation = operation.operation is OperationType.MUTATION
        root = self.schema.mutation_type if mutation else self.schema.query_type
        assert root is not None
        fields = self._fields([operation.selection_set], root)
        price = self._mutation if mutation else self._root
        return max(1, sum(price(root, key, nodes) for key, nodes in fields))

    def _root(self, root: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> int:
        return 1 if key in self.absent else self._field(root, nodes)

    def _mutation(self, root: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> int:
        name = nodes[0].name.value
        payload = get_named_type(root.fields[name].type)
        assert isinstance(payload, GraphQLObjectType)
        price = FIELD_COST.get(f"{root.name}.{name}", 10)
        for below, parts in self._fields(merged(nodes), payload):
            if f"{key}.{below}" not in self.absent:
                price += self._payload_field(payload, parts)
        return price

    def _payload_field(self, payload: GraphQLObjectType, nodes: Sequence[FieldNode]) -> int:
        kind = get_named_type(payload.fields[nodes[0].name.value].type)
        if is_leaf_type(kind):
            return 0
        cost = self._field(payload, nodes)
        return cost if _is_connection(kind) or _is_free(kind) else cost - 1

    def _field(self, owner: GraphQLNamedType, nodes: Sequence[FieldNode]) -> int:
        assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)
        name = nodes[0].name.value
        kind = get_named_type(owner.fields[name].type)
        fixed = FIELD_COST.get(f"{owner.name}.{name}")
        if is_leaf_type(kind):
            return fixed or 0
        if _is_connection(kind):
            return (2 if fixed is None else fixed) + self._connection(owner, nodes, kind)
        price = 0 if _is_free(kind) else 1
        return (price if fixed is None else fixed) + self._selection(merged(nodes), kind)

    def _connection(
        self, owner: GraphQLNamedType, nodes: Sequence[FieldNode], kind: GraphQLNamedType
    ) -> int:
        asked = self._argument(nodes[0], "first") or self._argument(nodes[0], "last") or 0
        size = self.sizes(f"{owner.name}.{nodes[0].name.value}", asked)
        each = extra = 0
        for _, parts in self._fields(merged(nodes), kind):
            name = parts[0].name.value
            assert isinstance(kind, GraphQLObjectType)
            below = get_named_type(kind.fields[name].type)
            if name == "nodes":
                each += 1 + self._selection(merged(parts), below)
            elif name == "edges":
                each += self._edges(merged(parts), below)
            elif name != "pageInfo" and not is_leaf_type(below):
                extra += 1 + self._selection(merged(parts), below)
        return size * each + extra

    def _edges(self, selections: Sequence[SelectionSetNode], edge: GraphQLNamedType) -> int:
        assert isinstance(edge, GraphQLObjectType)
        return sum(
            1 + self._selection(merged(parts), get_named_type(edge.fields[key].type))
            for key, parts in self._fields(selections, edge)
            if not is_leaf_type(get_named_type(edge.fields[key].type))
        )

    def _selection(self, selections: Sequence[SelectionSetNode], kind: GraphQLNamedType) -> int:
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            members = self.schema.get_possible_types(kind)
            return max(self._selection(selections, member) for member in members)
        return sum(self._field(kind, nodes) for _, nodes in self._fields(selections, kind))

    def _fields(
        self, selections: Sequence[SelectionSetNode], kind: GraphQLNamedType
    ) -> Iterator[tuple[str, list[FieldNode]]]:
        assert not is_abstract_type(kind)
        fields = collected(self.schema, self.fragments, selections, kind, self.variables)
        for key, nodes in fields.items():
            if not nodes[0].name.value.startswith("__"):
                yield key, nodes

    def _argument(self, node: FieldNode, name: str) -> int | None:
        value = argument(node, name, self.variables)
        return value if isinstance(value, int) else None


def _is_free(kind: GraphQLNamedType) -> bool:
    return kind.name in FREE_TYPES or kind.name.endswith("UserError")


def _is_connection(kind: GraphQLNamedType) -> bool:
    return kind.name.endswith("Connection")
