"""A sandbox Shopify in a thread, a shop that is connected to it, and books to write to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests

from connector.shopify.nodes.order import OrderNode
from connector.shopify.orders import order_pages
from connector.shopify.paging import Page
from connector.sync.batches import batch_named, request_batch
from connector.sync.jobs import request_report
from connector.sync.models import DocumentLink
from erp.customers import create_customer
from erp.drafts import CustomerDraft
from erp.models import Company as Books
from erp.models import Document, DocumentLine
from erp.posting import post_order
from erp.setup import create_company
from jobqueue.models import JobQueueEntry, JobQueueLogEntry
from jobqueue.runner import run_entry
from sandbox.arguments import Options
from sandbox.opening import opened
from sandbox.records.order import Order as OrderRecord
from sandbox.server import Server
from sandbox.store import Store
from shops.models import Connection, Order, OrderSettings, Shop

TOKEN = "shpat_test"
TODAY = date(2026, 11, 21)


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

    def calls(self) -> dict[str, int]:
        """How often each operation was asked for, the first one first."""
        calls: dict[str, int] = self.state()["calls"]
        return calls

    def mutations(self) -> int:
        return len(self.state()["mutations"])


LAMP: dict[str, Any] = {"sku": "LAMP", "title": "Lamp", "quantity": 2, "price": "100.00"}
KARI = {"firstName": "Kari", "lastName": "Holm"}


@pytest.fixture
def server() -> Iterator[Server]:
    products = Path(__file__).with_name("products.csv")
    server = opened(Options(token=[TOKEN], plan="plus", products=[products]))
    store = server.api.store
    store.put(replace(store.shop, rates={"NOK": Decimal("11.70")}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shopify(server: Server) -> Sandbox:
    return Sandbox(server.url)


@pytest.fixture
def store(server: Server) -> Store:
    """The sandbox's records, for what no control door changes; only between two runs."""
    return server.api.store


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


Damage = Callable[[str, str, Any], None]


@pytest.fixture
def damaged(monkeypatch: pytest.MonkeyPatch) -> Damage:
    """Make Shopify answer one order with an odd value in one field."""

    def damage(name: str, field: str, value: Any) -> None:
        def pages(*args: Any, **kwargs: Any) -> Iterator[Page[dict[str, Any]]]:
            for page in order_pages(*args, **kwargs):
                for node in page.nodes:
                    if node["name"] == name:
                        node[field] = value
                yield page

        monkeypatch.setattr("connector.sync.reports.orders.order_pages", pages)

    return damage


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


def document_of(name: str) -> Document:
    return DocumentLink.objects.get(order__name=name).document


def content_of(name: str) -> OrderNode:
    """The order as it came in, with all that no column holds."""
    return OrderNode.from_node(orjson.loads(order_named(name).payload.raw))


def record_of(store: Store, name: str) -> OrderRecord:
    """Shopify's own record of the order."""
    return next(order for order in store.orders() if order.name == name)


def change(store: Store, name: str, **values: Any) -> None:
    """Change an order in Shopify, so that it is listed again."""
    record = replace(record_of(store, name), updated_at=store.clock.now(), **values)
    store.put(record)


def ship(name: str, units: int) -> None:
    """Post a shipment of so many units of each item line of the order, and of nothing else."""
    document = document_of(name)
    lines = DocumentLine.objects.filter(document=document)
    lines.update(qty_to_ship=0)
    lines.filter(type=DocumentLine.Type.ITEM).update(qty_to_ship=units)
    post_order(document.pk, ship=True, invoice=False, today=TODAY)
