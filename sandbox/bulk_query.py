"""A bulk query: judged as Shopify judges it, and walked to the end without pages.

Source of the messages: recorded answers, Admin API 2026-04.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSyntaxError,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    parse,
    validate,
)
from graphql.language import (
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from sandbox.gql.cost import Observed
from sandbox.gql.errors import Failed, NotServed
from sandbox.gql.projection import Projector
from sandbox.gql.selections import argument, collected, fragments_of, merged
from sandbox.nodes import Node

MAX_CONNECTIONS = 5
MAX_DEPTH = 2
EDGES = (
    "All connection fields in a bulk query must select their contents using 'edges' > 'node', "
    "e.g: '{first} {{ edges {{ node {{'. Selecting via 'nodes' is not supported. "
    "Invalid connection fields: {names}."
)
Roots = Callable[[str, Mapping[str, Any]], Sequence[Node]]  # a root list and its arguments


@dataclass(frozen=True, slots=True)
class Level:
    """One connection of the query."""

    name: str
    node: FieldNode
    kind: Any  # of its nodes
    depth: int  # 0 for a root
    in_list: bool
    below: list[Level]
    selections: list[SelectionSetNode]
    has_id: bool
    by_edges: bool


class BulkQuery:
    """A query that was parsed. Raises Failed with a sentence for one that cannot be."""

    def __init__(self, schema: GraphQLSchema, text: str) -> None:
        self.schema = schema
        try:
            self.document: DocumentNode = parse(text)
        except GraphQLSyntaxError as problem:
            raise Failed(f"Invalid bulk query: {problem.message}") from problem
        operations = [
            one for one in self.document.definitions if isinstance(one, OperationDefinitionNode)
        ]
        self.operation = operations[0]
        self.fragments = fragments_of(self.document)
        self.is_query = self.operation.operation is OperationType.QUERY
        wrong = validate(schema, self.document) if self.is_query else []
        if wrong:
            raise Failed(f"Invalid bulk query: {wrong[0].message}")
        root = schema.query_type
        assert root is not None
        self.levels = self._levels([self.operation.selection_set], root, 0) if self.is_query else []

    # -- what stands in it

    def _levels(
        self,
        selections: Sequence[SelectionSetNode],
        owner: Any,
        depth: int,
        *,
        listed: bool = False,
    ) -> list[Level]:
        found: list[Level] = []
        if is_abstract_type(owner) or not isinstance(owner, GraphQLObjectType):
            return found
        for nodes in collected(self.schema, self.fragments, selections, owner, {}).values():
            name = nodes[0].name.value
            if name.startswith("__") or nodes[0].selection_set is None:
                continue
            definition = owner.fields[name]
            kind = get_named_type(definition.type)
            if kind.name.endswith("Connection"):
                found.append(self._level(nodes, kind, depth, listed=listed))
            else:
                inner = listed or isinstance(get_nullable_type(definition.type), GraphQLList)
                found += self._levels(merged(nodes), kind, depth, listed=inner)
        return found

    def _level(self, nodes: list[FieldNode], kind: Any, depth: int, *, listed: bool) -> Level:
        fields = collected(self.schema, self.fragments, merged(nodes), kind, {})
        by_edges = "edges" in fields and "nodes" not in fields
        node_type = get_named_type(kind.fields["nodes"].type)
        selections: list[SelectionSetNode] = []
        if "edges" in fields:
            edge = get_named_type(kind.fields["edges"].type)
            assert isinstance(edge, GraphQLObjectType)
            edges = collected(self.schema, self.fragments, merged(fields["edges"]), edge, {})
            selections = merged(edges.get("node", []))
        elif "nodes" in fields:
            selections = merged(fields["nodes"])
        own = (
            {}
            if is_abstract_type(node_type)
            else collected(self.schema, self.fragments, selections, node_type, {})
        )
        has_id = any(node.name.value == "id" and node.alias is None for (node, *_) in own.values())
        below = self._levels(selections, node_type, depth + 1)
        name = nodes[0].name.value
        return Level(name, nodes[0], node_type, depth, listed, below, selections, has_id, by_edges)

    def problems(self) -> list[str]:
        """Return what Shopify would not run, in its words."""
        if not self.is_query:
            return ["Invalid operation type. Only `query` operations are supported."]
        levels = list(_all(self.levels))
        found = []
        names = {
            node.name.value
            for node in self.operation.selection_set.selections
            if isinstance(node, FieldNode)
        }
        found += [
            f"Bulk queries cannot contain a top level `{name}` field."
            for name in ("node", "nodes")
            if name in names
        ]
        if not levels:
            found.append("Bulk queries must contain at least one connection.")
        wrong = [level.name for level in levels if not level.by_edges]
        if wrong:
            quoted = ", ".join(f"'{name}'" for name in wrong)
            found.append(EDGES.format(first=wrong[0], names=quoted))
        if any(level.depth > MAX_DEPTH for level in levels):
            found.append(
                "Bulk queries cannot contain connections with a nesting depth greater than "
                f"{MAX_DEPTH}."
            )
        elif len(levels) > MAX_CONNECTIONS:
            found.append(f"Bulk queries cannot contain more than {MAX_CONNECTIONS} connections.")
        if any(level.in_list for level in levels):
            found.append(
                "Queries that contain a connection field within a list field are not currently "
                "supported."
            )
        nameless = [level.name for level in levels if level.below and not level.has_id]
        if nameless and not wrong:
            found.append(
                "The parent 'node' field for a nested connection must select the 'id' field "
                "without an alias and must be of 'ID' return type. Connection fields without "
                f"'id': {', '.join(nameless)}."
            )
        return found

    # -- what comes of it

    def rows(self, roots: Roots, *, grouped: bool) -> Iterator[tuple[dict[str, Any], bool]]:
        """Return the lines of the result, each with whether it is a root.

        Children follow their parent when grouped; else they come after all parents. Raises
        NotServed for what the sandbox does not know.
        """
        for level in self.levels:
            if level.in_list or level.depth:
                raise NotServed("bulk queries whose root is no list")
            later: list[tuple[Level, Node]] = []
            project = self._projection(level)
            for node in roots(level.name, self._arguments(level)):
                yield project(node, {}, Observed()), True
                if grouped:
                    for below in level.below:
                        yield from self._below(below, node)
                else:
                    later += [(below, node) for below in level.below]
            for below, node in later:
                yield from self._below(below, node)

    def _below(self, level: Level, parent: Node) -> Iterator[tuple[dict[str, Any], bool]]:
        found = parent[level.name]
        if callable(found):
            found = found(self._arguments(level))
        project = self._projection(level)
        for node in found:
            yield {**project(node, {}, Observed()), "__parentId": parent["id"]}, False
            for below in level.below:
                yield from self._below(below, node)

    def _arguments(self, level: Level) -> dict[str, Any]:
        return {
            one.name.value: argument(level.node, one.name.value, {})
            for one in level.node.arguments or ()
        }

    def _projection(self, level: Level) -> Callable[..., dict[str, Any]]:
        """Return what shows a node without the connections below it."""
        skipped = {below.name for below in level.below}
        selections = [
            SelectionSetNode(
                selections=tuple(
                    one
                    for one in selection.selections
                    if not (isinstance(one, FieldNode) and one.name.value in skipped)
                )
            )
            for selection in level.selections
        ]
        projector = Projector(self.schema, self.fragments, {})
        project: Callable[..., dict[str, Any]] = projector.compiled(selections, level.kind)
        return project


def _all(levels: Sequence[Level]) -> Iterator[Level]:
    for level in levels:
        yield level
        yield from _all(level.below)
