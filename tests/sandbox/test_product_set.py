"""productSet: lists replace, the rest stays; at once or asked about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Client

SET = """mutation($id: ProductSetIdentifiers, $i: ProductSetInput!, $s: Boolean!) {
  productSet(identifier: $id, input: $i, synchronous: $s) {
    product { id handle title status vendor tags updatedAt
      options { id name position optionValues { id name } } collections(first: 5) { nodes { handle } }
      variants(first: 10) { nodes { id title sku price position inventoryQuantity
        inventoryItem { id tracked } } } }
    productSetOperation { id status product { id } }
    userErrors { code field message } } }"""
MUG = "gid://shopify/Product/2000001"


def product_set(client: Client, *, identifier: Any = None, **given: Any) -> Any:
    return client.data(SET, id=identifier, i=given, s=True)["productSet"]


def options(*values: str) -> list[dict[str, Any]]:
    return [{"name": "Size", "values": [{"name": value} for value in values]}]


def sized(value: str, **more: Any) -> dict[str, Any]:
    return {"optionValues": [{"optionName": "Size", "name": value}], **more}


def test_a_product_is_made_whole(given_empty_shop: Client) -> None:
    place = given_empty_shop.api.store.locations()[0].gid
    levels = [{"locationId": place, "name": "available", "quantity": 4}]
    payload = product_set(
        given_empty_shop, title="Cup", productOptions=options("S", "L"), tags=["x"],
        variants=[sized("S", sku="CUP-S", price="9.90", inventoryQuantities=levels,
                        inventoryItem={"tracked": True}), sized("L")],
    )  # fmt: skip
    assert payload["userErrors"] == []
    nodes = payload["product"]["variants"]["nodes"]
    assert [(n["title"], n["sku"], n["price"], n["inventoryQuantity"]) for n in nodes] == [
        ("S", "CUP-S", "9.90", 4), ("L", None, "0.00", 0),
    ]  # fmt: skip
    assert [n["inventoryItem"]["tracked"] for n in nodes] == [True, False]


def test_variants_are_known_by_their_values_and_others_go(given_empty_shop: Client) -> None:
    start = [sized("S", sku="S"), sized("M", sku="M")]
    before = product_set(
        given_empty_shop, title="Cup", productOptions=options("S", "M"), variants=start
    )["product"]
    small = before["variants"]["nodes"][0]
    after = product_set(
        given_empty_shop, identifier={"handle": "cup"}, productOptions=options("L", "S"),
        variants=[sized("L", price="2.00"), sized("S", price="1.00")],
    )["product"]  # fmt: skip
    assert (after["id"], after["title"]) == (before["id"], "Cup")
    nodes = after["variants"]["nodes"]
    assert [(n["title"], n["price"], n["position"]) for n in nodes] == [
        ("L", "2.00", 1), ("S", "1.00", 2),
    ]  # fmt: skip
    assert (nodes[1]["id"], nodes[1]["sku"]) == (small["id"], "S")
    old = {v["name"]: v["id"] for v in before["options"][0]["optionValues"]}
    new = {v["name"]: v["id"] for v in after["options"][0]["optionValues"]}
    assert after["options"][0]["id"] == before["options"][0]["id"]
    assert (new["S"], set(new)) == (old["S"], {"L", "S"})


def test_lists_that_are_not_given_stay_and_the_same_again_changes_nothing(
    given_demo_shop: Client,
) -> None:
    given = {"title": "Mug", "identifier": {"id": MUG}}
    after = product_set(given_demo_shop, **given)["product"]
    assert [n["title"] for n in after["variants"]["nodes"]] == ["Snow", "Moss", "Slate"]
    assert [n["handle"] for n in after["collections"]["nodes"]] == ["kitchen", "everything"]
    given_demo_shop.control("clock", {"advance": 60})
    assert product_set(given_demo_shop, **given)["product"] == after
    emptied = product_set(given_demo_shop, identifier={"id": MUG}, collections=[])["product"]
    assert [n["handle"] for n in emptied["collections"]["nodes"]] == ["everything"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "INVALID_PRODUCT", ["input", "title"]),
        ({"title": "C", "variants": [sized("S")]}, "PRODUCT_OPTIONS_INPUT_MISSING", ["input"]),
        ({"title": "C", "productOptions": options("S")}, "VARIANTS_INPUT_MISSING", ["input"]),
        (
            {"title": "C", "productOptions": options("S"), "variants": [sized("L")]},
            "OPTION_VALUE_DOES_NOT_EXIST", ["input", "variants", "0", "optionValues", "0"],
        ),
        (
            {"title": "C", "productOptions": options("S"), "variants": [sized("S"), sized("S")]},
            "INVALID_VARIANT", ["input", "variants", "1"],
        ),
        (
            {"title": "C", "productOptions": options("S", "S"), "variants": [sized("S")]},
            "DUPLICATED_OPTION_VALUE", ["input", "productOptions", "0", "values", "1"],
        ),
        (
            {"title": "C", "productOptions": options("S"), "variants": [sized("S", price="-1")]},
            "GREATER_THAN_OR_EQUAL_TO", ["input", "variants", "0", "price"],
        ),
        (
            {"title": "C", "handle": "stoneware-mug"}, "HANDLE_NOT_UNIQUE", ["input", "handle"],
        ),
        (
            {"identifier": {"id": "gid://shopify/Product/9"}, "title": "C"},
            "PRODUCT_DOES_NOT_EXIST", ["identifier", "id"],
        ),
        (
            {"title": "C", "collections": ["gid://shopify/Collection/9"]},
            "INVALID_INPUT", ["input", "collections"],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_changes_nothing(
    given_demo_shop: Client, given: dict[str, Any], code: str, field: list[str]
) -> None:
    payload = product_set(given_demo_shop, **given)
    assert payload["product"] is None
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [(code, field)]
    assert len(given_demo_shop.api.store.products()) == 24
    assert given_demo_shop.api.store.outbox.taken() == []


def test_a_big_product_is_set_in_one_call(given_empty_shop: Client) -> None:
    names = [f"S{n}" for n in range(2048)]
    payload = product_set(
        given_empty_shop, title="Big", productOptions=options(*names),
        variants=[sized(name, price="1.00") for name in names],
    )  # fmt: skip
    assert payload["userErrors"] == []
    data = given_empty_shop.data("{ productVariantsCount { count } }")
    assert data["productVariantsCount"] == {"count": 2048}


def test_later_means_asking(given_empty_shop: Client) -> None:
    payload = given_empty_shop.data(SET, i={"title": "Later"}, s=False)["productSet"]
    operation = payload["productSetOperation"]
    assert (payload["product"], operation["status"]) == (None, "CREATED")
    text = """query($id: ID!) { productOperation(id: $id) { __typename status product { title }
        ... on ProductSetOperation { id userErrors { code message } } } }"""
    seen = [given_empty_shop.data(text, id=operation["id"])["productOperation"] for _ in range(2)]
    assert [(s["status"], s["product"]) for s in seen] == [
        ("ACTIVE", None), ("COMPLETE", {"title": "Later"}),
    ]  # fmt: skip
    refused = given_empty_shop.data(SET, i={"title": " "}, s=False)["productSet"]
    given_empty_shop.control("jobs", {"finish": True})
    told = given_empty_shop.data(text, id=refused["productSetOperation"]["id"])["productOperation"]
    assert told["status"] == "COMPLETE"
    assert told["userErrors"] == [{"code": "INVALID_PRODUCT", "message": "Title can't be blank"}]
    assert given_empty_shop.data(text, id="gid://shopify/ProductSetOperation/9") == {
        "productOperation": None
    }


def test_held_work_stands_still(given_empty_shop: Client) -> None:
    given_empty_shop.control("jobs", {"hold": True})
    given_empty_shop.data(SET, i={"title": "Later"}, s=False)
    for _ in range(3):
        assert given_empty_shop.data("{ productsCount { count } }")["productsCount"]["count"] == 0
    given_empty_shop.control("jobs", {"hold": False})
    given_empty_shop.data("{ productsCount { count } }")
    assert given_empty_shop.data("{ productsCount { count } }")["productsCount"]["count"] == 1


def test_sets_as_recorded(given_empty_shop: Client, shared: Path) -> None:
    path = shared / "shopify" / "captures" / "products" / "product-set-parity.json"
    exchange = json.loads(path.read_text("utf-8"))["exchanges"][0]
    given = exchange["variables"]["input"]
    del given["metafields"]
    for variant in given["variants"]:
        for level in variant["inventoryQuantities"]:
            level["locationId"] = given_empty_shop.api.store.locations()[0].gid
    product = product_set(given_empty_shop, **given)["product"]
    recorded = exchange["response"]["data"]["productSet"]["product"]
    for name in ("title", "handle", "status", "vendor", "tags"):
        assert product[name] == recorded[name]
    for ours, theirs in zip(
        product["variants"]["nodes"], recorded["variants"]["nodes"], strict=True
    ):
        for name in ("title", "sku", "price", "inventoryQuantity"):
            assert ours[name] == theirs[name]
        assert ours["inventoryItem"]["tracked"] == theirs["inventoryItem"]["tracked"]
