"""Validation errors in Shopify's words and codes, made of graphql-core's.

Source: recorded answers; texts are those of graphql-ruby, which Shopify runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError
from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    Node,
    OperationDefinitionNode,
)

from sandbox.gql.errors import Error

Translation = tuple[str, dict[str, Any]]
Rule = tuple[re.Pattern[str], Callable[..., Translation]]


def _undefined_field(field: str, owner: str) -> Translation:
    return f"Field '{field}' doesn't exist on type '{owner}'", {
        "code": "undefinedField", "typeName": owner, "fieldName": field,
    }  # fmt: skip


def _argument_not_accepted(argument: str, field: str) -> Translation:
    return f"Field '{field}' doesn't accept argument '{argument}'", {
        "code": "argumentNotAccepted", "name": field, "typeName": "Field",
        "argumentName": argument,
    }  # fmt: skip


def _missing_argument(field: str, argument: str) -> Translation:
    return f"Field '{field}' is missing required arguments: {argument}", {
        "code": "missingRequiredArguments", "className": "Field", "name": field,
        "arguments": argument,
    }  # fmt: skip


def _missing_directive_argument(directive: str, argument: str) -> Translation:
    return f"Directive '{directive}' is missing required arguments: {argument}", {
        "code": "missingRequiredArguments", "className": "Directive", "name": directive,
        "arguments": argument,
    }  # fmt: skip


def _needs_selection(field: str, owner: str) -> Translation:
    name = owner.strip("[]!")
    return (
        f"Field must have selections (field '{field}' returns {name} but has no selections. "
        f"Did you mean '{field} {{ ... }}'?)"
    ), {"code": "selectionMismatch", "nodeName": f"field '{field}'", "typeName": name}


def _no_selection(field: str, owner: str) -> Translation:
    name = owner.strip("[]!")
    return f"Selections can't be made on scalars (field '{field}' returns {name})", {
        "code": "selectionMismatch", "nodeName": f"field '{field}'", "typeName": name,
    }  # fmt: skip


def _unused_variable(variable: str, operation: str | None = None) -> Translation:
    by = operation or "anonymous query"
    return f"Variable ${variable} is declared by {by} but not used", {
        "code": "variableNotUsed", "variableName": variable,
    }  # fmt: skip


def _undefined_variable(variable: str, operation: str | None = None) -> Translation:
    by = operation or "anonymous query"
    return f"Variable ${variable} is used by {by} but not declared", {
        "code": "variableNotDefined", "variableName": variable,
    }  # fmt: skip


def _variable_mismatch(variable: str, given: str, wanted: str) -> Translation:
    return f"Type mismatch on variable ${variable} ({given} / {wanted})", {
        "code": "variableMismatch", "variableName": variable, "typeName": given,
        "errorMessage": "Type mismatch",
    }  # fmt: skip


def _undefined_directive(directive: str) -> Translation:
    return f"Directive @{directive} is not defined", {
        "code": "undefinedDirective", "directiveName": directive,
    }  # fmt: skip


def _undefined_fragment(fragment: str) -> Translation:
    return f"Fragment {fragment} was used, but not defined", {
        "code": "useAndDefineFragment", "fragmentName": fragment,
    }  # fmt: skip


def _unused_fragment(fragment: str) -> Translation:
    return f"Fragment {fragment} was defined, but not used", {
        "code": "useAndDefineFragment", "fragmentName": fragment,
    }  # fmt: skip


def _undefined_type(name: str) -> Translation:
    return f"No such type {name}, so it can't be a fragment condition", {
        "code": "undefinedType", "typeName": name,
    }  # fmt: skip


RULES: Sequence[Rule] = [
    (re.compile(r"Cannot query field '(\w+)' on type '(\w+)'"), _undefined_field),
    (re.compile(r"Unknown argument '(\w+)' on field '\w+\.(\w+)'"), _argument_not_accepted),
    (
        re.compile(r"Argument '(?:\w+\.)?(\w+)\((\w+):\)' of type '.+' is required"),
        _missing_argument,
    ),
    (re.compile(r"Argument '@(\w+)\((\w+):\)' of type '.+' is req"), _missing_directive_argument),
    (re.compile(r"Field '(\w+)' of type '(.+?)' must have a selection"), _needs_selection),
    (re.compile(r"Field '(\w+)' must not have a selection since type '(.+?)'"), _no_selection),
    (re.compile(r"Variable '\$(\w+)' is never used(?: in operation '(\w+)')?"), _unused_variable),
    (
        re.compile(r"Variable '\$(\w+)' is not defined(?: by operation '(\w+)')?"),
        _undefined_variable,
    ),
    (
        re.compile(r"Variable '\$(\w+)' of type '(.+?)' used in position expecting type '(.+?)'"),
        _variable_mismatch,
    ),
    (re.compile(r"Unknown directive '@(\w+)'"), _undefined_directive),
    (re.compile(r"Unknown fragment '(\w+)'"), _undefined_fragment),
    (re.compile(r"Fragment '(\w+)' is never used"), _unused_fragment),
    (re.compile(r"Unknown type '(\w+)'"), _undefined_type),
]


def translated(problem: GraphQLError, document: DocumentNode) -> Error:
    """Return the error as Shopify would word it; one it has no words for keeps its own."""
    message, extensions = problem.message, {"code": "invalid"}
    for pattern, translation in RULES:
        match = pattern.match(problem.message)
        if match:
            message, extensions = translation(*match.groups())
            break
    return {
        "message": message,
        "locations": [{"line": at.line, "column": at.column} for at in problem.locations or ()],
        "path": _path(problem.nodes or [], document),
        "extensions": extensions,
    }


def _path(nodes: Sequence[Node], document: DocumentNode) -> list[str]:
    """Return the way from the operation or fragment down to the first node at fault."""
    if not nodes:
        return []
    for definition in document.definitions:
        way = _way(definition, nodes[0])
        if way is not None:
            return way
    return []


def _way(node: Node, target: Node) -> list[str] | None:
    here = _name(node)
    if node is target:
        return here
    for key in node.keys:
        value = getattr(node, key)
        for child in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(child, Node):
                below = _way(child, target)
                if below is not None:
                    return here + below
    return None


def _name(node: Node) -> list[str]:
    match node:
        case OperationDefinitionNode():
            return [
                f"{node.operation.value} {node.name.value}" if node.name else node.operation.value
            ]
        case FragmentDefinitionNode():
            return [f"fragment {node.name.value}"]
        case FieldNode():
            return [(node.alias or node.name).value]
    return []
