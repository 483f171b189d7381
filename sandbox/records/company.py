"""A business that buys (B2B), with its one location."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Company:
    gid: str
    location_gid: str
    name: str
    location_name: str
    created_at: datetime
    updated_at: datetime
    external_id: str | None = None
