"""Errors in the shape Shopify gives them. Source: recorded answers, Admin API 2025-01 … 2026-07."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Error = dict[str, Any]


def error(
    message: str, code: str | None, *, path: list[str | int] | None = None, **extensions: Any
) -> Error:
    """Return one entry of `errors`."""
    body: Error = {"message": message}
    if path is not None:
        body["path"] = path
    if code is not None or extensions:
        body["extensions"] = {"code": code, **extensions} if code else extensions
    return body


class Failed(Exception):
    """A field could not be answered: one entry of `errors`, and null in its place."""

    def __init__(
        self,
        message: str,
        code: str | None = "BAD_REQUEST",
        *,
        path: Sequence[str] = (),
        **extensions: Any,
    ) -> None:
        """`path` leads on from the field to the argument that is wrong."""
        super().__init__(message)
        self.path = path
        self.message = message
        self.code = code
        self.extensions = extensions

    def at(self, path: list[str | int]) -> Error:
        return error(self.message, self.code, path=[*path, *self.path], **self.extensions)


class NotServed(Failed):
    """The schema knows it, this sandbox does not: said aloud instead of inventing a value."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The sandbox does not serve {what}.", "SANDBOX_NOT_SERVED")
