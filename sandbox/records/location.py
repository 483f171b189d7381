"""A place the shop ships from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    gid: str
    name: str
    country_code: str = "NO"
    active: bool = True
    service_name: str | None = None  # set when a fulfilment service owns the place
