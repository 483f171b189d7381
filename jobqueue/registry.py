"""Kind → handler. Filled by the apps that own the handlers, read by the runner.

This is how the queue calls code it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jobqueue.errors import UnknownKind

if TYPE_CHECKING:
    from jobqueue.running import Outcome, RunningJob


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of work the queue can run."""

    number: int  # BC's object id, e.g. 30104
    name: str  # "orders"
    label: Promise | str  # "Sync orders from Shopify"
    handler: Callable[[RunningJob], Outcome]
    max_attempts: int = 5  # retries after the first run
    time_limit: timedelta = timedelta(hours=12)
    version: int = 1  # of the parameters; an entry with a higher one is not run


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make `kind` known. A second kind with its name or number is a bug: raises ValueError."""
    for known in _kinds.values():
        if kind.name == known.name or kind.number == known.number:
            raise ValueError(f"kind {kind.name!r} ({kind.number}) is already registered")
    _kinds[kind.name] = kind


def unregister(name: str) -> None:
    """Forget a kind; for tests and for apps that are switched off."""
    _kinds.pop(name, None)


def kinds() -> list[Kind]:
    """All kinds, by number."""
    return sorted(_kinds.values(), key=lambda kind: kind.number)


_shops: list[Callable[[], Iterable[str]]] = []


def register_shops(codes: Callable[[], Iterable[str]]) -> None:
    """Let the queue ask for the codes of all shops; to it a shop is a plain code."""
    _shops.append(codes)


def shop_codes() -> set[str]:
    """The codes of all shops that somebody knows."""
    return {code for codes in _shops for code in codes()}


def kind_named(name_or_number: str | int) -> Kind:
    """Return the kind with this name or number. Raises UnknownKind with the list of all."""
    text = str(name_or_number)
    for kind in _kinds.values():
        if text in {kind.name, str(kind.number)}:
            return kind
    known = ", ".join(f"{kind.name} ({kind.number})" for kind in kinds()) or "–"
    raise UnknownKind(
        _("There is no report “%(name)s”. Known are: %(known)s.") % {"name": text, "known": known}
    )
