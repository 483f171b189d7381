"""A worker is killed in the middle of an import: no order is lost, none comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.sync.jobs import request_report
from connector.sync.models import Cursor
from jobqueue.models import JobQueueEntry, Status
from shops.models import Order, OrderLine, Shop
from tests.sync.conftest import LAMP, Sandbox
from tests.workers import Worker, wait_for

ORDERS = 600  # more than two pages


@pytest.fixture
def given_a_worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(tmp_path)
    worker.start()
    yield worker
    if worker.process is not None and worker.process.poll() is None:
        worker.kill()


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_goes_on_where_its_record_ends(
    shopify: Sandbox, shop: Shop, given_a_worker: Worker
) -> None:
    shopify.control("orders", [{"lines": [LAMP]} for _number in range(ORDERS)])
    shopify.faults({"kind": "slow", "operation": "OrdersPage", "nth": 2, "seconds": 5})
    entry, _created = request_report("orders", shop)
    wait_for(Order.objects.exists, 120)  # the first page is in, the second is on its way

    given_a_worker.kill()
    before = Order.objects.count()
    assert 0 < before < ORDERS
    assert Cursor.objects.get().position is not None
    given_a_worker.start()

    wait_for(lambda: JobQueueEntry.objects.get(pk=entry.pk).status == Status.FINISHED, 120)
    assert Order.objects.count() == Order.objects.values("gid").distinct().count() == ORDERS
    assert OrderLine.objects.count() == ORDERS
    runs = entry.log_entries.order_by("fence").values_list("status", flat=True)
    assert list(runs) == ["error", "success"]
