"""Media of a product are moved, and taken off its variants."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client

CREATE = """mutation($p: ProductCreateInput!, $m: [CreateMediaInput!]) {
  productCreate(product: $p, media: $m) { product { id media(first: 9) { nodes { id } }
    variants(first: 1) { nodes { id } } } userErrors { field message } } }"""
MOVE = """mutation($id: ID!, $moves: [MoveInput!]!) { productReorderMedia(id: $id, moves: $moves) {
  job { id done } userErrors: mediaUserErrors { field message code } } }"""
SHOW = """mutation($id: ID!, $v: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $v) { userErrors { field message } } }"""
HIDE = """mutation($id: ID!, $m: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $id, variantMedia: $m) {
    productVariants { id media(first: 1) { nodes { id } } }
    userErrors { field message code } } }"""
READ = "query($id: ID!) { product(id: $id) { media(first: 9) { nodes { id } } } }"


@pytest.fixture
def given_cup(given_demo_shop: Client) -> dict[str, Any]:
    media = [
        {"mediaContentType": "IMAGE", "originalSource": f"https://example.com/{name}.png"}
        for name in "abc"
    ]
    made = given_demo_shop.data(CREATE, p={"title": "Cup"}, m=media)["productCreate"]["product"]
    given_demo_shop.control("jobs", {"finish": True})
    gids = [node["id"] for node in made["media"]["nodes"]]
    return {"id": made["id"], "media": gids, "variant": made["variants"]["nodes"][0]["id"]}


def shown(client: Client, gid: str) -> list[str]:
    nodes = client.data(READ, id=gid)["product"]["media"]["nodes"]
    return [node["id"] for node in nodes]


def test_moves_are_done_one_after_another(
    given_demo_shop: Client, given_cup: dict[str, Any]
) -> None:
    a, b, c = given_cup["media"]
    moves = [{"id": c, "newPosition": "0"}, {"id": a, "newPosition": "2"}]

    payload = given_demo_shop.data(MOVE, id=given_cup["id"], moves=moves)["productReorderMedia"]

    assert (payload["job"]["done"], payload["userErrors"]) == (True, [])
    assert shown(given_demo_shop, given_cup["id"]) == [c, b, a]


def test_what_is_no_media_of_the_product_is_not_moved(
    given_demo_shop: Client, given_cup: dict[str, Any]
) -> None:
    moves = [{"id": "gid://shopify/MediaImage/1", "newPosition": "0"}]

    payload = given_demo_shop.data(MOVE, id=given_cup["id"], moves=moves)["productReorderMedia"]

    assert [e["code"] for e in payload["userErrors"]] == ["MEDIA_DOES_NOT_EXIST_ON_PRODUCT"]
    assert shown(given_demo_shop, given_cup["id"]) == given_cup["media"]


def test_a_variant_lets_go_of_its_picture_once(
    given_demo_shop: Client, given_cup: dict[str, Any]
) -> None:
    variant, gid = given_cup["variant"], given_cup["media"][0]
    given_demo_shop.data(SHOW, id=given_cup["id"], v=[{"id": variant, "mediaId": gid}])
    pair = [{"variantId": variant, "mediaIds": [gid]}]

    first, second = (
        given_demo_shop.data(HIDE, id=given_cup["id"], m=pair)["productVariantDetachMedia"]
        for _ in range(2)
    )

    assert first["productVariants"][0]["media"]["nodes"] == []
    assert [e["code"] for e in second["userErrors"]] == ["MEDIA_IS_NOT_ATTACHED_TO_VARIANT"]
    assert shown(given_demo_shop, given_cup["id"]) == given_cup["media"]
