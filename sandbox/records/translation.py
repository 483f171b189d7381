"""A text of a record in another language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Translation:
    gid: str
    resource_gid: str
    locale: str
    key: str
    value: str
    digest: str  # of the text that was translated
    updated_at: datetime
