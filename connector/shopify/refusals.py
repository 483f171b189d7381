"""What it means for a shop when no JSON comes back: a status, a broken connection, a wrong page."""

from __future__ import annotations

import math
from dataclasses import dataclass

import requests
from requests.exceptions import (
    ChunkedEncodingError,
    ContentDecodingError,
    ProxyError,
    SSLError,
)
from urllib3.exceptions import MaxRetryError, NewConnectionError, ReadTimeoutError

from connector.shopify.errors import (
    AccessDenied,
    MalformedAnswer,
    QueryRejected,
    ShopifyError,
    ShopUnusable,
    TimedOut,
    Unavailable,
)
from connector.shopify.words import gettext as _
from connector.shopify.words import gettext_noop

_FOR_A_PERSON: dict[int, tuple[type[ShopifyError], str]] = {
    401: (
        AccessDenied,
        gettext_noop(
            "Shopify does not accept the access token of shop %(shop)s: reconnect the shop."
        ),
    ),
    402: (
        ShopUnusable,
        gettext_noop(
            "Shopify has frozen shop %(shop)s over an unpaid bill: pay it in Shopify, then try again."
        ),
    ),
    403: (
        AccessDenied,
        gettext_noop(
            "Shopify refuses the app access to shop %(shop)s: "
            "check the app's permissions in Shopify, then reconnect the shop."
        ),
    ),
    404: (
        ShopUnusable,
        gettext_noop("There is no Shopify shop at %(host)s: correct the address of shop %(shop)s."),
    ),
    423: (
        ShopUnusable,
        gettext_noop("Shopify has locked shop %(shop)s: ask Shopify's support to unlock it."),
    ),
}
_TOO_OFTEN = {429, 430}
_TOO_SLOW = {408, 504}
_REDIRECT, _SERVER_ERROR = 3, 5  # hundreds


@dataclass(frozen=True, slots=True)
class Refusals:
    """Finds the error, with its sentence, for one shop. Raises nothing itself."""

    shop: str  # the name people know it by
    host: str

    @property
    def _names(self) -> dict[str, str]:
        return {"shop": self.shop, "host": self.host}

    def status(self, response: requests.Response) -> ShopifyError:
        """Return what a status other than 200 means."""
        status = response.status_code
        request_id = response.headers.get("X-Request-Id", "")
        if status in _FOR_A_PERSON:
            kind, sentence = _FOR_A_PERSON[status]
            return kind(_(sentence) % self._names, request_id=request_id)
        if status in _TOO_SLOW:
            return self.timed_out(request_id)
        if status in _TOO_OFTEN or status // 100 == _SERVER_ERROR:
            return self._later(response, request_id)
        if status // 100 == _REDIRECT:
            return ShopUnusable(
                _(
                    "The address %(host)s of shop %(shop)s leads elsewhere: "
                    "enter the shop's own myshopify.com address."
                )
                % self._names,
                request_id=request_id,
            )
        return QueryRejected(
            _(
                "Shopify does not accept what was sent for shop %(shop)s (status %(status)s): "
                "please report this."
            )
            % {"shop": self.shop, "status": status},
            request_id=request_id,
        )

    def _later(self, response: requests.Response, request_id: str) -> Unavailable:
        too_often = response.status_code in _TOO_OFTEN
        sentence = _(
            "Shopify has trouble of its own (status %(status)s) and did not answer shop %(shop)s: "
            "try again later."
        ) % {"status": response.status_code, "shop": self.shop}
        if too_often:
            sentence = _("Shopify asks shop %s to call less often: try again later.") % self.shop
        return Unavailable(
            sentence,
            retry_after=_seconds(response.headers.get("Retry-After", "")),
            maybe_done=not too_often,
            request_id=request_id,
        )

    def no_answer(self, error: requests.RequestException) -> ShopifyError:
        """Return what it means that requests gave up."""
        if isinstance(error, ValueError):  # how requests says that an address is none
            return ShopUnusable(
                _("%(host)s is not the address of a shop: correct the address of shop %(shop)s.")
                % self._names
            )
        if isinstance(error, SSLError):
            return Unavailable(
                _(
                    "The secure connection to %(host)s for shop %(shop)s failed: "
                    "its certificate is not trusted here."
                )
                % self._names,
                maybe_done=False,
            )
        if not _was_sent(error):
            return Unavailable(
                _(
                    "No connection to %(host)s for shop %(shop)s: the server or the network "
                    "is down. Try again later."
                )
                % self._names,
                maybe_done=False,
            )
        if isinstance(error, requests.Timeout) or _stalled(error):
            return self.timed_out("")
        if isinstance(error, ChunkedEncodingError | ContentDecodingError):
            return self.malformed("")
        return Unavailable(
            _("The connection to %(host)s for shop %(shop)s broke off: try again later.")
            % self._names
        )

    def timed_out(self, request_id: str) -> TimedOut:
        return TimedOut(
            _("Shopify took too long to answer shop %s: try again later.") % self.shop,
            request_id=request_id,
        )

    def malformed(self, request_id: str) -> MalformedAnswer:
        return MalformedAnswer(
            _(
                "What answers at %(host)s for shop %(shop)s is not Shopify, or was cut short: "
                "check the address and any proxy."
            )
            % self._names,
            request_id=request_id,
        )


def _was_sent(error: requests.RequestException) -> bool:
    """False only when the connection was never made, so that nothing can have been carried out."""
    if isinstance(error, requests.ConnectTimeout | ProxyError):
        return False
    cause = error.args[0] if error.args else None
    return not (isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError))


def _stalled(error: requests.RequestException) -> bool:
    """The head of the answer came and its body stopped: requests calls that a ConnectionError."""
    return bool(error.args) and isinstance(error.args[0], ReadTimeoutError)


def _seconds(retry_after: str) -> float:
    """Shopify sends seconds, as "2.0"; anything else says nothing."""
    try:
        seconds = float(retry_after)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
