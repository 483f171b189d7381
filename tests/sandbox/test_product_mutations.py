"""productCreate, productUpdate, productDelete and options: what they change and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Client

CREATE = """mutation($p: ProductCreateInput!) { productCreate(product: $p) {
  product { id handle title status vendor tags updatedAt totalInventory
    options { id name values optionValues { id name hasVariants } }
    variants(first: 5) { nodes { id title price sku inventoryItem { tracked } } } }
  userErrors { field message } } }"""
UPDATE = """mutation($p: ProductUpdateInput!) { productUpdate(product: $p) {
  product { id handle title status vendor tags productType descriptionHtml seo { title description }
    updatedAt collections(first: 9) { nodes { handle } } }
  userErrors { field message } } }"""
OPTION = """mutation($id: ID!, $o: OptionUpdateInput!, $v: [OptionValueUpdateInput!]) {
  productOptionUpdate(productId: $id, option: $o, optionValuesToUpdate: $v) {
    product { options { id name position optionValues { id name } }
      variants(first: 3) { nodes { title selectedOptions { name value } } } }
    userErrors { field message code } } }"""
MUG = "gid://shopify/Product/2000001"
JUG = "gid://shopify/Product/2000004"


def create(client: Client, **fields: Any) -> dict[str, Any]:
    payload: dict[str, Any] = client.data(CREATE, p=fields)["productCreate"]
    return payload


def update(client: Client, **fields: Any) -> dict[str, Any]:
    payload: dict[str, Any] = client.data(UPDATE, p=fields)["productUpdate"]
    return payload


def topics(client: Client) -> list[str]:
    return [delivery.topic for delivery in client.api.store.outbox.taken()]


def test_a_new_product_has_one_variant_and_is_told_of(given_empty_shop: Client) -> None:
    payload = create(given_empty_shop, title="  Tea pot ", tags=["b", " A ", "a"])
    assert payload["userErrors"] == []
    product = payload["product"]
    assert (product["title"], product["handle"], product["status"]) == (
        "Tea pot", "tea-pot", "ACTIVE",
    )  # fmt: skip
    assert (product["vendor"], product["tags"]) == ("Sandbox Shop", ["A", "b"])
    (variant,) = product["variants"]["nodes"]
    assert (variant["title"], variant["price"], variant["sku"]) == ("Default Title", "0.00", None)
    assert variant["inventoryItem"] == {"tracked": False}
    (delivery,) = given_empty_shop.api.store.outbox.taken()
    assert (delivery.topic, delivery.body["title"]) == ("products/create", "Tea pot")
    assert create(given_empty_shop, title="Tea pot")["product"]["handle"] == "tea-pot-1"


def test_options_come_with_their_first_values_as_a_variant(given_empty_shop: Client) -> None:
    options = [
        {"name": "Size", "values": [{"name": "S"}, {"name": "L"}]},
        {"name": "Colour", "values": [{"name": "Blue"}]},
    ]
    product = create(given_empty_shop, title="Cup", productOptions=options)["product"]
    assert [(o["name"], o["values"]) for o in product["options"]] == [
        ("Size", ["S"]), ("Colour", ["Blue"]),
    ]  # fmt: skip
    assert [v["hasVariants"] for v in product["options"][0]["optionValues"]] == [True, False]
    assert product["variants"]["nodes"][0]["title"] == "S / Blue"


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"title": "  "}, ["title"], "Title can't be blank"),
        ({}, ["title"], "Title can't be blank"),
        ({"title": "x" * 256}, ["title"], "Title is too long (maximum is 255 characters)"),
        (
            {"title": "Mug", "handle": "Stoneware mug"}, ["handle"],
            "Handle 'stoneware-mug' already in use. Please provide a new handle.",
        ),
        ({"title": "Mug", "tags": ["x" * 256]}, ["tags"], "Product tags is invalid"),
        (
            {"title": "M", "productOptions": [
                {"name": n, "values": [{"name": "v"}]} for n in ("a", "b", "c", "d")]},
            ["productOptions"], "Can only specify a maximum of 3 options",
        ),
        (
            {"title": "M", "productOptions": [{"name": "a", "values": [{"name": "v"}] * 2}]},
            ["productOptions", "0", "values", "1", "name"], "Duplicated option value 'v'",
        ),
        (
            {"title": "M", "collectionsToJoin": ["gid://shopify/Collection/9"]},
            ["collectionsToJoin"], "Collection does not exist",
        ),
        (
            {"title": "M", "category": "gid://shopify/TaxonomyCategory/zz"},
            ["category"], "Product category is invalid",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_makes_no_product(
    given_demo_shop: Client, fields: dict[str, Any], field: list[str], message: str
) -> None:
    payload = create(given_demo_shop, **fields)
    assert payload["product"] is None
    assert payload["userErrors"] == [{"field": field, "message": message}]
    assert len(given_demo_shop.api.store.products()) == 24
    assert topics(given_demo_shop) == []


def test_only_what_is_given_changes_and_the_time_with_it(given_demo_shop: Client) -> None:
    given_demo_shop.control("clock", {"advance": 60})
    before = update(given_demo_shop, id=MUG)["product"]
    assert topics(given_demo_shop) == []
    assert before["updatedAt"] < "2026-10-20"
    same = update(given_demo_shop, id=MUG, title="Stoneware mug", tags=["kitchen"])["product"]
    assert same == before
    after = update(given_demo_shop, id=MUG, seo={"title": "Mug"}, status="UNLISTED")["product"]
    changed = {"seo": {"title": "Mug", "description": None}, "status": "UNLISTED"}
    assert after == {**before, **changed, "updatedAt": "2026-10-20T12:01:00Z"}
    assert topics(given_demo_shop) == ["products/update"]


def test_a_variant_keeps_its_time_when_the_product_changes(given_demo_shop: Client) -> None:
    text = (
        f'{{ product(id: "{MUG}") {{ updatedAt variants(first: 1) {{ nodes {{ updatedAt }} }} }} }}'
    )
    before = given_demo_shop.data(text)["product"]
    update(given_demo_shop, id=MUG, title="Mug")
    after = given_demo_shop.data(text)["product"]
    assert after["updatedAt"] > before["updatedAt"]
    assert after["variants"] == before["variants"]


def test_collections_are_joined_and_left(given_demo_shop: Client) -> None:
    by_handle = {c.handle: c.gid for c in given_demo_shop.api.store.collections()}
    desk, kitchen = by_handle["desk"], by_handle["kitchen"]
    after = update(given_demo_shop, id=MUG, collectionsToJoin=[desk], collectionsToLeave=[kitchen])
    handles = {node["handle"] for node in after["product"]["collections"]["nodes"]}
    assert handles == {"desk", "everything"}
    refused = update(given_demo_shop, id=MUG, collectionsToJoin=[by_handle["everything"]])
    assert refused["userErrors"] == [
        {"field": ["collectionsToJoin"],
         "message": "Can't manually add or remove products of a smart collection"}
    ]  # fmt: skip


def test_an_unknown_product_is_refused(given_demo_shop: Client) -> None:
    payload = update(given_demo_shop, id="gid://shopify/Product/9", title="x")
    assert payload == {
        "product": None, "userErrors": [{"field": ["id"], "message": "Product does not exist"}]
    }  # fmt: skip


def test_a_deleted_product_is_gone_from_lists_collections_and_orders(
    given_demo_shop: Client,
) -> None:
    text = """mutation($id: ID!) { productDelete(input: {id: $id}) {
        deletedProductId userErrors { field message } } }"""
    payload = given_demo_shop.data(text, id=MUG)["productDelete"]
    assert payload == {"deletedProductId": MUG, "userErrors": []}
    data = given_demo_shop.data(
        """{ product(id: "gid://shopify/Product/2000001") { id }
             productVariants(first: 5, query: "product_id:2000001") { nodes { id } }
             collections(first: 1, query: "title:kitchen") { nodes { productsCount { count } } }
             orders(first: 100) { nodes { lineItems(first: 10) { nodes { title product { id } variant { id } } } } } }"""
    )  # fmt: skip
    assert data["product"] is None
    assert data["productVariants"]["nodes"] == []
    assert data["collections"]["nodes"] == [{"productsCount": {"count": 7}}]
    lines = [line for order in data["orders"]["nodes"] for line in order["lineItems"]["nodes"]]
    mugs = [line for line in lines if line["title"] == "Stoneware mug"]
    assert mugs
    assert all(line["product"] is None and line["variant"] is None for line in mugs)
    (told,) = given_demo_shop.api.store.outbox.taken()
    assert (told.topic, told.body) == ("products/delete", {"id": 2000001})
    again = given_demo_shop.data(text, id=MUG)["productDelete"]
    assert again["userErrors"] == [{"field": ["id"], "message": "Product does not exist"}]


def test_the_default_option_is_renamed_with_its_value(given_demo_shop: Client) -> None:
    read = f'{{ product(id: "{JUG}") {{ options {{ id optionValues {{ id }} }} }} }}'
    (option,) = given_demo_shop.data(read)["product"]["options"]
    payload = given_demo_shop.data(
        OPTION, id=JUG, o={"id": option["id"], "name": "Variant"},
        v=[{"id": option["optionValues"][0]["id"], "name": "JUG"}],
    )["productOptionUpdate"]  # fmt: skip
    assert payload["userErrors"] == []
    (after,) = payload["product"]["options"]
    assert (after["id"], after["name"]) == (option["id"], "Variant")
    assert payload["product"]["variants"]["nodes"] == [
        {"title": "JUG", "selectedOptions": [{"name": "Variant", "value": "JUG"}]}
    ]
    unknown = given_demo_shop.data(OPTION, id=JUG, o={"id": "gid://shopify/ProductOption/1"}, v=[])
    assert unknown["productOptionUpdate"]["userErrors"] == [
        {"field": ["option"], "message": "Option does not exist", "code": "OPTION_DOES_NOT_EXIST"}
    ]


def test_new_options_take_their_first_value_or_multiply(given_demo_shop: Client) -> None:
    text = """mutation($id: ID!, $o: [OptionCreateInput!]!, $s: ProductOptionCreateVariantStrategy) {
        productOptionsCreate(productId: $id, options: $o, variantStrategy: $s) {
          product { variants(first: 9) { nodes { title } } } userErrors { field code } } }"""
    glaze = [{"name": "Glaze", "values": [{"name": "Matt"}, {"name": "Shiny"}]}]
    payload = given_demo_shop.data(text, id=MUG, o=glaze, s="LEAVE_AS_IS")["productOptionsCreate"]
    titles = [node["title"] for node in payload["product"]["variants"]["nodes"]]
    assert titles == ["Snow / Matt", "Moss / Matt", "Slate / Matt"]
    payload = given_demo_shop.data(text, id=JUG, o=glaze, s="CREATE")["productOptionsCreate"]
    titles = [node["title"] for node in payload["product"]["variants"]["nodes"]]
    assert titles == ["Matt", "Shiny"]
    payload = given_demo_shop.data(text, id=JUG, o=glaze, s="CREATE")["productOptionsCreate"]
    assert payload["userErrors"] == [{"field": ["options", "0"], "code": "OPTION_ALREADY_EXISTS"}]


def test_tags_are_cleaned_as_recorded(given_empty_shop: Client, shared: Path) -> None:
    path = shared / "shopify" / "captures" / "products" / "product-update-tag-normalization.json"
    exchanges = json.loads(path.read_text("utf-8"))["exchanges"]
    made = given_empty_shop.data(exchanges[0]["query"], **exchanges[0]["variables"])
    gid = made["productCreate"]["product"]["id"]
    for exchange in exchanges[1:]:
        product = {**exchange["variables"]["product"], "id": gid}
        answer = given_empty_shop.post(exchange["query"], product=product)
        recorded = exchange["response"]
        if "errors" in recorded:
            (error,), (expected,) = answer["errors"], recorded["errors"]
            assert (error["message"], error["path"], error["extensions"]) == (
                expected["message"], expected["path"], expected["extensions"],
            )  # fmt: skip
            continue
        recorded["data"]["productUpdate"]["product"]["id"] = gid
        assert answer["data"] == recorded["data"]
