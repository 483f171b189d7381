"""Answers below GraphQL: status, body and what the connection does to them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any

import orjson

from sandbox.faults import Fault, Kind
from sandbox.gql.errors import error

JSON = "application/json; charset=utf-8"
JSONL = "application/jsonl"
HTTP_BODIES = {
    401: "[API] Invalid API key or access token (unrecognized login or wrong password)",
    402: "Unavailable Shop",
    403: "[API] This action requires merchant approval for write_orders scope.",
    404: "Not Found",
    423: "Locked",
    429: "Exceeded 2 calls per second for api client. Reduce request rates to resume.",
}


class Cut(Enum):
    """How the connection treats an answer."""

    NONE = "whole"
    RESET = "reset"  # broken before a byte
    HALF = "half"  # broken in the middle


@dataclass(slots=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = JSON
    delay: float = 0.0  # seconds
    cut: Cut = Cut.NONE


def json_reply(body: Any, status: int = 200) -> Reply:
    return Reply(status, orjson.dumps(body))


def fetched(content: bytes | None, kind: str) -> Reply:
    """Return a file, or that there is none."""
    return http_error(404) if content is None else Reply(200, content, kind=kind)


def http_error(status: int, seconds: float = 1.0) -> Reply:
    """Return an answer below GraphQL, in Shopify's words."""
    reply = json_reply({"errors": HTTP_BODIES.get(status, "Internal Server Error")}, status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        reply.headers["Retry-After"] = f"{seconds:.1f}"
    return reply


def internal_error() -> Reply:
    request = str(uuid.uuid4())
    message = (
        "Internal error. Looks like something went wrong on our end.\n"
        f"Request ID: {request} (include this in support requests)."
    )
    return json_reply({"errors": [error(message, "INTERNAL_SERVER_ERROR", requestId=request)]})


def instead(fault: Fault) -> Reply:
    """Return what comes in place of an answer; nothing was done."""
    match fault.kind:
        case Kind.HTTP:
            return http_error(fault.status, fault.seconds)
        case Kind.INTERNAL:
            return internal_error()
        case Kind.HTML:
            page = b"<!doctype html><title>Something went wrong</title>"
            return Reply(200, page, kind="text/html; charset=utf-8")
        case Kind.RESET_BEFORE:
            return Reply(cut=Cut.RESET)
    return Reply()  # empty


def late_or_cut(fault: Fault, reply: Reply) -> Reply:
    """Return an answer that is right but late, or that does not arrive whole."""
    if fault.kind is Kind.SLOW:
        reply.delay = fault.seconds
    else:
        reply.cut = Cut.HALF if fault.kind is Kind.TRUNCATED else Cut.RESET
    return reply
