"""Which fields a selection asks of a concrete type, fragments unfolded and conditions applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphql import GraphQLNamedType, GraphQLSchema, is_abstract_type, value_from_ast_untyped
from graphql.language import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

Fragments = Mapping[str, FragmentDefinitionNode]


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def collected(
    schema: GraphQLSchema,
    fragments: Fragments,
    selections: Iterable[SelectionSetNode],
    kind: GraphQLNamedType,
    variables: Mapping[str, Any],
) -> dict[str, list[FieldNode]]:
    """Return the fields asked of an object type, by response name, in order of appearance."""
    found: dict[str, list[FieldNode]] = {}

    def visit(nodes: Iterable[SelectionNode]) -> None:
        for node in nodes:
            if _left_out(node.directives or (), variables):
                continue
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
                continue
            condition, below = _unfolded(node, fragments)
            if condition is None or _applies(schema, condition, kind):
                visit(below.selections)

    for selection in selections:
        visit(selection.selections)
    return found


def _unfolded(node: SelectionNode, fragments: Fragments) -> tuple[str | None, SelectionSetNode]:
    """Return the type a fragment is for, and what it selects."""
    if isinstance(node, FragmentSpreadNode):
        fragment = fragments[node.name.value]
        return fragment.type_condition.name.value, fragment.selection_set
    assert isinstance(node, InlineFragmentNode)
    return node.type_condition.name.value if node.type_condition else None, node.selection_set


def merged(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    """Return what the nodes of one response name select together."""
    return [node.selection_set for node in nodes if node.selection_set is not None]


def argument(node: FieldNode, name: str, variables: Mapping[str, Any]) -> Any:
    """Return an argument as the document or the variables give it; None when they do not."""
    for given in node.arguments or ():
        if given.name.value == name:
            return _value(given.value, variables)
    return None


def _value(node: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    return value_from_ast_untyped(node)


def _applies(schema: GraphQLSchema, condition: str, kind: GraphQLNamedType) -> bool:
    if condition == kind.name:
        return True
    wanted = schema.type_map[condition]
    return is_abstract_type(wanted) and schema.is_sub_type(wanted, kind)


def _left_out(directives: Iterable[DirectiveNode], variables: Mapping[str, Any]) -> bool:
    for directive in directives:
        for given in directive.arguments or ():
            if directive.name.value in {"include", "skip"}:
                value = bool(_value(given.value, variables))
                if value is (directive.name.value == "skip"):
                    return True
    return False
