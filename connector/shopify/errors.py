"""How a call to Shopify can go wrong, and what cures it. Knows neither jobs nor the database.

Every message is a sentence for the person who runs the shop; no message, attribute or cause holds
an access token. `request_id` is what Shopify's support asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class ShopifyError(Exception):
    """Base of all errors of this package."""

    def __init__(self, message: str, *, request_id: str = "") -> None:
        super().__init__(message)
        self.request_id = request_id  # Shopify's X-Request-Id, "" when nothing answered


class Unavailable(ShopifyError):
    """No answer, a 5xx or a 429. Cure: wait; the same call may work later."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: float = 0.0,
        maybe_done: bool = True,
        request_id: str = "",
    ) -> None:
        super().__init__(message, request_id=request_id)
        self.retry_after = retry_after  # seconds to wait at least; 0 when nobody said
        self.maybe_done = maybe_done  # Shopify may have carried the call out: look before repeating


class TimedOut(Unavailable):
    """Connected, but no whole answer in time. Cure: ask for less, or wait."""


class Throttled(Unavailable):
    """The shop's points are used up for now. Cure: come back after `retry_after` seconds."""


class MalformedAnswer(Unavailable):
    """Something answered, but not with Shopify's JSON. Cure: check the address and any proxy."""


class AccessDenied(ShopifyError):
    """401, 403 or ACCESS_DENIED. Cure: reconnect the shop, or grant the scopes that are named."""

    def __init__(self, message: str, *, scopes: Sequence[str] = (), request_id: str = "") -> None:
        super().__init__(message, request_id=request_id)
        self.scopes = tuple(scopes)  # any one of these would do; () when Shopify does not say


class ShopUnusable(ShopifyError):
    """402, 404, 423 or a redirect: frozen, not there, locked. Cure: the message says which."""


class QueryRejected(ShopifyError):
    """Shopify found the document or its variables wrong, or its answer does not fit ours.

    Our bug, or a changed API: no retry helps. Cure: report it.
    """


class SearchWarning(QueryRejected):
    """Shopify did not understand a search and may have answered with everything or nothing.

    Cure: correct the filter; what came must not be used. Source: extensions.search, recorded.
    """


class CostTooHigh(ShopifyError):
    """One call may cost 1,000 points and this one would cost more. Cure: ask for smaller pages."""


@dataclass(frozen=True, slots=True)
class UserError:
    """One reason why Shopify refused a mutation, in Shopify's words."""

    field: tuple[str, ...]  # the way to the input at fault; () for the whole
    message: str
    code: str  # "" where the mutation has none


class UserErrors(ShopifyError):
    """A mutation was understood and refused. Cure: all reasons are in `errors`; mend the record."""

    def __init__(
        self,
        message: str,
        *,
        errors: Sequence[UserError] = (),
        data: Mapping[str, Any] | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(message, request_id=request_id)
        self.errors = tuple(errors)
        self.data = data or {}  # the answer: what allows partial updates was done in part
