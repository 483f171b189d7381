"""Makes a cost formula of each document, against the schema: `python -m connector.shopify.pricing`.

Run by a developer when a document changes; a test fails while costs.json is behind. Nothing at run
time imports this module, so no worker loads a schema.

The rules were recovered from recorded answers (extensions.cost): a connection costs 2 and its page
times its node, an object 1, a scalar 0, a list of objects as much as one object, an interface or a
union as much as its dearest type, a mutation 10 and what lies below its payload.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    build_schema,
    get_named_type,
    is_leaf_type,
    parse,
    value_from_ast_untyped,
)

from connector.shopify.cost import page_factor
from connector.shopify.documents import names

HERE = Path(__file__).parent
FREE = {"MoneyV2", "MoneyBag", "LocationAddress", "ShopAddress", "PageInfo"}
COUNTED = (
    *("orders", "products", "customers", "companies", "collections", "draftOrders", "giftCards"),
    *("segments", "locations", "catalogs", "discountNodes", "productVariants", "markets"),
)
FIXED = {  # prices seen to differ from the rules; Shopify changes them without a new version
    "Customer.defaultAddress": 0,
    "DraftOrder.shippingAddress": 0,
    "DraftOrder.billingAddress": 0,
    "StoreCreditAccount.balance": 5,
    "Mutation.orderCapture": 20,
    "Mutation.refundCreate": 20,
    "Mutation.deliveryProfileUpdate": 100,
    "Mutation.productCreateMedia": 20,
    "Mutation.fileCreate": 20,
    "Mutation.fulfillmentTrackingInfoUpdate": 50,
    "DeliveryProfile.productVariantsCount": 10,
} | {f"QueryRoot.{name}Count": 10 for name in COUNTED}


@dataclass(slots=True)
class Selected:
    """One field of an answer: everything that the document selects under one key."""

    owner: GraphQLObjectType
    node: FieldNode
    below: list[SelectionSetNode] = field(default_factory=list)

    @property
    def type(self) -> Any:
        return get_named_type(self.owner.fields[self.node.name.value].type)

    @property
    def path(self) -> str:
        return f"{self.owner.name}.{self.node.name.value}"


class Pricing:
    """Prices the one operation of one document."""

    def __init__(self, schema: GraphQLSchema, text: str) -> None:
        self.schema = schema
        definitions = parse(text).definitions
        self.fragments = {
            d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)
        }
        (self.operation,) = (d for d in definitions if isinstance(d, OperationDefinitionNode))

    def formula(self) -> Any:
        """Return the formula as `cost` reads it. Raises ValueError for what it cannot express."""
        selections = [self.operation.selection_set]
        if self.operation.operation == OperationType.MUTATION:
            root = self.schema.mutation_type
            assert root is not None
            return add([self._mutation(f) for f in self._fields(selections, root)])
        assert self.schema.query_type is not None
        return self._object(selections, self.schema.query_type)

    def _object(self, below: Sequence[SelectionSetNode], kind: GraphQLCompositeType) -> Any:
        """Price what is selected of a type; of an abstract one, its dearest concrete type."""
        if isinstance(kind, GraphQLObjectType):
            return add([self._field(f) for f in self._fields(below, kind)])
        possible = self.schema.get_possible_types(kind)
        return most([add([self._field(f) for f in self._fields(below, t)]) for t in possible])

    def _field(self, selected: Selected) -> Any:
        kind = selected.type
        fixed = FIXED.get(selected.path)
        if is_leaf_type(kind):
            return fixed or 0
        if kind.name.endswith("Connection"):
            return self._connection(selected, kind, 2 if fixed is None else fixed)
        own = int(not is_free(kind.name)) if fixed is None else fixed
        return add([own, self._object(selected.below, kind)])

    def _connection(self, selected: Selected, kind: GraphQLObjectType, own: int) -> Any:
        """`nodes` and `edges`, if both are selected, are both paid for."""
        each: list[Any] = []
        extra = [own]
        for part in self._fields(selected.below, kind):
            price = self._edges(part) if part.node.name.value == "edges" else self._field(part)
            (each if part.node.name.value in {"nodes", "edges"} else extra).append(price)
        return add([*extra, page(_size(selected.node), add(each))])

    def _edges(self, edges: Selected) -> Any:
        """An edge itself is free."""
        return add([self._field(part) for part in self._fields(edges.below, edges.type)])

    def _mutation(self, selected: Selected) -> Any:
        """The first objects of the payload are covered by the price of the mutation."""
        parts = [FIXED.get(selected.path, 10)]
        for part in self._fields(selected.below, selected.type):
            kind = part.type
            covered = not (
                is_leaf_type(kind) or kind.name.endswith("Connection") or is_free(kind.name)
            )
            parts.append(add([self._field(part), -int(covered)]))
        return add(parts)

    def _fields(self, below: Sequence[SelectionSetNode], kind: GraphQLObjectType) -> list[Selected]:
        """Return what is selected of a concrete type, fragments spread, keys merged."""
        found: dict[str, Selected] = {}
        for node in self._flat(below, kind):
            key = (node.alias or node.name).value
            if node.name.value.startswith("__"):
                continue
            selected = found.setdefault(key, Selected(kind, node))
            if node.selection_set:
                selected.below.append(node.selection_set)
        return list(found.values())

    def _flat(
        self, below: Sequence[SelectionSetNode], kind: GraphQLObjectType
    ) -> Iterator[FieldNode]:
        for node in (node for selections in below for node in selections.selections):
            if any(directive.name.value != "idempotent" for directive in node.directives or ()):
                raise ValueError("a formula cannot express @include and @skip")
            if isinstance(node, FieldNode):
                yield node
                continue
            part = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(part, FragmentDefinitionNode | InlineFragmentNode)
            if self._applies(part, kind):
                yield from self._flat([part.selection_set], kind)

    def _applies(
        self,
        part: FragmentDefinitionNode | InlineFragmentNode,
        kind: GraphQLObjectType,
    ) -> bool:
        if part.type_condition is None:
            return True
        condition = self.schema.type_map[part.type_condition.name.value]
        return condition is kind or (
            isinstance(condition, GraphQLInterfaceType | GraphQLUnionType)
            and self.schema.is_sub_type(condition, kind)
        )


def is_free(type_name: str) -> bool:
    """Value objects and errors cost nothing."""
    return type_name in FREE or type_name.endswith("UserError")


def add(parts: Sequence[Any]) -> Any:
    """Sum formulas; numbers are summed now."""
    flat = [piece for part in parts for piece in (part[1:] if _is_sum(part) else [part])]
    rest = [part for part in flat if not isinstance(part, int)]
    number = sum(part for part in flat if isinstance(part, int))
    if not rest:
        return number
    return ["+", number, *rest] if number or len(rest) > 1 else rest[0]


def _is_sum(formula: Any) -> bool:
    return isinstance(formula, list) and formula[0] == "+"


def most(parts: Sequence[Any]) -> Any:
    """The dearest of some formulas; the same one twice, or a lower number, is left out."""
    rest: list[Any] = []
    for part in parts:
        if not isinstance(part, int) and part not in rest:
            rest.append(part)
    number = max((part for part in parts if isinstance(part, int)), default=0)
    if not rest:
        return number
    return ["max", number, *rest] if number or len(rest) > 1 else rest[0]


def page(size: int | str | None, each: Any) -> Any:
    """Price a page, now if its size stands in the document."""
    if isinstance(size, str) or not isinstance(each, int):
        return ["page", size, each] if each else 0
    return page_factor(size) * each


def _size(node: FieldNode) -> int | str | None:
    for argument in node.arguments or ():
        if argument.name.value in {"first", "last"}:
            value = argument.value
            if isinstance(value, VariableNode):
                return value.name.value
            number = value_from_ast_untyped(value)
            return number if isinstance(number, int) else None
    return None


def formulas(schema: GraphQLSchema) -> dict[str, Any]:
    """Return document name → formula, for all documents."""
    folder = HERE / "graphql"
    return {
        name: Pricing(schema, (folder / f"{name}.graphql").read_text(encoding="utf-8")).formula()
        for name in names()
    }


def main(schema_path: Path = HERE / "schema.graphql") -> None:
    """Write costs.json, one document a line."""
    schema = build_schema(schema_path.read_text(encoding="utf-8"), assume_valid=True)
    lines = (
        f"  {orjson.dumps(name).decode()}: {orjson.dumps(formula).decode()}"
        for name, formula in formulas(schema).items()
    )
    (HERE / "costs.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
