"""A sandbox Shopify in a thread, a shop that is connected to it, and books to write to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from connector.sync.batches import batch_named, request_batch
from connector.sync.jobs import request_report
from erp.customers import create_customer
from erp.drafts import CustomerDraft
from erp.models import Company as Books
from erp.setup import create_company
from jobqueue.models import JobQueueEntry, JobQueueLogEntry
from jobqueue.runner import run_entry
from sandbox.arguments import Options
from sandbox.opening import opened
from shops.models import Connection, Order, OrderSettings, Shop

TOKEN = "shpat_test"


@dataclass(slots=True)
class Sandbox:
    """What a test does behind Shopify's back."""

    url: str

    def control(self, door: str, body: Any = None) -> Any:
        answer = requests.post(f"{self.url}/__sandbox/{door}", json=body or {}, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def state(self) -> Any:
        return requests.get(f"{self.url}/__sandbox/state", timeout=10).json()

    def place(self, *lines: dict[str, Any], **more: Any) -> str:
        """Place an order and return its name."""
        spec = {"email": "kari@example.com", "lines": list(lines) or [LAMP], **more}
        return str(self.control("orders", spec)["name"])

    def faults(self, *rules: dict[str, Any]) -> None:
        self.control("faults", {"rules": list(rules)})

    def mutations(self) -> int:
        return len(self.state()["mutations"])


LAMP: dict[str, Any] = {"sku": "LAMP", "title": "Lamp", "quantity": 2, "price": "100.00"}
KARI = {"firstName": "Kari", "lastName": "Holm"}


@pytest.fixture
def shopify() -> Iterator[Sandbox]:
    products = Path(__file__).with_name("products.csv")
    server = opened(Options(token=[TOKEN], plan="plus", products=[products]))
    store = server.api.store
    store.put(replace(store.shop, rates={"NOK": Decimal("11.70")}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Sandbox(server.url)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def books(committed: None) -> Books:
    return create_company(
        "BOOKS", "EUR", vat_rates={"DOMESTIC|VAT25": Decimal(25), "DOMESTIC|STANDARD": Decimal(0)}
    )


@pytest.fixture
def shop(shopify: Sandbox, books: Books) -> Shop:
    """A shop that makes what it does not know, with a default customer and all accounts."""
    create_customer(books, CustomerDraft(name="Guests", no="GUEST"))
    shop = Shop.objects.create(
        code="DEMO", url=shopify.url, company_code=books.code, currency="EUR", zone="Europe/Oslo"
    )
    Connection.objects.create(shop=shop, access_token=TOKEN)
    OrderSettings.objects.create(
        shop=shop,
        auto_create_unknown_customers=True,
        auto_create_unknown_companies=True,
        auto_create_unknown_items=True,
        default_customer_no="GUEST",
        shipping_charges_account=books.account("shipping"),
        sold_gift_card_account=books.account("gift_card"),
        tip_account=books.account("tips"),
        cash_roundings_account=books.account("cash_rounding"),
        custom_line_account=books.account("sales"),
    )
    return shop


Run = Callable[..., JobQueueLogEntry]


@pytest.fixture
def run(shop: Shop) -> Run:
    """Ask the queue for a report or a batch and run its entry here; return the log entry."""

    def run(
        report: str, *, filters: dict[str, str] | None = None, **options: str
    ) -> JobQueueLogEntry:
        if batch := batch_named(report):
            entry, _created = request_batch(batch, shop.company_code, options=options)
        else:
            entry, _created = request_report(report, shop, filters=filters, options=options)
        run_entry(entry.pk)
        return JobQueueLogEntry.objects.filter(entry=entry).latest("fence")

    return run


@pytest.fixture
def entry_of() -> Callable[[JobQueueLogEntry], JobQueueEntry]:
    def entry_of(log: JobQueueLogEntry) -> JobQueueEntry:
        assert log.entry is not None
        return log.entry

    return entry_of


def change_settings(shop: Shop, **values: Any) -> None:
    OrderSettings.objects.filter(shop=shop).update(**values)


def order_named(name: str) -> Order:
    return Order.objects.get(name=name)
