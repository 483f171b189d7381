"""How many of an inventory item a place has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Level:
    gid: str
    item_gid: str
    location_gid: str
    available: int  # may be negative: oversold
    created_at: datetime
    updated_at: datetime
    committed: int = 0  # sold and not yet sent
    incoming: int = 0
    active: bool = True  # False: the item is no longer stocked at the place

    @property
    def on_hand(self) -> int:
        return self.available + self.committed
