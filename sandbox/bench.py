"""How many orders a second this sandbox serves: `python -m sandbox.bench [DOCUMENT]`.

Measures what a connector would see over HTTP (its own parsing aside) and, in process, the time of
the processor alone, which does not depend on who else is using the machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from sandbox.arguments import Options
from sandbox.control import Control
from sandbox.gql.schema import DEFAULT_PATH
from sandbox.heap import settle
from sandbox.opening import opened
from sandbox.server import Server

DOCUMENT = DEFAULT_PATH.parent / "graphql" / "orders_page.graphql"
PATH = "/admin/api/2026-10/graphql.json"
Ask = Callable[[bytes], bytes]


def fill(control: Control, orders: int) -> None:
    """Put orders of one to five lines into the shop."""
    lines = [
        {"sku": f"S{n}", "title": f"Item {n}", "price": f"{n + 3}.90", "quantity": n + 1}
        for n in range(5)
    ]
    home = {"firstName": "A", "lastName": "B", "address1": "Street 1", "countryCode": "FI"}
    batch = [
        {
            "lines": lines[: index % 5 + 1],
            "taxRate": "0.255",
            "shippingAddress": home,
            "shipping": [{"title": "Parcel", "price": "4.90"}],
        }
        for index in range(orders)
    ]
    control.post("/__sandbox/orders", orjson.dumps(batch))


def walked(ask: Ask, text: str, size: int, lines: int) -> tuple[int, int]:
    """Read all orders page by page; return how many, and their bytes."""
    orders = size_read = 0
    variables: dict[str, Any] = {"first": size, "lines": lines, "query": "", "after": None}
    while True:
        body = ask(json.dumps({"query": text, "variables": variables}).encode())
        size_read += len(body)
        info = orjson.loads(body[body.rindex(b'"pageInfo"') + 11 : body.rindex(b'},"ext') - 1])
        orders += body.count(b'"displayFinancialStatus"')
        if not info["hasNextPage"]:
            return orders, size_read
        variables["after"] = info["endCursor"]


def over_http(server: Server) -> Ask:
    host, port = server.server_address[:2]
    connection = http.client.HTTPConnection(str(host), port)
    headers = {"X-Shopify-Access-Token": "bench"}

    def ask(body: bytes) -> bytes:
        connection.request("POST", PATH, body, headers)
        return connection.getresponse().read()

    return ask


def in_process(server: Server) -> Ask:
    return lambda body: server.api.call("2026-10", "bench", body).body


def report(name: str, ask: Ask, text: str, clock: Callable[[], float]) -> None:
    for size, lines in ((50, 100), (250, 100)):
        walked(ask, text, size, lines)  # parse, judge and compile once
        start = clock()
        orders, read = walked(ask, text, size, lines)
        seconds = clock() - start
        print(
            f"{name:32} {size:4} a page: {orders / seconds:8,.0f} orders/s "
            f"{read / orders:6,.0f} B/order {read / seconds / 1e6:6.1f} MB/s"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.bench")
    parser.add_argument("document", type=Path, nargs="?", default=DOCUMENT)
    parser.add_argument("--orders", type=int, default=3_000)
    options = parser.parse_args()
    server = opened(Options(unlimited=True))
    fill(server.control, options.orders)
    settle()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    text = options.document.read_text("utf-8")
    report("over HTTP, by the wall clock", over_http(server), text, time.perf_counter)
    report("in process, processor time", in_process(server), text, time.process_time)
    server.shutdown()


if __name__ == "__main__":
    main()
