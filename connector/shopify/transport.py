"""One HTTP call to one shop. Knows status codes and JSON, not GraphQL; tries nothing twice.

The access token is put on a request only as it leaves, and no error carries a request: neither a
message, nor a cause, nor a log line can hold it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from traceback import clear_frames
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from connector.shopify.errors import AccessDenied, ShopifyError
from connector.shopify.refusals import Refusals
from connector.shopify.version import API_VERSION
from connector.shopify.words import gettext as _

logger = logging.getLogger(__name__)

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds. `total` bounds the whole call: a body that drips never passes it by much."""

    connect: float = 5.0
    read: float = 60.0
    total: float = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object that came with status 200."""

    body: dict[str, Any]
    request_id: str


class Transport:
    """Sends GraphQL to one shop over pooled connections; threads may share it."""

    def __init__(
        self,
        shop: str,
        address: str,
        token: str,
        *,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`shop` is the name people know it by, `address` e.g. https://acme.myshopify.com.

        Raises AccessDenied if the token cannot be one.
        """
        self.shop = shop
        self.answered_version = ""  # as Shopify last said; another than ours: ours has ended
        self._url = f"{address.rstrip('/')}/admin/api/{API_VERSION}/graphql.json"
        self._timeouts = timeouts or Timeouts()
        self._clock = clock
        self._refusals = Refusals(shop, urlsplit(address).netloc or address)
        self._auth = _Token(shop, token)
        self._session = requests.Session()
        self._session.headers.update({"Content-Type": "application/json"})
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=8))

    def post(self, payload: Mapping[str, Any]) -> Answer:
        """Send one payload and return the JSON object that came back.

        Raises Unavailable (TimedOut, MalformedAnswer), AccessDenied, ShopUnusable or QueryRejected.
        """
        outcome = self._exchange(orjson.dumps(payload))
        if isinstance(outcome, ShopifyError):
            raise outcome  # here, where no exception of requests with its headers hangs on to it
        return outcome

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def _exchange(self, content: bytes) -> Answer | ShopifyError:
        deadline = self._clock() + self._timeouts.total
        try:
            with self._session.post(
                self._url,
                data=content,
                auth=self._auth,
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                outcome = self._read(response, deadline)
                if isinstance(outcome, ShopifyError):
                    outcome.status = response.status_code
                return outcome
        except requests.RequestException as error:
            _forget(error)
            return self._refusals.no_answer(error)

    def _read(self, response: requests.Response, deadline: float) -> Answer | ShopifyError:
        request_id = response.headers.get("X-Request-Id", "")
        if response.status_code != requests.codes.ok:
            return self._refusals.status(response)
        self._note_version(response.headers.get("X-Shopify-API-Version", ""))
        parts = []
        for part in response.iter_content(_CHUNK):
            parts.append(part)
            if self._clock() > deadline:
                return self._refusals.timed_out(request_id)
        try:
            body = orjson.loads(b"".join(parts))
        except orjson.JSONDecodeError:
            return self._refusals.malformed(request_id)
        if not isinstance(body, dict):
            return self._refusals.malformed(request_id)
        return Answer(body, request_id)

    def _note_version(self, version: str) -> None:
        """Shopify never refuses a version that has ended: it answers as the oldest living one."""
        if version and version not in (API_VERSION, self.answered_version):
            logger.warning(
                "Shopify answers with another API version than asked for",
                extra={"shop": self.shop, "asked": API_VERSION, "answered": version},
            )
        self.answered_version = version or self.answered_version


def _forget(error: BaseException) -> None:
    """Drop what the error's frames hold: the token, and connections that would stay open for it."""
    link: BaseException | None = error
    while link is not None:
        clear_frames(link.__traceback__)
        link.__traceback__ = None
        link = link.__context__


class _Token(AuthBase):
    """Puts the access token on a request as it leaves; shows it to nobody else."""

    def __init__(self, shop: str, token: str) -> None:
        if not token.isascii() or not token.isprintable() or not token.strip():
            raise AccessDenied(
                _("The access token of shop %s is empty or damaged: reconnect the shop.") % shop
            )
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-Shopify-Access-Token"] = self._token
        return request
