"""Staged uploads: places somebody may put a file before a call names it, and files to fetch.

A place is used once it was given out: what else is sent is refused, as the real storage does.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from email import message_from_bytes
from http import HTTPStatus

PATH = "/staged-uploads/"
RESULTS = "/bulk-results/"
FILES = "/cdn/files/"
MAX_LENGTH = 100 * 1024 * 1024  # bytes


class Uploads:
    """Bytes by key; None until they have come."""

    def __init__(self) -> None:
        self._issued = 0
        self.content: dict[str, bytes | None] = {}
        self.results: dict[str, bytes] = {}  # to be fetched, by path

    def place(self, folder: str, filename: str) -> str:
        """Return a new key for a file of that name; the same ones in the same order on every run."""
        self._issued += 1
        name = re.sub(r"[^\w.-]", "_", filename)
        key = f"tmp/1/{folder}/{uuid.UUID(int=self._issued)}/{name}"
        self.content[key] = None
        return key

    def put(self, key: str, body: bytes) -> int:
        """Take a file and return the HTTP status of that."""
        if key not in self.content:
            return HTTPStatus.FORBIDDEN
        if len(body) > MAX_LENGTH:
            return HTTPStatus.BAD_REQUEST
        self.content[key] = body
        return HTTPStatus.OK

    def post(self, kind: str, body: bytes) -> int:
        """Take a form with the fields of a target and a file, and return the HTTP status."""
        parts = form(kind, body)
        if "file" not in parts or "key" not in parts:
            return HTTPStatus.BAD_REQUEST
        status = self.put(parts["key"].decode(), parts["file"])
        return HTTPStatus.CREATED if status == HTTPStatus.OK else status

    def found(self, source: str, url: str) -> tuple[bool, bytes | None]:
        """Return whether an address is one of ours, and the file that came there."""
        prefix = f"{url}{PATH}"
        if not source.startswith(prefix):
            return False, None
        return True, self.content.get(source.removeprefix(prefix).partition("?")[0])

    def clear(self) -> None:
        self.content.clear()
        self.results.clear()


def form(kind: str, body: bytes) -> Mapping[str, bytes]:
    """Return the parts of a multipart form by name; nothing for what is no form."""
    message = message_from_bytes(b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + body)
    if not message.is_multipart():
        return {}
    parts: dict[str, bytes] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            parts[name] = content
    return parts
