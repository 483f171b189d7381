"""A person who buys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.records.address import Address


@dataclass(frozen=True, slots=True)
class Customer:
    gid: str
    created_at: datetime
    updated_at: datetime
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()
    tax_exempt: bool = False
    address: Address | None = None

    @property
    def display_name(self) -> str:
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return name or self.email or self.phone or ""
