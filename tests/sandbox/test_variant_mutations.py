"""Variants of a product, made, changed and deleted many at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Client

CREATE = """mutation($id: ID!, $v: [ProductVariantsBulkInput!]!, $s: ProductVariantsBulkCreateStrategy) {
  productVariantsBulkCreate(productId: $id, variants: $v, strategy: $s) {
    product { id variants(first: 9) { nodes { title position } } }
    productVariants { id title sku price barcode inventoryQuantity
      inventoryItem { tracked unitCost { amount } harmonizedSystemCode countryCodeOfOrigin
        measurement { weight { value unit } } } }
    userErrors { field message code } } }"""
UPDATE = """mutation($id: ID!, $v: [ProductVariantsBulkInput!]!, $p: Boolean) {
  productVariantsBulkUpdate(productId: $id, variants: $v, allowPartialUpdates: $p) {
    product { id updatedAt } productVariants { id title sku price compareAtPrice updatedAt }
    userErrors { field message code } } }"""
DELETE = """mutation($id: ID!, $v: [ID!]!) { productVariantsBulkDelete(productId: $id, variantsIds: $v) {
    product { variants(first: 9) { nodes { title position } } } userErrors { field message code } } }"""
MUG = "gid://shopify/Product/2000001"
JUG = "gid://shopify/Product/2000004"
SNOW, MOSS, SLATE = (f"gid://shopify/ProductVariant/{n}" for n in (3000001, 3000002, 3000003))


def named(value: str, **more: Any) -> dict[str, Any]:
    return {"optionValues": [{"optionName": "Colour", "name": value}], **more}


def create(client: Client, *variants: Any, gid: str = MUG, strategy: str = "DEFAULT") -> Any:
    return client.data(CREATE, id=gid, v=list(variants), s=strategy)["productVariantsBulkCreate"]


def update(client: Client, *variants: Any, partial: bool = False) -> Any:
    return client.data(UPDATE, id=MUG, v=list(variants), p=partial)["productVariantsBulkUpdate"]


def test_a_new_variant_has_all_that_is_given(given_demo_shop: Client) -> None:
    place = given_demo_shop.api.store.locations()[0].gid
    item = {
        "sku": "MUG-RUST", "cost": "4.20", "tracked": True, "harmonizedSystemCode": "6912.00",
        "countryCodeOfOrigin": "FI", "measurement": {"weight": {"value": 0.35, "unit": "KILOGRAMS"}},
    }  # fmt: skip
    quantities = [{"locationId": place, "availableQuantity": 7}]
    payload = create(
        given_demo_shop,
        named(
            "Rust", price="21.90", barcode="123", inventoryItem=item, inventoryQuantities=quantities
        ),
    )
    assert payload["userErrors"] == []
    (new,) = payload["productVariants"]
    assert (new["title"], new["sku"], new["price"], new["barcode"]) == (
        "Rust", "MUG-RUST", "21.90", "123",
    )  # fmt: skip
    assert new["inventoryQuantity"] == 7
    assert new["inventoryItem"] == {
        "tracked": True, "unitCost": {"amount": "4.2"}, "harmonizedSystemCode": "691200",
        "countryCodeOfOrigin": "FI", "measurement": {"weight": {"value": 0.35, "unit": "KILOGRAMS"}},
    }  # fmt: skip
    assert [v["position"] for v in payload["product"]["variants"]["nodes"]] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("strategy", "titles"),
    [
        ("DEFAULT", ["S", "L"]),
        ("REMOVE_STANDALONE_VARIANT", ["S", "L"]),
        ("PRESERVE_STANDALONE_VARIANT", ["Default Title", "S", "L"]),
    ],
)
def test_the_default_variant_gives_way(
    given_demo_shop: Client, strategy: str, titles: list[str]
) -> None:
    sizes = [{"optionValues": [{"optionName": "Title", "name": n}]} for n in ("S", "L")]
    payload = create(given_demo_shop, *sizes, gid=JUG, strategy=strategy)
    assert payload["userErrors"] == []
    assert [v["title"] for v in payload["product"]["variants"]["nodes"]] == titles


@pytest.mark.parametrize(
    ("variant", "field", "message", "code"),
    [
        (
            named("Snow"), ["variants", "0"],
            "The variant 'Snow' already exists. Please change at least one option value.",
            "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE",
        ),
        ({}, ["variants", "0"], "You need to add option values for Colour", "NEED_TO_ADD_OPTION_VALUES"),
        (
            {"optionValues": [{"optionName": "Size", "name": "L"}]},
            ["variants", "0", "optionValues", "0"], "Option does not exist", "INVALID_INPUT",
        ),
        (
            named("Rust", price="-1"), ["variants", "0", "price"],
            "Price must be greater than or equal to 0", "GREATER_THAN_OR_EQUAL_TO",
        ),
        (
            named("Rust", inventoryItem={"sku": "x" * 256}),
            ["variants", "0", "inventoryItem", "sku"],
            "SKU is too long (maximum is 255 characters)", "INVALID_INPUT",
        ),
        (
            named("Rust", inventoryItem={"harmonizedSystemCode": "abc"}),
            ["variants", "0", "inventoryItem", "harmonizedSystemCode"],
            "Harmonized system code must be a number between 6 and 13 digits", "INVALID_INPUT",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_makes_no_variant(
    given_demo_shop: Client, variant: dict[str, Any], field: list[str], message: str, code: str
) -> None:
    payload = create(given_demo_shop, variant)
    assert payload["userErrors"] == [{"field": field, "message": message, "code": code}]
    assert payload["productVariants"] == []
    product = given_demo_shop.api.store.product(MUG)
    assert product is not None
    assert len(product.variants) == 3
    assert given_demo_shop.api.store.outbox.taken() == []


def test_no_more_variants_than_2048(given_demo_shop: Client) -> None:
    payload = create(given_demo_shop, *(named(f"C{n}") for n in range(2046)))
    assert payload["userErrors"] == [
        {"field": ["variants"], "message": "Product cannot have more than 2048 variants.",
         "code": "INVALID_INPUT"}
    ]  # fmt: skip
    assert create(given_demo_shop, *(named(f"C{n}") for n in range(2045)))["userErrors"] == []


def test_an_update_changes_what_is_given_and_its_time(given_demo_shop: Client) -> None:
    given_demo_shop.control("clock", {"advance": 60})
    payload = update(given_demo_shop, {"id": MOSS, "price": "20.00", "compareAtPrice": "25.00"})
    assert payload["userErrors"] == []
    (moss,) = payload["productVariants"]
    assert (moss["price"], moss["compareAtPrice"]) == ("20.00", "25.00")
    assert moss["updatedAt"] == payload["product"]["updatedAt"] == "2026-10-20T12:01:00Z"
    given_demo_shop.control("clock", {"advance": 60})
    payload = update(given_demo_shop, {"id": MOSS, "price": "20.00"}, {"id": SNOW})
    assert {v["updatedAt"] for v in payload["productVariants"]} != {"2026-10-20T12:02:00Z"}
    assert payload["product"]["updatedAt"] == "2026-10-20T12:01:00Z"
    cleared = update(given_demo_shop, {"id": MOSS, "compareAtPrice": None})["productVariants"][0]
    assert cleared["compareAtPrice"] is None
    topics = [delivery.topic for delivery in given_demo_shop.api.store.outbox.taken()]
    assert topics == ["products/update", "products/update"]


def test_one_bad_variant_stops_all_or_only_itself(given_demo_shop: Client) -> None:
    good = {"id": SNOW, "price": "1.00"}
    bad = {"id": "gid://shopify/ProductVariant/9", "price": "1.00"}
    worse = {"id": MOSS, "price": "-1.00"}
    expected = [
        {"field": ["variants", "1", "id"], "message": "Product variant does not exist",
         "code": "PRODUCT_VARIANT_DOES_NOT_EXIST"},
        {"field": ["variants", "2", "price"], "message": "Price must be greater than or equal to 0",
         "code": "GREATER_THAN_OR_EQUAL_TO"},
    ]  # fmt: skip
    payload = update(given_demo_shop, good, bad, worse)
    assert (payload["productVariants"], payload["userErrors"]) == (None, expected)
    assert given_demo_shop.api.store.nodes[SNOW]["price"] == "18.90"
    payload = update(given_demo_shop, good, bad, worse, partial=True)
    assert [v["id"] for v in payload["productVariants"]] == [SNOW]
    assert payload["userErrors"] == expected
    assert given_demo_shop.api.store.nodes[SNOW]["price"] == "1.00"


def test_options_of_a_variant_are_changed_but_not_to_anothers(given_demo_shop: Client) -> None:
    payload = update(given_demo_shop, {"id": MOSS, **named("Fern")})
    assert payload["productVariants"][0]["title"] == "Fern"
    payload = update(given_demo_shop, {"id": MOSS, **named("snow")})
    assert payload["userErrors"][0]["code"] == "VARIANT_ALREADY_EXISTS"
    quantities = [{"locationId": "gid://shopify/Location/1", "availableQuantity": 1}]
    payload = update(given_demo_shop, {"id": MOSS, "inventoryQuantities": quantities})
    assert payload["userErrors"][0]["code"] == "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"


def test_positions_close_up_after_a_deletion_and_one_has_to_stay(given_demo_shop: Client) -> None:
    payload = given_demo_shop.data(DELETE, id=MUG, v=[SNOW])["productVariantsBulkDelete"]
    assert payload["product"]["variants"]["nodes"] == [
        {"title": "Moss", "position": 1}, {"title": "Slate", "position": 2},
    ]  # fmt: skip
    assert given_demo_shop.data(f'{{ node(id: "{SNOW}") {{ id }} }}') == {"node": None}
    payload = given_demo_shop.data(DELETE, id=MUG, v=[MOSS, SNOW])["productVariantsBulkDelete"]
    assert payload["userErrors"] == [
        {"field": ["variantsIds", "1"],
         "message": "At least one variant does not belong to the product",
         "code": "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"}
    ]  # fmt: skip
    payload = given_demo_shop.data(DELETE, id=MUG, v=[MOSS, SLATE])["productVariantsBulkDelete"]
    assert payload["userErrors"][0]["code"] == "CANNOT_DELETE_LAST_VARIANT"


def test_an_inventory_item_is_changed_by_itself(given_demo_shop: Client) -> None:
    item = given_demo_shop.api.store.nodes[SNOW]["inventoryItem"]["id"]
    text = """mutation($id: ID!, $i: InventoryItemInput!) { inventoryItemUpdate(id: $id, input: $i) {
        inventoryItem { sku tracked unitCost { amount currencyCode } }
        userErrors { field message } } }"""
    fields = {"cost": "3.5", "tracked": False}
    payload = given_demo_shop.data(text, id=item, i=fields)["inventoryItemUpdate"]
    assert payload["inventoryItem"] == {
        "sku": "MUG-SNOW", "tracked": False, "unitCost": {"amount": "3.5", "currencyCode": "EUR"},
    }  # fmt: skip
    unknown = given_demo_shop.data(text, id="gid://shopify/InventoryItem/9", i=fields)
    assert unknown["inventoryItemUpdate"]["inventoryItem"] is None
    assert unknown["inventoryItemUpdate"]["userErrors"][0]["field"] == ["id"]


def test_variants_come_and_go_as_recorded(given_empty_shop: Client, shared: Path) -> None:
    name = "product-variant-delete-position-compaction.json"
    path = shared / "shopify" / "captures" / "products" / name
    exchanges = json.loads(path.read_text("utf-8"))["exchanges"]
    ours: dict[str, str] = {}
    for exchange in exchanges:
        variables = json.loads(_translated(json.dumps(exchange["variables"]), ours))
        answer = given_empty_shop.post(exchange["query"], **variables)
        _match(exchange["response"]["data"], answer["data"], ours)


def _translated(text: str, ours: dict[str, str]) -> str:
    for theirs, own in ours.items():
        text = text.replace(f'"{theirs}"', f'"{own}"')
    return text


def _match(recorded: Any, answered: Any, ours: dict[str, str]) -> None:
    """Compare two answers; ids have to stand for the same thing throughout."""
    if isinstance(recorded, dict):
        assert set(recorded) == set(answered)
        for key, value in recorded.items():
            _match(value, answered[key], ours)
    elif isinstance(recorded, list):
        assert len(recorded) == len(answered)
        for one, other in zip(recorded, answered, strict=True):
            _match(one, other, ours)
    elif isinstance(recorded, str) and recorded.startswith("gid://"):
        assert ours.setdefault(recorded, answered) == answered
    else:
        assert recorded == answered
