"""A run that stepped aside in between tells of all its work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from connector.sync.batches import BATCHES, request_batch
from connector.sync.jobs import request_report
from erp.models import Company, Document
from jobqueue.errors import SliceOver
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.runner import run_entry
from jobqueue.running import RunningJob
from shops.models import Shop
from tests.erp.makers import (
    item_line,
    make_company,
    make_customer,
    make_item,
    make_order,
    make_stock,
)
from tests.sync.conftest import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)

Steps = Callable[[int], None]


@pytest.fixture
def given_parts_of(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Let a run step aside at every checkpoint after so many."""

    def parts_of(checkpoints: int) -> None:
        calls: Counter[tuple[int, int]] = Counter()
        checkpoint = RunningJob.checkpoint

        def counted(job: RunningJob) -> None:
            checkpoint(job)
            calls[job.entry_id, job.fence] += 1
            if calls[job.entry_id, job.fence] > checkpoints:
                raise SliceOver

        monkeypatch.setattr(RunningJob, "checkpoint", counted)

    return parts_of


def run_to_the_end(entry: JobQueueEntry) -> list[JobQueueLogEntry]:
    for _part in range(20):
        run_entry(entry.pk)
        entry.refresh_from_db()
        if entry.status == Status.FINISHED:
            return list(entry.log_entries.order_by("fence"))
    raise AssertionError(f"still {entry.status} after 20 parts")


@pytest.fixture
def given_orders(committed: None) -> Company:
    """Ten, of which the second has no stock."""
    company = make_company()
    make_customer(company)
    make_item(company)
    make_item(company, "NONE")
    make_stock(company, ("A", 20, 1))
    for number in range(1, 11):
        make_order(company, item_line(1, 10, "NONE" if number == 2 else "A"), no=f"O{number}")
    return company


def test_a_posting_in_parts_counts_every_document_once(
    given_orders: Company, given_parts_of: Steps
) -> None:
    given_parts_of(2)
    entry, _created = request_batch(BATCHES[0], given_orders.code)

    *earlier, last = run_to_the_end(entry)

    assert len(earlier) >= 1
    assert all(run.status == "snoozed" for run in earlier)
    assert sum(run.counts["created"] for run in earlier) < 9
    assert last.status == "issues"
    assert (last.counts, last.issues) == ({"read": 10, "created": 9, "rejected": 1}, 1)
    assert Document.objects.filter(kind="order", state="completed").count() == 9
    assert f"It ran in {len(earlier) + 1} parts since " in last.message
    assert last.message.startswith("O2: ")
    assert entry.so_far == {}


def test_a_report_in_parts_counts_every_record(
    shopify: Sandbox, shop: Shop, given_parts_of: Steps
) -> None:
    for _order in range(3):
        shopify.place()
    run_entry(request_report("orders", shop)[0].pk)
    given_parts_of(2)
    entry, _created = request_report("documents", shop)

    *earlier, last = run_to_the_end(entry)

    assert len(earlier) >= 1
    assert last.counts["created"] == Document.objects.filter(kind="order").count() == 3
