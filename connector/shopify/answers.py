"""Reads what a GraphQL answer says besides its data, and lets no half answer pass as a whole one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connector.shopify.documents import Document
from connector.shopify.errors import (
    AccessDenied,
    CostTooHigh,
    MalformedAnswer,
    QueryRejected,
    SearchWarning,
    ShopifyError,
    Throttled,
    Unavailable,
    UserError,
    UserErrors,
)
from connector.shopify.transport import Answer


@dataclass(frozen=True, slots=True)
class Result:
    """What one document brought, whole and without errors."""

    data: dict[str, Any]
    cost: int  # points it took in the end
    request_id: str = ""  # Shopify's X-Request-Id


_SCOPE = re.compile(r"`([a-z_]+)`")


def data_of(answer: Answer, doc: Document, shop: str) -> dict[str, Any]:
    """Return the answer's `data`, if nothing in the answer says that it is not to be relied on.

    Raises what the answer complains of: top-level errors first (of several, the one that tells
    most), then warnings about a search, then the userErrors of every root field.
    """
    body = answer.body
    if errors := _errors(body):
        raise min((_read(error, doc, shop, answer.request_id) for error in errors), key=_rank)
    _check_searches(body, doc, answer.request_id)
    data = body.get("data")
    if not isinstance(data, dict):
        raise MalformedAnswer(
            f"Shopify's answer to shop {shop} holds no data: try again later.",
            request_id=answer.request_id,
        )
    _check_user_errors(data, answer.request_id)
    return data


def _errors(body: dict[str, Any]) -> list[dict[str, Any]]:
    """`errors` is a list of objects, but some answers carry one text."""
    errors = body.get("errors") or []
    entries = errors if isinstance(errors, list) else [errors]
    return [e if isinstance(e, dict) else {"message": str(e)} for e in entries]


def _read(error: dict[str, Any], doc: Document, shop: str, request_id: str) -> ShopifyError:
    message = str(error.get("message", ""))
    extensions = error.get("extensions") or {}
    match extensions.get("code"):
        case "THROTTLED":
            return Throttled(
                f"Shopify asks shop {shop} to call less often: try again later.",
                maybe_done=False,
                request_id=request_id,
            )
        case "MAX_COST_EXCEEDED":
            return CostTooHigh(
                f"One call asks shop {shop} for too much at once ({doc.name}): "
                "smaller pages are needed.",
                request_id=request_id,
            )
        case "ACCESS_DENIED":
            return _denied(str(extensions.get("requiredAccess") or message), shop, request_id)
        case "INTERNAL_SERVER_ERROR" | "TIMEOUT":
            return Unavailable(
                f"Shopify has trouble of its own and did not answer shop {shop}: try again later.",
                request_id=str(extensions.get("requestId") or request_id),
            )
    return QueryRejected(f"{doc.name}: {message}", request_id=request_id)


def _denied(required: str, shop: str, request_id: str) -> AccessDenied:
    scopes = tuple(_SCOPE.findall(required))
    if scopes:
        message = (
            f"The app may not do this in shop {shop}: "
            f"grant it {' or '.join(scopes)} in Shopify, then reconnect the shop."
        )
    else:
        message = f"The app may not do this in shop {shop}: {required}"
    return AccessDenied(message, scopes=scopes, request_id=request_id)


def _rank(error: ShopifyError) -> int:
    """A missing permission or our own bug explains more than a passing trouble beside it."""
    return isinstance(error, Unavailable)


def _check_searches(body: dict[str, Any], doc: Document, request_id: str) -> None:
    searches = (body.get("extensions") or {}).get("search") or []
    warnings = [w for search in searches for w in search.get("warnings") or []]
    if warnings:
        told = "; ".join(f"{w.get('field')}: {w.get('message')}" for w in warnings)
        raise SearchWarning(
            f"Shopify did not understand the search of {doc.name}: {told}", request_id=request_id
        )


def _check_user_errors(data: dict[str, Any], request_id: str) -> None:
    errors = tuple(_user_errors(data.values()))
    if errors:
        message = "; ".join(error.message for error in errors)
        raise UserErrors(message, errors=errors, data=data, request_id=request_id)


def _user_errors(roots: Iterable[Any]) -> Iterable[UserError]:
    for root in roots:
        if isinstance(root, dict):
            for error in root.get("userErrors") or ():
                path = tuple(map(str, error.get("field") or ()))
                yield UserError(path, str(error["message"]), str(error.get("code") or ""))
