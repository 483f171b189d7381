"""Documents as they come in: parsed, judged and compiled once each."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema, GraphQLSyntaxError, get_named_type, parse, validate
from graphql.language import DocumentNode, FieldNode, OperationDefinitionNode, OperationType

from sandbox.gql.cost import CostModel, Sizes
from sandbox.gql.errors import Error, error
from sandbox.gql.messages import translated
from sandbox.gql.projection import Project, Projector
from sandbox.gql.selections import collected, fragments_of, merged

KEPT = 500  # documents


@dataclass(frozen=True, slots=True)
class RootField:
    """One field of the operation: what to call and how to show what comes back."""

    key: str  # its name in the answer
    node: FieldNode
    project: Project
    edges: bool

    @property
    def name(self) -> str:
        return self.node.name.value


@dataclass(slots=True)
class Operation:
    """One operation of a document, ready to run."""

    schema: GraphQLSchema
    document: DocumentNode
    node: OperationDefinitionNode
    _programs: dict[tuple[tuple[str, bool], ...], list[RootField]] = field(default_factory=dict)
    _costs: dict[tuple[tuple[str, int], ...], int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.node.name.value if self.node.name else ""

    @property
    def is_mutation(self) -> bool:
        return self.node.operation is OperationType.MUTATION

    @property
    def roots(self) -> list[str]:
        """Return the names of the fields called, for logs and faults."""
        return [field.name for field in self.program({})]

    def program(self, variables: Mapping[str, Any]) -> list[RootField]:
        """Return the fields to answer; compiled once for each set of Boolean variables."""
        conditions = {name: v for name, v in variables.items() if isinstance(v, bool)}
        key = tuple(sorted(conditions.items()))
        if key not in self._programs:
            self._programs[key] = self._compiled(conditions)
        return self._programs[key]

    def _compiled(self, conditions: Mapping[str, Any]) -> list[RootField]:
        root = self.schema.mutation_type if self.is_mutation else self.schema.query_type
        assert root is not None
        projector = Projector(self.schema, fragments_of(self.document), conditions)
        selections = [self.node.selection_set]
        fields = []
        for key, nodes in collected(
            self.schema, projector.fragments, selections, root, conditions
        ).items():
            if nodes[0].name.value == "__typename":
                fields.append(RootField(key, nodes[0], lambda *_: root.name, edges=False))
                continue
            kind = get_named_type(root.fields[nodes[0].name.value].type)
            below = merged(nodes)
            edges = (
                projector.wants_edges(below, kind) if kind.name.endswith("Connection") else False
            )
            fields.append(RootField(key, nodes[0], projector.compiled(below, kind), edges))
        return fields

    def requested_cost(self, variables: Mapping[str, Any]) -> int:
        """Return what the operation costs at most; numbers and Booleans are what it hangs on."""
        key = tuple(sorted((n, v) for n, v in variables.items() if isinstance(v, int)))
        if key not in self._costs:
            self._costs[key] = self._model(variables).cost(self.node)
        return self._costs[key]

    def actual_cost(
        self, variables: Mapping[str, Any], sizes: Sizes, absent: frozenset[str]
    ) -> int:
        """Return what an answer cost in the end, never more than was asked."""
        model = self._model(variables, sizes=sizes, absent=absent)
        return min(model.cost(self.node), self.requested_cost(variables))

    def _model(self, variables: Mapping[str, Any], **more: Any) -> CostModel:
        return CostModel(self.schema, fragments_of(self.document), variables, **more)


@dataclass(frozen=True, slots=True)
class Document:
    """A text and what came of it: operations, or the errors that stand in their way."""

    operations: dict[str, Operation]
    errors: list[Error]

    def operation(self, name: str | None) -> Operation | None:
        """Return the operation meant; None when the name does not settle it."""
        if name:
            return self.operations.get(name)
        return next(iter(self.operations.values())) if len(self.operations) == 1 else None


class Documents:
    """The documents seen, by the hash of their text."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._kept: OrderedDict[bytes, Document] = OrderedDict()

    def get(self, text: str) -> Document:
        key = hashlib.sha256(text.encode()).digest()
        if key not in self._kept:
            self._kept[key] = self._judged(text)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    def _judged(self, text: str) -> Document:
        try:
            document = parse(text)
        except GraphQLSyntaxError as problem:
            at = [{"line": p.line, "column": p.column} for p in problem.locations or ()]
            return Document({}, [{**error(problem.message, "PARSE_ERROR"), "locations": at}])
        problems = validate(self.schema, document, hide_suggestions=True)
        if problems:
            return Document({}, [translated(problem, document) for problem in problems])
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        return Document(
            {
                node.name.value if node.name else "": Operation(self.schema, document, node)
                for node in operations
            },
            [],
        )
