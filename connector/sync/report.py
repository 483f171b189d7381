"""The shape that all reports share: declare → fetch → apply → record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from django.utils.functional import Promise

from connector.shopify.client import Client
from jobqueue.filters import Filter, Type
from shops.models import Shop

T = TypeVar("T")


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record. `listed` results are kept as issues until they are resolved."""

    outcome: Outcome
    code: str = ""
    reason: str = ""
    listed: bool = True
    trace: str = ""  # of an unexpected error, for whoever mends it


class Preview(NamedTuple):
    """How many records a run would find."""

    number: int | None = None  # None when only Shopify knows
    words: str = ""  # as a sentence


class Hold(Protocol):
    """What a run holds while it works: the job queue's RunningJob, or whatever stands for it."""

    def checkpoint(self) -> None:
        """Called between records; raises to stop the run."""

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction that fails when the run is no longer ours."""

    def progress(
        self,
        *,
        phase: str = "",
        done: int | None = None,
        total: int | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        """Tell how far the run is; may be called as often as one likes. `counts` may grow on."""


@dataclass(frozen=True, slots=True)
class FilterField:
    """Something a person may filter by: `read` takes it from a record, `column` names it in SQL."""

    type: Type
    label: str | Promise
    read: Callable[[Any], Any] | None = None
    column: str = ""
    help: str | Promise = ""
    choices: tuple[str, ...] = ()  # values that are known; an expression may name others


@dataclass(frozen=True, slots=True)
class Option:
    """A choice between values, each with its words; the first is the default. Without: a day."""

    label: str | Promise
    choices: Mapping[str, str | Promise] = field(default_factory=dict)
    help: str | Promise = ""
    scheduled: str = ""  # what a schedule starts with, where that is not the default
    remembered: bool = True  # whether the form is filled in with it the next time

    @property
    def default(self) -> str:
        return next(iter(self.choices), "")


class Declared(Protocol):
    """What may be asked of a report or a batch. Forms, commands and checks are made from it."""

    @property
    def filters(self) -> Mapping[str, FilterField]: ...

    @property
    def options(self) -> Mapping[str, Option]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was read: parsed filters, and all options with their defaults."""

    filters: Mapping[str, Filter]
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Context:
    """What a report works with. All of it comes in here; a report looks nothing up by itself."""

    shop: Shop
    client: Client
    hold: Hold
    now: Callable[[], datetime]  # aware, UTC
    since: datetime | None = None  # Shopify's clock: what changed from then on may be new
    filters: Mapping[str, Filter] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


class Report(ABC, Generic[T]):
    number: ClassVar[int]  # BC's object id
    name: ClassVar[str]
    label: ClassVar[str | Promise]
    overlap: ClassVar[timedelta] = timedelta(minutes=5)  # read again: updatedAt is not monotonic
    filters: ClassVar[Mapping[str, FilterField]] = {}
    options: ClassVar[Mapping[str, Option]] = {}
    # An outgoing report calls Shopify while it applies, so `apply` opens its own transactions.
    outgoing: ClassVar[bool] = False
    # Whether "Sync all" asks for it; else another report does, where the shop wants it.
    in_sync_all: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        self.context = context
        self.shop, self.client, self.now = context.shop, context.client, context.now

    @classmethod
    def chosen(cls, shop: Shop, options: Mapping[str, str]) -> type[Report[Any]]:
        """The report that does it for this shop: one that works both ways is a class for each."""
        del shop, options
        return cls

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        """What a run would find now."""
        del shop, asked, now
        return Preview()

    def prepare(self) -> None:
        """Bring up to date what the run rests on. Called once, before anything else."""
        return

    @abstractmethod
    def fetch(self) -> Iterator[Sequence[T]]:
        """Yield what may need work in batches, oldest change first. Reads only."""

    def total(self) -> int | None:
        """How many records there are to look at, for the progress bar; None when nobody knows."""
        return None

    def finish(self) -> None:
        """Write what is known only once all was looked at. Runs in the transaction of the end."""
        return

    def closing_note(self) -> str:
        """What a person should know of a finished run beyond its counts; "" for nothing."""
        return ""

    def follow_ups(self) -> Mapping[str, Mapping[str, str]]:
        """Reports that are asked for when this one has run, by name, with their options."""
        return {}

    @abstractmethod
    def apply(self, item: T) -> Result:
        """Bring the other side in line with one record. Safe to repeat.

        Raises RecordError when it cannot be taken, in which case nothing of it was written.
        """

    def witness(self, items: Sequence[T]) -> Callable[[Sequence[Result]], Sequence[str]]:
        """For a dry run: called before these are applied, and the answer after, before all is undone.

        The answer tells in words what each would be, or why not.
        """
        del items
        return lambda results: [result.reason for result in results]

    def refused(self, item: T, result: Result) -> Result:
        """Keep what must not be lost of a record that `apply` failed on; nothing of it was written.

        Returns the result to record. Runs in the transaction that moves the cursor past it.
        """
        del item
        return result

    def calls(self, items: Sequence[T]) -> Iterable[Sequence[T]]:
        """For an outgoing report: which records go to Shopify together, by `apply_all`."""
        return ([item] for item in items)

    def apply_all(self, items: Sequence[T]) -> list[Result]:
        """The same for a batch; when this raises, each record is applied by itself."""
        raise NotImplementedError

    @abstractmethod
    def identity(self, item: T) -> tuple[str, str]:
        """The record's id (Shopify's, or ours where it is ours) and how people name it."""

    def position(self, items: Sequence[T]) -> datetime | None:
        """Where the cursor stands once these are recorded; None leaves it."""
        return None
