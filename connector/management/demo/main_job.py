"""The main job through the queue: orders in, documents made, posted, shipments told to Shopify."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from connector.management.demo import seed
from connector.management.following import Followed, Line, follow
from connector.sync.batches import batch_named, request_batch
from connector.sync.jobs import request_report
from connector.sync.sessions import client_for
from erp.models import Company
from jobqueue.models import JobQueueEntry
from shops.models import Shop

PATIENCE = 300.0  # s one step may take, with all its retries


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


class MainJob:
    def __init__(
        self,
        company: Company,
        shop: Shop,
        *,
        owner_id: int,
        out: TextIO,
        meanwhile: Callable[[], None],
    ) -> None:
        self._company = company
        self._shop = shop
        self._owner_id = owner_id
        self._out = out
        self._meanwhile = meanwhile  # called while waiting; may raise

    def run(self, *, today: date) -> list[str]:
        """Run every step, telling each, and return what failed as sentences."""
        faults = []
        for step in STEPS:
            if step.number == POSTING:
                self._stock(today)
            followed = self._step(step)
            if not followed.succeeded:
                faults.append(f"{step.number} {step.label}: {followed.sentence}")
        return faults

    def _step(self, step: Step) -> Followed:
        entry = self._entry(step)
        line = Line(self._out, f"{step.number} {step.label}")
        followed = follow(entry.pk, line, meanwhile=self._meanwhile, seconds=PATIENCE)
        mark = "✓" if followed.succeeded else "✗"
        self._out.write(f"{mark} {step.number} {step.label}: {_told(followed)}\n")
        return followed

    def _entry(self, step: Step) -> JobQueueEntry:
        batch = batch_named(step.number)
        if batch:
            return request_batch(batch, self._company.code, owner_id=self._owner_id)[0]
        return request_report(step.number, self._shop, owner_id=self._owner_id)[0]

    def _stock(self, today: date) -> None:
        if items := seed.stock(self._company, today=today):
            self._out.write(f"✓ Stock counted: {seed.STOCK} each of {items} new items\n")


def orders_in_shopify(shop: Shop) -> int:
    """All of them, as Shopify counts. Raises ShopifyError."""
    data = client_for(shop).execute("orders_count", {"query": "status:any"})
    return int(data["ordersCount"]["count"])


def _told(followed: Followed) -> str:
    """The counts of the run, or the sentence on what went wrong."""
    if not followed.succeeded or followed.log is None:
        return followed.sentence
    return ", ".join(_counted(followed.log.counts)) or "nothing to do"


def _counted(counts: dict[str, int]) -> Iterator[str]:
    return (f"{number} {word}" for word, number in counts.items() if number)
