"""bulkOperationRunMutation, bulkOperationRunQuery, bulkOperationCancel, and asking about them.

Source: recorded answers, Admin API 2026-04.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from graphql import GraphQLSchema, GraphQLSyntaxError, parse, validate
from graphql.language import FieldNode, OperationDefinitionNode, OperationType

from sandbox.bulk import UNDER_WAY, Bulk, under_way
from sandbox.bulk_query import BulkQuery
from sandbox.changes import Refusals, Refused
from sandbox.gql.errors import Failed, NotServed
from sandbox.gql.execution import Call, Handler
from sandbox.gql.listing import KINDS, Listings
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.store import Store

Run = Callable[[str, Mapping[str, Any]], dict[str, Any]]  # a mutation with its variables → answer
# What does not go in bulk: it would begin, stop or feed another bulk operation.
FORBIDDEN = ("bulkOperation", "stagedUploads")
NO_FILE = (
    "The JSONL file could not be found. Try uploading the file again, and check that you've "
    "entered the URL correctly for the stagedUploadPath mutation argument."
)


def bulk_mutations(store: Store, schema: GraphQLSchema, run: Run) -> dict[str, Handler]:
    return {
        "bulkOperationRunMutation": _run_mutation(store, schema, run),
        "bulkOperationRunQuery": _run_query(store, schema),
        "bulkOperationCancel": _cancel(store),
    }


def bulk_queries(store: Store) -> dict[str, Handler]:
    def current(call: Call) -> Node | None:
        found = [
            node
            for node in store.listed("BulkOperation").values()
            if node["type"] == call.args["type"]
        ]
        return found[-1] if found else None

    return {"currentBulkOperation": current}


def _busy(store: Store, kind: str) -> None:
    busy = under_way(store, kind)
    if busy is not None:
        message = (
            f"A bulk {kind.lower()} operation for this app and shop is already in progress: "
            f"{busy['id']}."
        )
        raise Refused(message, (), "OPERATION_IN_PROGRESS")


# -- mutations


def _run_mutation(store: Store, schema: GraphQLSchema, run: Run) -> Handler:
    def handler(call: Call) -> Node:
        text, path = call.args["mutation"], call.args["stagedUploadPath"]
        try:
            _judge(schema, text)
            content = _content(store, path)
            _busy(store, "MUTATION")
        except Refused as refusal:
            return refused(refusal, "bulkOperation")
        lines = content.splitlines()
        rows = _answers(lines, text, run)
        operation = Bulk(store, "MUTATION", text, rows, (len(lines) + 1) // 2)
        return done(bulkOperation=dict(operation.node))

    return handler


def _content(store: Store, path: str) -> bytes:
    content = store.uploads.content.get(path.lstrip("/"))
    if content is None:
        raise Refused(NO_FILE, (), "NO_SUCH_FILE")
    return content


def _judge(schema: GraphQLSchema, text: str) -> None:
    """Raise Refused for a mutation that cannot be run in bulk."""
    try:
        document = parse(text)
    except GraphQLSyntaxError as problem:
        at = problem.locations[0] if problem.locations else None
        where = f" at [{at.line}, {at.column}]" if at else ""
        message = f"Failed to parse the mutation - {problem.message}{where}"
        raise Refused(message, (), "INVALID_MUTATION") from problem
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    roots = [
        node.name.value
        for operation in operations
        for node in operation.selection_set.selections
        if isinstance(node, FieldNode)
    ]
    mutations = all(one.operation is OperationType.MUTATION for one in operations)
    if len(operations) != 1 or not mutations or len(roots) != 1:
        message = "You must provide exactly one mutation with one root field."
        raise Refused(message, ("mutation",), "INVALID_MUTATION")
    if roots[0].startswith(FORBIDDEN):
        raise Refused("You must use an allowed mutation name.", ("mutation",))
    wrong = validate(schema, document)
    if wrong:
        raise Refused(f"Invalid mutation: {wrong[0].message}", ("mutation",), "INVALID_MUTATION")


def _answers(lines: list[bytes], text: str, run: Run) -> Iterator[tuple[dict[str, Any], bool]]:
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            variables = orjson.loads(line)
        except orjson.JSONDecodeError as problem:
            yield (
                {"errors": [{"message": f"Invalid JSON: {problem}"}], "__lineNumber": number},
                True,
            )
            continue
        yield {**run(text, variables), "__lineNumber": number}, True


# -- queries


def _run_query(store: Store, schema: GraphQLSchema) -> Handler:
    listings = Listings(store)

    def roots(name: str, args: Mapping[str, Any]) -> Any:
        if name not in KINDS:
            raise NotServed(f"bulk queries of {name}")
        return listings.find(name, args).ranked.nodes

    def handler(call: Call) -> Node:
        text = call.args["query"]
        try:
            query = _query(schema, text)
            _busy(store, "QUERY")
        except Refused as refusal:
            return refused(refusal, "bulkOperation")
        try:
            rows = list(query.rows(roots, grouped=call.args["groupObjects"]))
        except KeyError as missing:
            raise NotServed(f"the field {missing.args[0]}") from missing
        operation = Bulk(store, "QUERY", text, iter(rows), (len(rows) + 1) // 2)
        return done(bulkOperation=dict(operation.node))

    return handler


def _query(schema: GraphQLSchema, text: str) -> BulkQuery:
    try:
        query = BulkQuery(schema, text)
    except Failed as failure:
        raise Refused(failure.message, ("query",), "INVALID") from failure
    problems = [Refused(message, ("query",), "INVALID") for message in query.problems()]
    if problems:
        raise Refusals(problems)
    return query


# -- cancel


def _cancel(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        node = store.listed("BulkOperation").get(call.args["id"])
        if node is None:
            return refused(Refused("Bulk operation does not exist", ("id",)), "bulkOperation")
        if node["status"] not in UNDER_WAY:
            status = node["status"].lower()
            message = f"A bulk operation cannot be canceled when it is {status}"
            return {**refused(Refused(message, ())), "bulkOperation": node}
        node["status"] = "CANCELING"
        store.revision += 1
        return done(bulkOperation=dict(node))

    return handler
