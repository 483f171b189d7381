"""Builds the search strings that Shopify's `query:` arguments take. No value can break out of one.

An unquoted time loses its hours, a word with a colon becomes a filter of its own, and Shopify
rejects neither: so every value is quoted. Source: shopify.dev, API search syntax, 2026-10.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime


def updated_since(moment: datetime) -> str:
    """Match what changed at `moment` or later; `moment` is aware."""
    return since("updated_at", moment)


def since(field: str, moment: datetime) -> str:
    """Match where the time in `field` is `moment` or later. Raises ValueError if it is naive."""
    return f"{field}:>={quoted(_stamp(moment))}"


def before(field: str, moment: datetime) -> str:
    """Match where the time in `field` is earlier than `moment`. Raises ValueError if naive."""
    return f"{field}:<{quoted(_stamp(moment))}"


def equals(field: str, value: str) -> str:
    """Match where `field` is `value`; Shopify's index may be fuzzy: check what comes."""
    return f"{field}:{quoted(value)}"


def one_of(gids: Iterable[str]) -> str:
    """Match the records with these ids. Raises ValueError for what is no id of Shopify's."""
    return " OR ".join(f"id:{_number(gid)}" for gid in gids)


def all_of(*terms: str) -> str:
    """Match what matches every term; empty ones ask for nothing."""
    return " AND ".join(f"({term})" if " OR " in term else term for term in terms if term)


def quoted(value: str) -> str:
    """Return `value` as one phrase, whatever it holds."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _number(gid: str) -> int:
    return int(gid.rsplit("/", 1)[-1])


def _stamp(moment: datetime) -> str:
    """Whole seconds: Shopify's times have no fractions, and rounding down misses nothing."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
