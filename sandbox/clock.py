"""The one source of time: runs with the machine's clock or stands still, as told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _machine_time() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Aware UTC time that can be set, stopped and moved on."""

    def __init__(self, source: Callable[[], datetime] = _machine_time) -> None:
        self._source = source
        self._offset = timedelta()
        self._stopped_at: datetime | None = None

    def now(self) -> datetime:
        return self._stopped_at or self._source() + self._offset

    @property
    def stopped(self) -> bool:
        return self._stopped_at is not None

    def stop(self, at: datetime | None = None) -> None:
        self._stopped_at = at or self.now()

    def run(self) -> None:
        """Go on from the present moment."""
        self._offset = self.now() - self._source()
        self._stopped_at = None

    def set(self, at: datetime) -> None:
        if self.stopped:
            self._stopped_at = at
        else:
            self._offset = at - self._source()

    def advance(self, by: timedelta) -> None:
        self.set(self.now() + by)


def written(moment: datetime) -> str:
    """Return the moment as Shopify writes a DateTime: "2026-10-01T12:00:00Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> datetime:
    """Return the moment an ISO 8601 text names; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
