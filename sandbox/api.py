"""One call to the Admin API, from the gate to the bill. Knows no socket.

token → version → fault → document → variables → price → bucket → execution → refund
"""

from __future__ import annotations

import hmac
import threading
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import GraphQLSchema

from sandbox.bucket import Bucket
from sandbox.clock import Clock
from sandbox.faults import Fault, Faults, Kind
from sandbox.gql.cost import MAX_COST
from sandbox.gql.documents import Documents, Operation
from sandbox.gql.errors import Failed, error
from sandbox.gql.execution import Answer, coerced, execute
from sandbox.gql.queries import query_handlers
from sandbox.gql.variables import variable_errors
from sandbox.mutations import mutation_handlers, operation_queries
from sandbox.mutations.bulk import bulk_mutations
from sandbox.mutations.payload import failing
from sandbox.replies import Reply, http_error, instead, json_reply, late_or_cut
from sandbox.store import Store

VERSION = "2026-10"
RATE_LIMITS = "https://shopify.dev/api/usage/rate-limits"
TOO_EXPENSIVE = (
    "Query cost is {cost}, which exceeds the single query max cost limit ({limit}).\n\n"
    "See https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\n"
    "cost of a query is calculated.\n\n"
    "To query larger amounts of data with fewer limits, bulk operations should be used instead.\n"
    "See https://shopify.dev/api/usage/bulk-operations/queries for usage details.\n"
)


@dataclass(slots=True)
class Log:
    """What was asked so far."""

    calls: Counter[str] = field(default_factory=Counter)  # by operation name
    outcomes: Counter[str] = field(default_factory=Counter)
    mutations: list[dict[str, Any]] = field(default_factory=list)


class Api:
    """The Admin API of the one shop. Safe for threads."""

    def __init__(
        self, schema: GraphQLSchema, store: Store, bucket: Bucket, tokens: Sequence[str] = ()
    ) -> None:
        self.lock = threading.Lock()
        self.store = store
        self.bucket = bucket
        self.faults = Faults()
        self.log = Log()
        self._schema = schema
        self._tokens = tuple(tokens)  # none: any token will do
        self._documents = Documents(schema)
        self._queries = query_handlers(store) | operation_queries(store)
        self._mutations = mutation_handlers(store) | bulk_mutations(store, schema, self._run)

    def _run(self, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a mutation of a bulk operation: free of charge, and nowhere noted."""
        operation = self._documents.get(text).operation(None)
        assert operation is not None  # it was judged before
        errors = variable_errors(self._schema, operation.node, variables)
        if errors:
            return {"errors": errors}
        answer = execute(operation, coerced(self._schema, operation, variables), self._mutations)
        body: dict[str, Any] = {"data": answer.data}
        return {**body, "errors": answer.errors} if answer.errors else body

    @property
    def clock(self) -> Clock:
        return self.store.clock

    def call(self, version: str, token: str, body: bytes) -> Reply:
        """Answer one POST to graphql.json."""
        if not self._admitted(token):
            reply = http_error(401)
        elif version != VERSION:
            reply = http_error(404)
        else:
            reply = self._asked(body)
        reply.headers |= {"X-Request-Id": str(uuid.uuid4()), "X-Shopify-API-Version": VERSION}
        return reply

    def _admitted(self, token: str) -> bool:
        if not self._tokens:
            return bool(token)
        return any(hmac.compare_digest(token.encode(), known.encode()) for known in self._tokens)

    def _asked(self, body: bytes) -> Reply:
        try:
            request = orjson.loads(body)
            text, variables = request["query"], request.get("variables") or {}
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return json_reply({"errors": {"query": "Required parameter missing or invalid"}}, 400)
        if not isinstance(text, str) or not isinstance(variables, dict):
            return json_reply({"errors": {"query": "Required parameter missing or invalid"}}, 400)
        with self.lock:
            return self._judged(text, variables, request.get("operationName"))

    def _judged(self, text: str, variables: dict[str, Any], name: str | None) -> Reply:
        document = self._documents.get(text)
        operation = document.operation(name)
        if document.errors or operation is None:
            self.log.outcomes["rejected"] += 1
            missing = error("An operation name is required", "BAD_REQUEST")
            return json_reply({"errors": document.errors or [missing]})
        try:
            roots = operation.roots
        except Failed as failure:
            return json_reply({"errors": [failure.at([])]})
        self.log.calls[operation.name] += 1
        fault = self.faults.befalls(operation.name, roots)
        if fault is None:
            return self._billed(operation, variables)
        self.log.outcomes[f"fault {fault.kind}"] += 1
        return self._faulty(fault, operation, variables)

    # -- the bill

    def _billed(self, operation: Operation, variables: dict[str, Any]) -> Reply:
        errors = variable_errors(self._schema, operation.node, variables)
        if errors:
            self.log.outcomes["rejected"] += 1
            return json_reply({"errors": errors})
        values = coerced(self._schema, operation, variables)
        requested = operation.requested_cost(values.coerced)
        if requested > MAX_COST:
            self.log.outcomes["too expensive"] += 1
            return self._too_expensive(requested)
        if not self.bucket.take(requested):
            return self._throttled(requested)
        handlers = self._mutations if operation.is_mutation else self._queries
        if not operation.is_mutation:
            self.store.jobs.step()
        answer = execute(operation, values, handlers)
        actual = operation.actual_cost(
            values.coerced, answer.observed.size, frozenset(answer.absent)
        )
        self.bucket.give_back(requested - actual)
        self._note(operation, variables, answer)
        return json_reply(self._body(answer, requested, actual))

    def _body(self, answer: Answer, requested: int, actual: int) -> dict[str, Any]:
        body: dict[str, Any] = {"data": answer.data}
        if answer.errors:
            body["errors"] = answer.errors
        body["extensions"] = {"cost": self._cost(requested, actual)}
        if answer.search:
            body["extensions"]["search"] = answer.search
        return body

    def _cost(self, requested: int, actual: int | None) -> dict[str, Any]:
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": self.bucket.status(),
        }

    def _throttled(self, requested: int) -> Reply:
        self.log.outcomes["throttled"] += 1
        problem = error("Throttled", "THROTTLED", documentation=RATE_LIMITS)
        return json_reply(
            {"errors": [problem], "extensions": {"cost": self._cost(requested, None)}}
        )

    def _too_expensive(self, cost: int) -> Reply:
        message = TOO_EXPENSIVE.format(cost=cost, limit=MAX_COST)
        problem = error(
            message, "MAX_COST_EXCEEDED", cost=cost, maxCost=MAX_COST, documentation=RATE_LIMITS
        )
        return json_reply({"errors": [problem]})

    def _note(self, operation: Operation, variables: Mapping[str, Any], answer: Answer) -> None:
        self.log.outcomes["failed" if answer.errors else "answered"] += 1
        if operation.is_mutation:
            entry = {"operation": operation.name, "variables": variables, "data": answer.data}
            self.log.mutations.append(entry)

    # -- faults

    def _faulty(self, fault: Fault, operation: Operation, variables: dict[str, Any]) -> Reply:
        match fault.kind:
            case Kind.THROTTLE:
                return self._throttled(operation.requested_cost(variables))
            case Kind.USER_ERRORS:
                return self._user_errors(fault, operation)
            case Kind.SLOW | Kind.RESET_AFTER | Kind.TRUNCATED:
                return late_or_cut(fault, self._billed(operation, variables))
        return instead(fault)

    def _user_errors(self, fault: Fault, operation: Operation) -> Reply:
        answer = Answer()
        payload = failing(fault.user_errors)
        assert answer.data is not None
        for root in operation.program({}):
            answer.data[root.key] = root.project(payload, {}, answer.observed)
        return json_reply(self._body(answer, 10, 10))
