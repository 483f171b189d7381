"""The main job through the queue: orders in, documents made, posted, shipments told to Shopify."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.management.base import OutputWrapper

from connector.management.demo import seed
from connector.management.following import Follower
from connector.sync.batches import batch_named, request_batch
from connector.sync.jobs import request_report
from connector.sync.sessions import client_for
from erp.models import Company
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from shops.models import Shop

PATIENCE = 300.0  # s one step may take, with all its retries
WELL = {LogStatus.SUCCESS, LogStatus.ISSUES}


@dataclass(frozen=True, slots=True)
class Step:
    number: int  # BC's object id
    label: str


STEPS = (
    Step(30104, "Sync orders from Shopify"),
    Step(30103, "Process Shopify orders"),
    Step(296, "Batch post sales orders"),
    Step(297, "Batch post sales invoices"),
    Step(30109, "Sync shipments to Shopify"),
)
POSTING = 296  # before it, what is to be shipped must lie on the shelf


class TooLong(Exception):
    """A step is not over after much longer than it takes: see the worker's log."""


class MainJob:
    def __init__(
        self,
        company: Company,
        shop: Shop,
        *,
        owner_id: int,
        out: OutputWrapper,
        meanwhile: Callable[[], None],
    ) -> None:
        self._company = company
        self._shop = shop
        self._owner_id = owner_id
        self._out = out
        self._meanwhile = meanwhile  # called while waiting; may raise

    def run(self, *, today: date) -> list[str]:
        """Run every step, telling each, and return what failed as sentences. Raises TooLong."""
        faults = []
        for step in STEPS:
            if step.number == POSTING:
                self._stock(today)
            entry = self._request(step)
            run = Follower(self._out, sleep=self._waiting(step)).follow(entry)
            well = entry.status == Status.FINISHED and run is not None and run.status in WELL
            said = told(entry, run)
            self._out.write(f"{'✓' if well else '✗'} {step.number} {step.label}: {said}")
            if not well:
                faults.append(f"{step.number} {step.label}: {said}")
        return faults

    def _request(self, step: Step) -> JobQueueEntry:
        if batch := batch_named(step.number):
            return request_batch(batch, self._company.code, owner_id=self._owner_id)[0]
        return request_report(step.number, self._shop, owner_id=self._owner_id)[0]

    def _waiting(self, step: Step) -> Callable[[float], None]:
        """Sleep between two looks, and mind the others meanwhile."""
        until = time.monotonic() + PATIENCE

        def wait(seconds: float) -> None:
            if time.monotonic() > until:
                raise TooLong(f"{step.number} {step.label} is not over after {PATIENCE:.0f} s.")
            self._meanwhile()
            time.sleep(seconds)

        return wait

    def _stock(self, today: date) -> None:
        if items := seed.stock(self._company, today=today):
            self._out.write(f"✓ Stock counted: {seed.STOCK} each of {items} new items")


def told(entry: JobQueueEntry, run: JobQueueLogEntry | None) -> str:
    """The counts of the run, or the sentence on what went wrong."""
    if entry.status != Status.FINISHED or run is None:
        return entry.error_message or entry.hold_reason or entry.get_status_display()
    counts = [f"{number} {word}" for word, number in run.counts.items() if number]
    return ", ".join(counts) or "nothing to do"


def open_orders(shop: Shop) -> int:
    """Neither archived nor cancelled, as Shopify counts them. Raises ShopifyError."""
    data = client_for(shop).execute("orders_count", {"query": "status:open"})
    return int(data["ordersCount"]["count"])
