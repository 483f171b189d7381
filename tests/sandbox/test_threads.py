"""Several workers on one shop: every unit leaves once, and every point is counted."""

from __future__ import annotations

import http.client
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .conftest import Client, document

WORKERS = 4


def test_workers_that_ship_the_same_goods_ship_them_once(given_demo_shop: Client) -> None:
    server = given_demo_shop.server
    host, port = server.server_address[:2]
    goods = [node["id"] for node in server.api.store.listed("FulfillmentOrder").values()
             if node["status"] == "OPEN"]  # fmt: skip

    def work(_worker: int) -> list[dict[str, Any]]:
        client = Client(server, http.client.HTTPConnection(str(host), port, timeout=10))
        payloads = []
        for gid in goods:
            wanted = {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": gid}]}
            data = client.data(document("fulfillment_create"), fulfillment=wanted)
            payloads.append(data["fulfillmentCreate"])
        client.connection.close()
        return payloads

    given_demo_shop.api.bucket.unlimited = True
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = [payload for payloads in pool.map(work, range(WORKERS)) for payload in payloads]
    shipped = [payload["fulfillment"]["id"] for payload in answers if payload["fulfillment"]]
    assert len(shipped) == len(set(shipped)) == len(goods) > 30
    refused = [payload["userErrors"] for payload in answers if not payload["fulfillment"]]
    assert len(refused) == (WORKERS - 1) * len(goods)
    assert all(errors[0]["message"].endswith("status= closed.") for errors in refused)
