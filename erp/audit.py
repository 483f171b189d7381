"""Checks that the books are whole, by queries over all of them."""

from __future__ import annotations

from typing import NamedTuple

from erp.models import Company


class Broken(NamedTuple):
    invariant: str  # "I3" … "I15"
    sentence: str


def broken_invariants(company: Company | None = None) -> list[Broken]:
    """Return every difference found, for one company or all; an empty list means all is well."""
    raise NotImplementedError
