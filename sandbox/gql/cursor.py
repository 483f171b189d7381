"""Cursors: base64 of {"last_id":…,"last_value":…}, as recorded; opaque to clients all the same."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass

from sandbox.gql.errors import Failed


@dataclass(frozen=True, slots=True)
class Cursor:
    last_id: int
    last_value: str

    def text(self) -> str:
        body = f'{{"last_id":{self.last_id},"last_value":"{self.last_value}"}}'
        return b64encode(body.encode()).decode()


def parsed(text: str) -> Cursor:
    """Return the cursor. Raises Failed for a text that is none."""
    try:
        body = json.loads(b64decode(text, validate=True))
        return Cursor(int(body["last_id"]), str(body["last_value"]))
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise Failed("Invalid cursor for current pagination sort.") from error


def id_number(gid: str) -> int:
    """Return the number in an id."""
    return int(gid.rsplit("/", 1)[1].partition("?")[0])
