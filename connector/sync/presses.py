"""The press of a button: who wants something, when, and which press it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Press:
    """A form that is sent twice is one press, and acts once."""

    by: str  # user name, or what stands for one
    request_id: UUID
    now: Callable[[], datetime]  # aware, UTC
    # In which the steps of an action are written down; a run's fails when the run is not ours.
    transaction: Callable[[], AbstractContextManager[None]] = transaction.atomic
