"""Runs an operation against the shop: each root field by its handler, shown by its projection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema, get_argument_values, get_variable_values
from graphql.execution.values import VariableValues

from sandbox.gql.cost import Observed
from sandbox.gql.documents import Operation, RootField
from sandbox.gql.errors import Error, Failed, NotServed
from sandbox.gql.variables import MAX_INPUTS, MORE_INPUTS

Handler = Callable[["Call"], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One root field being answered."""

    args: Mapping[str, Any]
    field: RootField
    answer: Answer


@dataclass(slots=True)
class Answer:
    """What an operation came to."""

    data: dict[str, Any] | None = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)
    search: list[dict[str, Any]] = field(default_factory=list)  # warnings
    observed: Observed = field(default_factory=Observed)
    absent: set[str] = field(default_factory=set)


def coerced(
    schema: GraphQLSchema, operation: Operation, variables: Mapping[str, Any]
) -> VariableValues:
    """Return the variables with defaults filled in. They were found fit before."""
    values = get_variable_values(schema, operation.node.variable_definitions or (), dict(variables))
    assert isinstance(values, VariableValues), values
    return values


def execute(
    operation: Operation, variables: VariableValues, handlers: Mapping[str, Handler]
) -> Answer:
    """Return the answer. A field that fails is null beside its error; the others stand."""
    answer = Answer()
    values = variables.coerced
    for root in operation.program(values):
        try:
            shown = _shown(operation, root, variables, handlers, answer)
        except Failed as failure:
            answer.errors.append({**failure.at([root.key]), "locations": _locations(root)})
            shown = None
        assert answer.data is not None
        answer.data[root.key] = shown
        _note_absent(answer, root.key, shown, mutation=operation.is_mutation)
    if answer.errors and not operation.is_mutation and _required_missing(operation, answer):
        answer.data = None
    return answer


def _shown(
    operation: Operation,
    root: RootField,
    variables: VariableValues,
    handlers: Mapping[str, Handler],
    answer: Answer,
) -> Any:
    if root.name == "__typename":
        return root.project(None, {}, answer.observed)
    handler = handlers.get(root.name)
    if handler is None:
        raise NotServed(root.name)
    kind = operation.schema.mutation_type if operation.is_mutation else operation.schema.query_type
    assert kind is not None
    args = get_argument_values(kind.fields[root.name], root.node, variables)
    _refuse_long_inputs(args)
    value = handler(Call(args, root, answer))
    try:
        if isinstance(value, list):
            return [x and root.project(x, variables.coerced, answer.observed) for x in value]
        return value and root.project(value, variables.coerced, answer.observed)
    except KeyError as missing:
        raise NotServed(f"the field {missing.args[0]}") from missing


def _refuse_long_inputs(value: Any, path: tuple[str, ...] = ()) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_long_inputs(inner, (*path, name))
    elif isinstance(value, list):
        most = MORE_INPUTS.get(path[-1], MAX_INPUTS)
        if len(value) > most:
            raise Failed(
                f"The input array size of {len(value)} is greater than the maximum allowed of "
                f"{most}.",
                "MAX_INPUT_SIZE_EXCEEDED",
                path=path,
            )
        for index, inner in enumerate(value):
            _refuse_long_inputs(inner, (*path, str(index)))


def _locations(root: RootField) -> list[dict[str, int]]:
    at = root.node.loc.start_token if root.node.loc else None
    return [{"line": at.line, "column": at.column}] if at else []


def _note_absent(answer: Answer, key: str, shown: Any, *, mutation: bool) -> None:
    if shown is None:
        answer.absent.add(key)
    elif mutation:
        answer.absent.update(f"{key}.{name}" for name, value in shown.items() if value is None)


def _required_missing(operation: Operation, answer: Answer) -> bool:
    """Say whether a field that may not be null is: null then moves up to `data`, as recorded."""
    query = operation.schema.query_type
    assert query is not None
    assert answer.data is not None
    return any(
        answer.data.get(root.key) is None
        and root.name in query.fields
        and str(query.fields[root.name].type).endswith("!")
        for root in operation.program({})
    )
