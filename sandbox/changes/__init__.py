"""What can happen to an order or a product: pure functions from one record to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something happens, and where new ids come from."""

    now: datetime
    new_gid: Callable[[str], str]


class Refused(Exception):
    """Shopify would not do it: becomes one userError, in Shopify's recorded words."""

    def __init__(self, message: str, field: tuple[str, ...], code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code

    @property
    def each(self) -> Sequence[Refused]:
        return (self,)


class Refusals(Refused):
    """Several reasons at once, at least one."""

    def __init__(self, reasons: Sequence[Refused]) -> None:
        first = reasons[0]
        super().__init__(first.message, first.field, first.code)
        self._reasons = tuple(reasons)

    @property
    def each(self) -> Sequence[Refused]:
        return self._reasons
