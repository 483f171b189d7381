"""Texts that came from elsewhere, made fit for the database."""

from __future__ import annotations


def storable(text: str) -> str:
    """`text` without what a database refuses: half characters become “?”, NULs go."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
