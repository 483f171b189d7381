"""30102 and what goes wrong around it: a worker that dies, an answer that is lost, two at once."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from connector.shopify.inventory import set_available
from connector.sync.jobs import request_report
from connector.sync.sessions import client_for
from connector.sync.stock_rows import loaded
from connector.sync.stock_sending import Sender
from erp.models import Company as Books
from erp.signals import posted
from jobqueue.models import JobQueueEntry
from jobqueue.runner import run_entry
from sandbox.store import Store
from shops.models import Shop, StockLevel, StockSettings, Variant
from tests.sync.conftest import Run, Sandbox
from tests.sync.stocked import Stocked, calls, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.shopify.retry.time.sleep", lambda _seconds: None)


@pytest.fixture
def given(shop: Shop, books: Books, store: Store, shopify: Sandbox) -> Stocked:
    """Nine lamps, of which Shopify still shows fifty."""
    stocked = Stocked(shop, books, store, shopify)
    stocked.item("LAMP", 9)
    stocked.locations()
    return stocked


def keys(shopify: Sandbox) -> Counter[str]:
    return Counter(call["variables"]["key"] for call in calls(shopify))


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_a_call_whose_answer_was_lost_is_made_again_with_its_key(
    given: Stocked, shopify: Sandbox, run: Run, kind: str
) -> None:
    """Whether Shopify had done it or not: it is done once."""
    shopify.faults({"kind": kind, "operation": "InventorySetQuantities"})

    assert run("stock").status == "error"

    level = given.level("LAMP")
    assert (level.sending, level.sending_from, level.sent) == (9, 50, None)
    [key] = {level.sending_key}
    shopify.faults()
    StockLevel.objects.update(next_try=None)
    JobQueueEntry.objects.all().delete()

    run("stock")

    assert set(keys(shopify)) == {key}
    assert given.available("LAMP") == given.level("LAMP").sent == 9
    assert given.level("LAMP").sending_key == ""


def test_what_moved_after_the_crash_is_sent_after_what_was_in_flight(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    shopify.faults({"kind": "reset_before", "operation": "InventorySetQuantities"})
    run("stock")
    shopify.faults()
    JobQueueEntry.objects.all().delete()
    given.adjust("LAMP", 1)
    shopify.control("stock", {"sku": "LAMP", "available": 44})  # so that the old call is stale

    run("stock")

    assert given.available("LAMP") == 10
    assert StockLevel.objects.in_flight().count() == 0


def test_an_activation_in_flight_is_made_again(given: Stocked, shopify: Sandbox, run: Run) -> None:
    shopify.control("stock", {"sku": "LAMP", "available": None})
    shopify.faults({"kind": "reset_after", "operation": "InventoryActivate"})
    run("stock")
    assert given.level("LAMP").sending_activates
    shopify.faults()
    JobQueueEntry.objects.all().delete()

    run("stock")

    assert given.available("LAMP") == given.level("LAMP").sent == 9
    assert sent(shopify) == []


class Killed(BaseException):
    """Nothing catches it, so nothing is tidied up."""


class Alone:
    """A run that nobody else can take over."""

    def checkpoint(self) -> None:
        return

    def transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic()

    def progress(self, **_told: Any) -> None:
        return


def test_a_worker_that_is_killed_between_key_and_answer_sends_once(
    given: Stocked, shop: Shop, shopify: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shopify has done it, and nobody is there any more to hear so."""
    run("stock")
    given.adjust("LAMP", 1)
    StockLevel.objects.update(calculated=10)
    sender = Sender(client_for(shop), Alone(), timezone.now)

    def killed(*call: Any) -> None:
        set_available(*call)
        raise Killed

    rows = loaded([given.level("LAMP").pk])
    with monkeypatch.context() as patch:
        patch.setattr("connector.sync.stock_sending.set_available", killed)
        with pytest.raises(Killed):
            sender.send(rows)
    key = given.level("LAMP").sending_key
    shopify.control("stock", {"sku": "LAMP", "available": 7})  # three are sold since

    assert run("stock").counts == {}

    assert keys(shopify)[key] == 2  # the second time Shopify tells the first time's answer
    assert (given.level("LAMP").sent, given.level("LAMP").sending_key) == (10, "")
    assert given.available("LAMP") == 7


def test_two_workers_send_once(given: Stocked, shop: Shop, shopify: Sandbox) -> None:
    entry, _created = request_report("stock", shop)
    again, created = request_report("stock", shop)

    def work() -> None:
        try:
            run_entry(entry.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (again.pk, created) == (entry.pk, False)
    assert sent(shopify) == [1]
    assert given.available("LAMP") == 9


def test_posting_asks_for_stock_once_where_the_shop_wants_it(
    given: Stocked, shop: Shop, books: Books
) -> None:
    posted.send(sender=None, company=books.pk)
    assert not JobQueueEntry.objects.filter(kind="stock").exists()

    StockSettings.objects.create(shop=shop, at_posting=True)
    for _posting in range(3):
        posted.send(sender=None, company=books.pk)

    entry = JobQueueEntry.objects.get(kind="stock")
    assert timezone.now() < entry.earliest_start < timezone.now() + timedelta(minutes=1)

    JobQueueEntry.objects.all().delete()
    shop.locations.update(stock_calculation="off")
    posted.send(sender=None, company=books.pk)
    assert not JobQueueEntry.objects.exists()


def test_a_shop_without_its_books_says_so(given: Stocked, shop: Shop, run: Run) -> None:
    Shop.objects.update(company_code="NOWHERE")

    log = run("stock")

    assert "The company NOWHERE" in log.error_message
    assert Variant.objects.exists()
