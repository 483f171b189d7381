"""How fast orders come in and become documents: `python -m benchmarks.orders`.

Uses the database of DATABASE_URL, in a test database beside it that is removed again, and a sandbox
Shopify in a process of its own. The row "machine's own limit" fetches and parses the same pages and
inserts the same rows with nothing in between. Prints a table and, last, one JSON line.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import django
import requests
from django.conf import settings
from django.db import connection, connections, transaction

from benchmarks.database import own_database

if TYPE_CHECKING:
    from shops.models import Shop

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "shpat_benchmark"
RATE = 100  # points a second that Shopify restores on the basic plan
LIMITED = 15.0  # seconds of work under the limit
PLACED = 2000  # orders put into the sandbox in one call


class Result(NamedTuple):
    what: str
    orders: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.orders / self.seconds


@dataclass(slots=True)
class Sandbox:
    url: str

    def control(self, door: str, body: Any = None) -> Any:
        answer = requests.post(f"{self.url}/__sandbox/{door}", json=body or {}, timeout=300)
        answer.raise_for_status()
        return answer.json()

    def state(self) -> Any:
        return requests.get(f"{self.url}/__sandbox/state", timeout=60).json()

    def fill(self, orders: int) -> None:
        """Put orders of one to five lines, three on average, into the shop."""
        lines = [
            {"sku": f"S{n}", "title": f"Item {n}", "price": f"{n + 3}.90", "quantity": n + 1}
            for n in range(5)
        ]
        home = {"firstName": "A", "lastName": "B", "address1": "Street 1", "countryCode": "FI"}
        parcel = [{"title": "Parcel", "price": "4.90"}]
        for start in range(0, orders, PLACED):
            batch = [
                {
                    "lines": lines[: index % 5 + 1],
                    "email": f"buyer{index % 5000}@example.com",
                    "customer": {"firstName": "A", "lastName": f"B{index % 5000}"},
                    "taxRate": "0.25",
                    "shippingAddress": home,
                    "shipping": parcel,
                }
                for index in range(start, min(start + PLACED, orders))
            ]
            self.control("orders", batch)


@contextmanager
def sandbox(*options: str) -> Iterator[Sandbox]:
    command = [sys.executable, "-m", "sandbox", "--token", TOKEN, *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Sandbox(_address(process.stdout))
    finally:
        process.terminate()
        process.wait(30)


def _address(lines: Iterable[str]) -> str:
    """Where it serves; what it tells of files it read comes before."""
    return next(line for line in lines if "http" in line).rsplit(" ", 1)[1].strip()


def given_a_shop(url: str, code: str = "BENCH") -> Shop:
    """A shop that makes what it does not know; custom lines go to the sales account."""
    from erp.models import Company
    from erp.setup import create_company
    from shops.models import Connection, OrderSettings, Shop

    books = Company.objects.filter(code="BENCH").first() or create_company("BENCH", "EUR")
    shop = Shop.objects.create(code=code, url=url, company_code=books.code, currency="EUR")
    Connection.objects.create(shop=shop, access_token=TOKEN)
    OrderSettings.objects.create(
        shop=shop,
        auto_create_unknown_customers=True,
        auto_create_unknown_items=True,
        shipping_charges_account=books.account("shipping"),
        custom_line_account=books.account("sales"),
    )
    return shop


def reported(shop: Shop, name: str, what: str, **options: str) -> Result:
    """Run a report as the queue does, here."""
    from connector.sync.jobs import request_report
    from jobqueue.models import JobQueueLogEntry
    from jobqueue.runner import run_entry

    entry, _created = request_report(name, shop, options=options)
    start = time.perf_counter()
    run_entry(entry.pk)
    seconds = time.perf_counter() - start
    log = JobQueueLogEntry.objects.get(entry=entry)
    assert log.status == "success", log.error_message or log.message or log.counts
    return Result(what, log.counts.get("read", 0), seconds)


def machine_limit(shop: Shop, copy: Shop) -> Result:
    """Fetch and parse the same pages and insert the same rows, with nothing in between."""
    from connector.shopify.orders import order_pages
    from connector.sync.sessions import client_for
    from connector.sync.staging.arrivals import arrival
    from shops import bulk
    from shops.models import Order, OrderLine, OrderPayload

    order_columns = [f.attname for f in Order._meta.concrete_fields if f.name != "id"]
    line_columns = [f.attname for f in OrderLine._meta.concrete_fields if f.name != "id"]
    written = list(Order.objects.filter(shop=shop).order_by("pk").values_list("pk", *order_columns))
    lines: dict[int, list[tuple[Any, ...]]] = {}
    for row in OrderLine.objects.filter(order__shop=shop).values_list(*line_columns):
        lines.setdefault(row[0], []).append(row[1:])
    place = order_columns.index("shop_id") + 1
    count, done = len(written), 0
    start = time.perf_counter()
    for page in order_pages(client_for(copy), query="status:open", first=250):
        arrivals = [arrival(node) for node in page.nodes]
        rows = written[done : done + len(arrivals)]
        done += len(arrivals)
        with transaction.atomic():
            copies = [(*row[1:place], copy.pk, *row[place + 1 :]) for row in rows]
            bulk.insert(Order, order_columns, copies)
            ids = Order.objects.filter(shop=copy).order_by("-pk")[: len(rows)]
            new = list(ids.values_list("pk", flat=True))[::-1]
            bulk.insert(
                OrderLine,
                line_columns,
                [(pk, *line) for pk, row in zip(new, rows, strict=True) for line in lines[row[0]]],
            )
            payloads = [(pk, a.raw, a.digest) for pk, a in zip(new, arrivals, strict=True)]
            bulk.insert(OrderPayload, ("order_id", "raw", "digest"), payloads)
    return Result("machine's own limit", count, time.perf_counter() - start)


def under_the_limit(shop: Shop, shopify: Sandbox, workers: int) -> dict[str, Any]:
    """Page through orders with several workers for a while; how much of the points was used."""
    from connector.shopify.orders import order_pages
    from connector.sync.sessions import client_for

    shopify.control("bucket", {"drain": True})
    refused = shopify.state()["outcomes"].get("throttled", 0)
    orders, points = [0] * workers, [0] * workers
    deadline = time.monotonic() + LIMITED

    def work(number: int) -> None:
        try:
            while True:
                for page in order_pages(client_for(shop), query="status:open", first=100):
                    orders[number] += len(page.nodes)
                    points[number] += page.cost
                    if time.monotonic() > deadline:
                        return
        finally:
            connections.close_all()

    start = time.monotonic()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    state = shopify.state()
    left = state["bucket"]["currentlyAvailable"]
    return {
        "workers": workers,
        "orders_per_second": round(sum(orders) / seconds, 1),
        "points_per_order": round(sum(points) / max(sum(orders), 1), 2),
        "share_of_restored_points": round((sum(points) + left) / (RATE * seconds), 3),
        "throttled": state["outcomes"].get("throttled", 0) - refused,
    }


def memory() -> float:
    """Highest resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(orders: int) -> dict[str, Any]:
    before = memory()
    with sandbox("--unlimited") as shopify:
        shopify.fill(orders)
        shop = given_a_shop(shopify.url)
        gc.freeze()  # as a worker does once it is up
        results = [
            reported(shop, "orders", "import, no rate limit"),
            reported(shop, "orders", "import again, nothing changed"),
            reported(shop, "documents", "orders to sales documents"),
            machine_limit(shop, given_a_shop(shopify.url, "COPY")),
        ]
    peak = memory()
    with sandbox("--plan", "basic") as shopify:
        shopify.fill(2000)
        limited = [
            under_the_limit(given_a_shop(shopify.url, f"L{workers}"), shopify, workers)
            for workers in (1, 4)
        ]
    return {
        "benchmark": "orders",
        "database": connection.vendor,
        "results": [{**r._asdict(), "orders_per_second": round(r.rate)} for r in results],
        "share_of_limit": round(results[0].rate / results[3].rate, 2),
        "memory_mb": {"before": round(before), "peak": round(peak)},
        "limited": limited,
    }


def show(found: dict[str, Any]) -> None:
    print(f"{found['database']}: one process, wall clock, sandbox beside it")
    print(f"{'':34}{'orders':>8}{'s':>8}{'orders/s':>10}")
    for row in found["results"]:
        print(
            f"{row['what']:34}{row['orders']:8}{row['seconds']:8.2f}{row['orders_per_second']:10}"
        )
    print(f"import reaches {found['share_of_limit']:.0%} of the machine's own limit")
    print("resident memory: {before} MB before, {peak} MB at most".format(**found["memory_mb"]))
    print(f"\nunder a limit of {RATE} points a second:")
    for row in found["limited"]:
        print(
            "{workers} worker(s): {orders_per_second} orders/s, {points_per_order} points an "
            "order, {share_of_restored_points:.1%} of the points used, {throttled} throttled".format(
                **row
            )
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")
    django.setup()
    settings.BROKER_URL = "memory://"  # the points are kept in the database, as without a broker
    with own_database():
        found = measure(options.orders)
    show(found)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
