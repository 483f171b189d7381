"""Bulk operations: files up, lines through, results down; and what stands in the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Client

STAGE = """mutation($i: [StagedUploadInput!]!) { stagedUploadsCreate(input: $i) {
  stagedTargets { url resourceUrl parameters { name value } } userErrors { field message } } }"""
RUN = """mutation($m: String!, $p: String!) {
  bulkOperationRunMutation(mutation: $m, stagedUploadPath: $p) {
    bulkOperation { id status type objectCount url } userErrors { field message code } } }"""
ASK = """query($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount
  completedAt fileSize url partialDataUrl } }"""
PRICES = """mutation call($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants) {
    productVariants { id price } userErrors { field message code } } }"""
MUG = "gid://shopify/Product/2000001"


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def fetch(client: Client, url: str) -> list[dict[str, Any]]:
    client.connection.request("GET", path_of(url))
    response = client.connection.getresponse()
    assert response.status == 200
    return [json.loads(line) for line in response.read().splitlines()]


def staged(client: Client, content: bytes) -> str:
    """Upload a file as a form and return its key."""
    given = {"resource": "BULK_MUTATION_VARIABLES", "filename": "prices.jsonl",
             "mimeType": "text/jsonl", "httpMethod": "POST"}  # fmt: skip
    (target,) = client.data(STAGE, i=[given])["stagedUploadsCreate"]["stagedTargets"]
    fields = {one["name"]: one["value"] for one in target["parameters"]}
    parts = [
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = '--xx\r\nContent-Disposition: form-data; name="file"; filename="f.jsonl"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + content + b"\r\n--xx--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=xx"}
    client.connection.request("POST", path_of(target["url"]), body, headers)
    response = client.connection.getresponse()
    response.read()
    assert response.status == 201
    key: str = fields["key"]
    return key


def lines(*prices: str) -> bytes:
    gids = [f"gid://shopify/ProductVariant/{3000001 + n}" for n in range(len(prices))]
    rows = [
        {"productId": MUG, "variants": [{"id": gid, "price": price}]}
        for gid, price in zip(gids, prices, strict=True)
    ]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def run(client: Client, path: str, mutation: str = PRICES) -> dict[str, Any]:
    payload: dict[str, Any] = client.data(RUN, m=mutation, p=path)["bulkOperationRunMutation"]
    return payload


def ask(client: Client, gid: str) -> dict[str, Any]:
    node: dict[str, Any] = client.data(ASK, id=gid)["bulkOperation"]
    return node


def test_prices_go_in_bulk_line_by_line(given_demo_shop: Client) -> None:
    client = given_demo_shop
    payload = run(client, staged(client, lines("1.00", "-2.00", "3.00")))
    assert payload["userErrors"] == []
    gid = payload["bulkOperation"]["id"]
    assert payload["bulkOperation"] == {
        "id": gid, "status": "CREATED", "type": "MUTATION", "objectCount": "0", "url": None,
    }  # fmt: skip
    assert ask(client, gid)["status"] == "RUNNING"
    node = ask(client, gid)
    assert (node["status"], node["objectCount"], node["errorCode"]) == ("COMPLETED", "3", None)
    rows = fetch(client, node["url"])
    assert [row["__lineNumber"] for row in rows] == [0, 1, 2]
    results = [row["data"]["productVariantsBulkUpdate"] for row in rows]
    assert [r["productVariants"] and r["productVariants"][0]["price"] for r in results] == [
        "1.00", None, "3.00",
    ]  # fmt: skip
    assert results[1]["userErrors"][0]["code"] == "GREATER_THAN_OR_EQUAL_TO"
    told = client.control("deliveries", {"topic": "bulk_operations/finish"})["deliveries"]
    assert [d["body"]["admin_graphql_api_id"] for d in told] == [gid]
    assert told[0]["body"]["status"] == "completed"
    current = client.data("{ currentBulkOperation(type: MUTATION) { id status } }")
    assert current["currentBulkOperation"] == {"id": gid, "status": "COMPLETED"}
    listed = client.data('{ bulkOperations(first: 5, query: "status:completed") { nodes { id } } }')
    assert listed["bulkOperations"]["nodes"] == [{"id": gid}]


def test_lines_that_make_no_sense_do_not_stop_the_others(given_demo_shop: Client) -> None:
    client = given_demo_shop
    path = staged(client, b"no json\n" + b'{"productId": 1}\n' + lines("1.00"))
    gid = run(client, path)["bulkOperation"]["id"]
    client.control("jobs", {"finish": True})
    bad, wrong, good = fetch(client, ask(client, gid)["url"])
    assert "Invalid JSON" in bad["errors"][0]["message"]
    assert wrong["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"
    assert good["data"]["productVariantsBulkUpdate"]["userErrors"] == []


def test_one_at_a_time_and_a_cancelled_one_leaves_half(given_demo_shop: Client) -> None:
    client = given_demo_shop
    path = staged(client, lines("1.00", "2.00", "3.00"))
    gid = run(client, path)["bulkOperation"]["id"]
    (error,) = run(client, path)["userErrors"]
    assert error["code"] == "OPERATION_IN_PROGRESS"
    assert gid in error["message"]
    assert ask(client, gid)["status"] == "RUNNING"
    cancel = """mutation($id: ID!) { bulkOperationCancel(id: $id) {
        bulkOperation { status } userErrors { field message } } }"""
    payload = client.data(cancel, id=gid)["bulkOperationCancel"]
    assert payload == {"bulkOperation": {"status": "CANCELING"}, "userErrors": []}
    node = ask(client, gid)
    assert (node["status"], node["url"]) == ("CANCELED", None)
    assert len(fetch(client, node["partialDataUrl"])) == 2
    prices = [v["price"] for v in client.api.store.nodes[MUG]["variants"]]
    assert prices == ["1.00", "2.00", "18.90"]
    late = client.data(cancel, id=gid)["bulkOperationCancel"]["userErrors"]
    assert late[0]["message"] == "A bulk operation cannot be canceled when it is canceled"


@pytest.mark.parametrize("status", ["FAILED", "EXPIRED"])
def test_one_can_be_made_to_end_badly(given_demo_shop: Client, status: str) -> None:
    client = given_demo_shop
    gid = run(client, staged(client, lines("1.00", "2.00")))["bulkOperation"]["id"]
    ask(client, gid)
    client.control("bulk", {"status": status, "errorCode": "TIMEOUT"})
    node = ask(client, gid)
    assert (node["status"], node["errorCode"], node["url"]) == (status, "TIMEOUT", None)
    assert len(fetch(client, node["partialDataUrl"])) == 1


def test_a_place_takes_only_what_was_announced(given_demo_shop: Client) -> None:
    client = given_demo_shop
    given = {"resource": "IMAGE", "filename": "a b.png", "mimeType": "image/png",
             "httpMethod": "PUT", "fileSize": "3"}  # fmt: skip
    (target,) = client.data(STAGE, i=[given])["stagedUploadsCreate"]["stagedTargets"]
    assert target["url"] == target["resourceUrl"]
    assert target["url"].startswith(client.server.url)
    for url, status in ((target["url"], 200), (f"{target['url']}x", 403)):
        client.connection.request("PUT", path_of(url), b"abc")
        response = client.connection.getresponse()
        response.read()
        assert response.status == status
    wrong = client.data(STAGE, i=[{**given, "resource": "VIDEO"}])["stagedUploadsCreate"]
    assert wrong["stagedTargets"] is None
    assert wrong["userErrors"][0]["field"] == ["input", "0"]


def test_products_and_variants_come_as_flat_lines(given_demo_shop: Client) -> None:
    client = given_demo_shop
    inner = """{ products(query: "title:mug OR title:'Water jug'") { edges { node { id title
        variants { edges { node { id sku inventoryItem { tracked } } } } } } } }"""
    text = """mutation($q: String!, $g: Boolean!) { bulkOperationRunQuery(query: $q, groupObjects: $g) {
        bulkOperation { id status } userErrors { field message code } } }"""
    for grouped in (True, False):
        payload = client.data(text, q=inner, g=grouped)["bulkOperationRunQuery"]
        assert payload["userErrors"] == []
        client.control("jobs", {"finish": True})
        node = ask(client, payload["bulkOperation"]["id"])
        assert (node["objectCount"], node["rootObjectCount"]) == ("6", "2")
        rows = fetch(client, node["url"])
        titles = [row.get("title") or row["sku"] for row in rows]
        mugs, jug = ["MUG-SNOW", "MUG-MOSS", "MUG-SLATE"], ["JUG"]
        assert titles == (
            ["Stoneware mug", *mugs, "Water jug", *jug]
            if grouped
            else ["Stoneware mug", "Water jug", *mugs, *jug]
        )
        assert rows[-1]["__parentId"] == "gid://shopify/Product/2000004"
        assert rows[-1]["inventoryItem"] == {"tracked": True}
    nothing = client.data(
        text, q='{ products(query: "title:no") { edges { node { id } } } }', g=True
    )
    client.control("jobs", {"finish": True})
    node = ask(client, nothing["bulkOperationRunQuery"]["bulkOperation"]["id"])
    assert (node["status"], node["objectCount"], node["url"]) == ("COMPLETED", "0", None)


def captured(shared: Path, name: str) -> list[dict[str, Any]]:
    path = shared / "shopify" / "captures" / "bulk" / f"{name}.json"
    exchanges: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["exchanges"]
    return exchanges


def test_queries_are_refused_as_recorded(given_demo_shop: Client, shared: Path) -> None:
    refused = 0
    for exchange in captured(shared, "bulk-operation-run-query-validators"):
        expected = exchange["response"]["data"]["bulkOperationRunQuery"]
        inner = exchange["variables"]["query"]
        if any(root in inner for root in ("orders {\n    edges", "collections")):
            continue  # fields of the whole schema that ours leaves out
        answer = given_demo_shop.data(exchange["query"], query=inner)["bulkOperationRunQuery"]
        assert answer == expected, inner
        refused += 1
    assert refused >= 5


def test_mutations_are_refused_as_recorded(given_demo_shop: Client, shared: Path) -> None:
    exchanges = captured(shared, "bulk-operation-run-mutation-user-errors")
    for exchange in exchanges[1:]:
        answer = given_demo_shop.data(exchange["query"], **exchange["variables"])
        expected = exchange["response"]["data"]
        if "syntax" not in exchange["variables"]["mutation"]:
            assert answer == expected
            continue  # another parser, other words behind the same start
        ours, theirs = (
            one["bulkOperationRunMutation"]["userErrors"][0] for one in (answer, expected)
        )
        assert ours["code"] == theirs["code"]
        assert ours["message"].startswith("Failed to parse the mutation - ")
    target = exchanges[0]["response"]["data"]["stagedUploadsCreate"]["stagedTargets"][0]
    answer = given_demo_shop.data(exchanges[0]["query"], **exchanges[0]["variables"])
    ours = answer["stagedUploadsCreate"]["stagedTargets"][0]
    assert [p["name"] for p in ours["parameters"]] == [p["name"] for p in target["parameters"]]
