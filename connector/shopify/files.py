"""Brings files to where Shopify wants them and fetches those it made. Neither carries the token."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import requests

from connector.shopify.client import Client
from connector.shopify.errors import Unavailable

TIMEOUTS = (5.0, 60.0)  # s: to connect, between two pieces
ATTEMPTS = 3
PAUSE = 1.0  # s before the second attempt; doubled before the third
LARGEST = 200_000_000  # bytes that are read of a file
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Target:
    """A place that takes one file."""

    url: str
    resource_url: str  # how Shopify wants the file to be named afterwards
    parameters: Mapping[str, str]

    @classmethod
    def from_node(cls, node: Mapping[str, Any]) -> Self:
        """Raises KeyError when the answer has another shape."""
        parameters = {each["name"]: each["value"] for each in node["parameters"]}
        return cls(node["url"], node["resourceUrl"] or "", parameters)


def staged_targets(client: Client, wanted: Sequence[Mapping[str, str]]) -> list[Target]:
    """A target for each StagedUploadInput, in their order. Raises UserErrors, and as Client.execute."""
    answer = client.execute("staged_uploads_create", {"input": list(wanted)})
    return [Target.from_node(node) for node in answer["stagedUploadsCreate"]["stagedTargets"]]


def post_file(target: Target, name: str, content: bytes, content_type: str) -> None:
    """Send a file as a form with the parameters that Shopify signed. Raises Unavailable."""
    _tried(
        lambda: requests.post(
            target.url,
            data=dict(target.parameters),
            files={"file": (name, content, content_type)},
            timeout=TIMEOUTS,
            allow_redirects=False,
        )
    )


def put_file(target: Target, content: bytes, content_type: str) -> None:
    """Send a file as it is. Raises Unavailable."""
    _tried(
        lambda: requests.put(
            target.url,
            data=content,
            headers={"Content-Type": content_type},
            timeout=TIMEOUTS,
            allow_redirects=False,
        )
    )


def fetched(url: str) -> bytes:
    """The content of a file. Raises Unavailable, also for one that is larger than `LARGEST`."""
    return _tried(lambda: requests.get(url, timeout=TIMEOUTS, stream=True))


def _tried(send: Callable[[], requests.Response]) -> bytes:
    pause = PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _once(send)
        except Unavailable:
            if attempt == ATTEMPTS:
                raise
        time.sleep(pause)
        pause *= 2
    raise AssertionError("the last attempt raises")


def _once(send: Callable[[], requests.Response]) -> bytes:
    with _as_unavailable(), send() as response:
        if not response.ok:
            raise Unavailable(
                f"Shopify's file store answered {response.status_code}: try again later."
            )
        content = b"".join(_pieces(response))
    if len(content) > LARGEST:
        raise Unavailable("The file that Shopify offers is too large to be read.")
    return content


def _pieces(response: requests.Response) -> Iterator[bytes]:
    read = 0
    for piece in response.iter_content(_PIECE):
        read += len(piece)
        yield piece
        if read > LARGEST:
            return


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except requests.RequestException as error:
        raise Unavailable(
            f"Shopify's file store does not answer ({type(error).__name__})."
        ) from error
