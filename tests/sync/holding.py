"""What a run holds while it works, for functions that are called without one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

from django.db import transaction


class Holding:
    """Nobody takes it away."""

    def checkpoint(self) -> None:
        return

    def transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic()

    def progress(
        self,
        *,
        phase: str = "",
        done: int | None = None,
        total: int | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        return
