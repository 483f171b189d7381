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
    addresses: tuple[Address, ...] = ()  # oldest first
    default_gid: str | None = None  # of the default address
    locale: str = "en"
    state: str = "DISABLED"
    verified_email: bool = True
    withheld: bool = False  # the app may not see protected customer data

    @property
    def display_name(self) -> str:
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return name or self.email or self.phone or ""

    @property
    def address(self) -> Address | None:
        """The default one."""
        return next((a for a in self.addresses if a.gid == self.default_gid), None)
