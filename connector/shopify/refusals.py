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

_FOR_A_PERSON: dict[int, tuple[type[ShopifyError], str]] = {
    401: (
        AccessDenied,
        "Shopify does not accept the access token of shop {shop}: reconnect the shop.",
    ),
    402: (
        ShopUnusable,
        "Shopify has frozen shop {shop} over an unpaid bill: pay it in Shopify, then try again.",
    ),
    403: (
        AccessDenied,
        "Shopify refuses the app access to shop {shop}: "
        "check the app's permissions in Shopify, then reconnect the shop.",
    ),
    404: (
        ShopUnusable,
        "There is no Shopify shop at {host}: correct the address of shop {shop}.",
    ),
    423: (ShopUnusable, "Shopify has locked shop {shop}: ask Shopify's support to unlock it."),
}
_TOO_OFTEN = {429, 430}
_TOO_SLOW = {408, 504}
_REDIRECT, _SERVER_ERROR = 3, 5  # hundreds


@dataclass(frozen=True, slots=True)
class Refusals:
    """Finds the error, with its sentence, for one shop. Raises nothing itself."""

    shop: str  # the name people know it by
    host: str

    def status(self, response: requests.Response) -> ShopifyError:
        """Return what a status other than 200 means."""
        status = response.status_code
        request_id = response.headers.get("X-Request-Id", "")
        if status in _FOR_A_PERSON:
            kind, sentence = _FOR_A_PERSON[status]
            return kind(sentence.format(shop=self.shop, host=self.host), request_id=request_id)
        if status in _TOO_SLOW:
            return self.timed_out(request_id)
        if status in _TOO_OFTEN or status // 100 == _SERVER_ERROR:
            return self._later(response, request_id)
        if status // 100 == _REDIRECT:
            return ShopUnusable(
                f"The address {self.host} of shop {self.shop} leads elsewhere: "
                "enter the shop's own myshopify.com address.",
                request_id=request_id,
            )
        return QueryRejected(
            f"Shopify does not accept what was sent for shop {self.shop} (status {status}): "
            "please report this.",
            request_id=request_id,
        )

    def _later(self, response: requests.Response, request_id: str) -> Unavailable:
        too_often = response.status_code in _TOO_OFTEN
        sentence = (
            f"Shopify asks shop {self.shop} to call less often: try again later."
            if too_often
            else f"Shopify has trouble of its own (status {response.status_code}) and did not "
            f"answer shop {self.shop}: try again later."
        )
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
                f"{self.host} is not the address of a shop: correct the address of shop "
                f"{self.shop}."
            )
        if isinstance(error, SSLError):
            return Unavailable(
                f"The secure connection to {self.host} for shop {self.shop} failed: "
                "its certificate is not trusted here.",
                maybe_done=False,
            )
        if not _was_sent(error):
            return Unavailable(
                f"No connection to {self.host} for shop {self.shop}: the server or the network "
                "is down. Try again later.",
                maybe_done=False,
            )
        if isinstance(error, requests.Timeout) or _stalled(error):
            return self.timed_out("")
        if isinstance(error, ChunkedEncodingError | ContentDecodingError):
            return self.malformed("")
        return Unavailable(
            f"The connection to {self.host} for shop {self.shop} broke off: try again later."
        )

    def timed_out(self, request_id: str) -> TimedOut:
        return TimedOut(
            f"Shopify took too long to answer shop {self.shop}: try again later.",
            request_id=request_id,
        )

    def malformed(self, request_id: str) -> MalformedAnswer:
        return MalformedAnswer(
            f"What answers at {self.host} for shop {self.shop} is not Shopify, or was cut short: "
            "check the address and any proxy.",
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
