"""Real reports as the work of a chaos run: several shops, each with a sandbox Shopify of its own.

Orders come in, become documents, are posted and told to Shopify, again and again, while new orders
arrive and processes die. Then one calm round takes in the last of it, and the two sides must agree.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from benchmarks.chaos import job, marks
from benchmarks.chaos.client import left, statuses, successes
from benchmarks.chaos.sandboxes import TOKEN, Sandboxes
from benchmarks.chaos.sides import disagreements
from benchmarks.chaos.verdict import Asked, crossings, unfulfilled
from connector.management.demo import seed
from connector.sync.batches import batch_named, request_batch
from connector.sync.books_fields import accounts_of
from connector.sync.jobs import request_report
from erp.models import Company
from erp.setup import create_company
from jobqueue.models import JobQueueEntry, Status
from shops.models import Connection, OrderSettings, Shop

# Each has a category of its own, and so have the books: ten.
CODES = ("NORTH", "SOUTH", "EAST", "WEST", "HILL", "LAKE", "COAST", "WOOD", "ISLE")
REPORTS = ("orders", "documents", "shipments")
BATCHES = (296, 297)
PAUSE = 0.2  # s between rounds


def card(company: Company, code: str, address: str) -> Shop:
    """A shop that takes every order and makes what it does not know."""
    shop = Shop.objects.create(code=code, company_code=company.code, url=address)
    Connection.objects.create(shop=shop, access_token=TOKEN)
    OrderSettings.objects.create(
        shop=shop,
        auto_create_unknown_customers=True,
        auto_create_unknown_items=True,
        **accounts_of(company),
    )
    return shop


class Reports:
    def __init__(self, folder: Path, entries: int, dice: random.Random) -> None:
        self.entries = entries
        self.dice = dice
        self.sandboxes = Sandboxes(folder, CODES)
        self.marks = folder / job.MARKS
        self.acknowledged: dict[int, Asked] = {}
        self.placed = 0

    def __enter__(self) -> Self:
        self.company = create_company("KONTOR", "EUR", currencies=seed.CURRENCIES)
        self.sandboxes.start()
        self.shops = [
            card(self.company, code, address) for code, address in self.sandboxes.addresses.items()
        ]
        return self

    def __exit__(self, *_error: object) -> None:
        self.sandboxes.stop()

    def go(self, deadline: float, more: Callable[[], bool]) -> bool:
        """Ask until there were enough entries, then wait; whether all ended in time."""
        while self._wants(more) and time.monotonic() < deadline:
            with suppress(DatabaseError, InterfaceError):
                self._round()
            if not connection.is_usable():
                connection.close()
            time.sleep(PAUSE)
        return self._wait(deadline)

    def _wants(self, more: Callable[[], bool]) -> bool:
        return len(self.acknowledged) < self.entries or more()

    def settle(self) -> None:
        """Once more in calm, a step after the other: what came last is taken to its end too."""
        until = time.monotonic() + 240
        for step in ("orders", "documents", 296, 297, "shipments"):
            if step in BATCHES:
                seed.stock(self.company, today=timezone.localdate())
            self._ask(step)
            self._wait(until)

    def judged(self) -> tuple[dict[str, Any], list[str]]:
        """The figures, and what went wrong."""
        asked = self.acknowledged | {
            entry.pk: Asked(entry.category, entry.lock_key) for entry in JobQueueEntry.objects.all()
        }
        runs = marks.read(self.marks)
        zero = unfulfilled(asked, runs, statuses()) | crossings(asked, runs)
        zero["finished_twice"] = sum(count > 1 for count in successes().values())
        differing = list(disagreements(self.company, self.shops, self.sandboxes))
        figures = {
            "acknowledged": len(self.acknowledged),
            "categories": len({one.category for one in self.acknowledged.values()}),
            "runs": len(runs),
            "orders": self.sandboxes.placed,
            "placed_meanwhile": self.placed,
            "sides_and_books_disagree": len(differing),
        }
        faults = [name for name, number in zero.items() if number]
        return figures | zero, faults + differing + unfinished()

    def _round(self) -> None:
        self.placed += self.sandboxes.place(self.dice)
        seed.stock(self.company, today=timezone.localdate())
        for step in (*REPORTS, *BATCHES):
            self._ask(step)

    def _ask(self, step: str | int) -> None:
        if batch := batch_named(step):
            self._keep(request_batch(batch, self.company.code)[0])
            return
        for shop in self.shops:
            self._keep(request_report(step, shop)[0])

    def _keep(self, entry: JobQueueEntry) -> None:
        self.acknowledged[entry.pk] = Asked(entry.category, entry.lock_key)

    def _wait(self, deadline: float) -> bool:
        while time.monotonic() < deadline:
            with suppress(DatabaseError, InterfaceError):
                if not left():
                    return True
            time.sleep(0.2)
        return False


def unfinished() -> list[str]:
    """Why entries that should be done are not."""
    return [
        f"entry {entry.pk} {entry.kind}: {entry.error_message}"
        for entry in JobQueueEntry.objects.exclude(status=Status.FINISHED)
    ]
