"""Are the variables what the document asks for? Problems in Shopify's words, all of them at once.

Source: recorded INVALID_VARIABLE answers, Admin API 2026-04.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    is_required_input_field,
    type_from_ast,
)
from graphql.language import OperationDefinitionNode, VariableDefinitionNode, print_ast

from sandbox.gql.errors import Error

Path = tuple[str | int, ...]
Problem = tuple[Path, str]
MAX_INPUTS = 250  # entries of one array
# Arrays that may be longer: all variants of a product, and all values of one of its options.
MORE_INPUTS = {"variants": 2048, "variantsIds": 2048, "values": 2048, "inventoryQuantities": 50_000}


def variable_errors(
    schema: GraphQLSchema, operation: OperationDefinitionNode, values: Mapping[str, Any]
) -> list[Error]:
    """Return one INVALID_VARIABLE error for each variable that cannot be taken as it is."""
    errors = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        kind = type_from_ast(schema, definition.type)
        if name not in values and definition.default_value is not None:
            continue
        problems = list(_problems(kind, values.get(name), ()))
        if problems:
            errors.append(_invalid(definition, values.get(name), problems))
    return errors


def _invalid(definition: VariableDefinitionNode, value: Any, problems: list[Problem]) -> Error:
    name, kind = definition.variable.name.value, print_ast(definition.type)
    message = f"Variable ${name} of type {kind} was provided invalid value"
    below = [f"{'.'.join(map(str, path))} ({why})" for path, why in problems if path]
    at = definition.loc.start_token if definition.loc else None
    return {
        "message": f"{message} for {', '.join(below)}" if below else message,
        "locations": [{"line": at.line, "column": at.column}] if at else [],
        "extensions": {
            "code": "INVALID_VARIABLE",
            "value": value,
            "problems": [{"path": list(path), "explanation": why} for path, why in problems],
        },
    }


def _problems(kind: GraphQLType | None, value: Any, path: Path) -> Iterator[Problem]:
    if isinstance(kind, GraphQLNonNull):
        if value is None:
            yield path, "Expected value to not be null"
        kind = kind.of_type
    if value is None:
        return
    match kind:
        case GraphQLList():
            entries = value if isinstance(value, list) else [value]
            for index, entry in enumerate(entries):
                yield from _problems(kind.of_type, entry, (*path, index))
        case GraphQLInputObjectType():
            yield from _object_problems(kind, value, path)
        case GraphQLEnumType() | GraphQLScalarType():
            yield from _leaf_problems(kind, value, path)


def _leaf_problems(
    kind: GraphQLEnumType | GraphQLScalarType, value: Any, path: Path
) -> Iterator[Problem]:
    if isinstance(kind, GraphQLEnumType):
        if not isinstance(value, str) or value not in kind.values:
            yield path, f'Expected "{value}" to be one of: {", ".join(kind.values)}'
    elif kind.name == "ID" and not str(value).startswith("gid://shopify/"):
        yield path, f"Invalid global id '{value}'"
    elif not _fits(kind.name, value):
        yield path, f"Could not coerce value {json.dumps(value)} to {kind.name}"


def _object_problems(kind: GraphQLInputObjectType, value: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield path, f"Expected {json.dumps(value)} to be a key-value object."
        return
    for name in value:
        if name not in kind.fields:
            yield (*path, name), f"Field is not defined on {kind.name}"
    for name, field in kind.fields.items():
        if name in value or is_required_input_field(field):
            yield from _problems(field.type, value.get(name), (*path, name))


def _fits(kind: str, value: Any) -> bool:
    match kind:
        case "Int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "Boolean":
            return isinstance(value, bool)
        case "Money" | "Decimal":
            return _is_number(value)
        case "String" | "URL" | "HTML" | "DateTime":
            return isinstance(value, str)
    return True


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return False
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
