"""Posting many documents, each a transaction of its own (BC reports 296, 297 and 298)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from erp.models import Company


class Failure(NamedTuple):
    no: str
    code: str
    sentence: str


@dataclass(slots=True)
class BatchResult:
    posted: list[str] = field(default_factory=list)  # numbers, in the order of posting
    failed: list[Failure] = field(default_factory=list)


def batch_post(
    company: Company,
    *,
    kind: str,
    numbers: Collection[str] | None = None,
    filters: Mapping[str, Any] | None = None,
    ship: bool = True,
    invoice: bool = True,
    posting_date: date | None = None,
    replace_posting_date: bool = False,
    today: date,
    before_each: Callable[[], None] | None = None,
) -> BatchResult:
    """Post all open and released sales documents of `kind` that match; refusals are collected."""
    raise NotImplementedError
