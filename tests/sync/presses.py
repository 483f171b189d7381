"""Presses of buttons, at a time that a test sets."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from connector.sync.presses import Press
from tests.factories import NOW


def press(by: str = "kari", *, later: timedelta = timedelta(0), which: UUID | None = None) -> Press:
    def now() -> datetime:
        return NOW + later

    return Press(by, which or uuid4(), now)
