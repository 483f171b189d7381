"""What products are gathered in, and where they are sold: collections and publications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Collection:
    gid: str
    handle: str
    title: str
    updated_at: datetime
    description_html: str = ""
    product_gids: tuple[str, ...] = ()
    smart: bool = False  # filled by a rule: products cannot be added by hand


@dataclass(frozen=True, slots=True)
class Publication:
    """A sales channel: one app with one channel and one catalog, as most have."""

    gid: str
    name: str
    handle: str
