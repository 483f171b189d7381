"""What a merchant does behind the API's back, and where products are sold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from .conftest import Client

MUG = "gid://shopify/Product/2000001"
READ = """query($id: ID!) { product(id: $id) { title status tags updatedAt onlineStoreUrl
  resourcePublicationsV2(first: 5) { nodes { isPublished publication { name } } }
  variants(first: 5) { nodes { sku price compareAtPrice updatedAt } } } }"""


def mug(client: Client) -> dict[str, Any]:
    product: dict[str, Any] = client.data(READ, id=MUG)["product"]
    return product


def test_a_merchant_edits_a_product_and_a_price(given_demo_shop: Client) -> None:
    given_demo_shop.control("clock", {"advance": 60})
    given_demo_shop.control(
        "products/edit", {"handle": "stoneware-mug", "title": "Mug", "tags": ["x"]}
    )
    given_demo_shop.control("products/edit", {"sku": "MUG-MOSS", "price": "20.00"})
    after = mug(given_demo_shop)
    assert (after["title"], after["tags"]) == ("Mug", ["x"])
    snow, moss, _ = after["variants"]["nodes"]
    assert (moss["price"], moss["updatedAt"]) == ("20.00", "2026-10-20T12:01:00Z")
    assert snow["updatedAt"] < moss["updatedAt"] == after["updatedAt"]
    told = given_demo_shop.control("deliveries")["deliveries"]
    assert [(d["topic"], d["body"]["id"]) for d in told] == [("products/update", 2000001)] * 2
    assert given_demo_shop.control("deliveries")["deliveries"] == []


def test_a_merchant_deletes_a_variant_and_a_product(given_demo_shop: Client) -> None:
    given_demo_shop.control("products/delete", {"sku": "MUG-MOSS"})
    assert [v["sku"] for v in mug(given_demo_shop)["variants"]["nodes"]] == [
        "MUG-SNOW",
        "MUG-SLATE",
    ]
    given_demo_shop.control("products/delete", {"handle": "stoneware-mug"})
    assert given_demo_shop.data(READ, id=MUG) == {"product": None}
    told = given_demo_shop.control("deliveries", {"topic": "products/delete"})["deliveries"]
    assert [d["body"] for d in told] == [{"id": 2000001}]


def test_collections_channels_and_languages_come_and_go(given_demo_shop: Client) -> None:
    text = """{ collections(first: 20) { nodes { title } }
        publications(first: 5) { nodes { name } } shopLocales { locale primary } }"""
    given_demo_shop.control("collections/add", {"title": "New", "products": ["stoneware-mug"]})
    given_demo_shop.control("collections/remove", {"title": "Desk"})
    given_demo_shop.control("publications/add", {"name": "Market place"})
    given_demo_shop.control("publications/remove", {"name": "Point of Sale"})
    given_demo_shop.control("locales", {"locales": [["nb", "Norsk", True], ["pt-BR", "P", False]]})
    data = given_demo_shop.data(text)
    titles = {node["title"] for node in data["collections"]["nodes"]}
    assert "New" in titles
    assert "Desk" not in titles
    assert [node["name"] for node in data["publications"]["nodes"]] == [
        "Online Store", "Market place",
    ]  # fmt: skip
    assert data["shopLocales"] == [
        {"locale": "nb", "primary": True}, {"locale": "pt-BR", "primary": False},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("door", "body", "reason"),
    [
        ("products/edit", {"handle": "no"}, "There is no such product"),
        ("products/edit", {"sku": "no"}, "There is no variant with the SKU no."),
        ("products/edit", {"id": MUG, "title": " "}, "Title can't be blank"),
        ("collections/remove", {"title": "no"}, "There is no such collection"),
        ("locales", {"locales": []}, "A shop has at least one language."),
    ],
)
def test_a_door_says_why_it_stays_shut(
    given_demo_shop: Client, door: str, body: dict[str, Any], reason: str
) -> None:
    status, answer, _ = given_demo_shop.raw(f"/__sandbox/{door}", body)
    assert status == 400
    assert reason in answer.decode()


def test_a_product_is_sold_where_it_is_published(given_demo_shop: Client) -> None:
    text = """mutation($id: ID!, $i: [PublicationInput!]!) { %s(id: $id, input: $i) {
        publishable { availablePublicationsCount { count } } userErrors { field message } } }"""
    online, pos = (publication.gid for publication in given_demo_shop.api.store.publications())
    publish, unpublish = text % "publishablePublish", text % "publishableUnpublish"
    data = given_demo_shop.data(publish, id=MUG, i=[{"publicationId": pos}])
    assert data["publishablePublish"] == {
        "publishable": {"availablePublicationsCount": {"count": 2}}, "userErrors": [],
    }  # fmt: skip
    again = given_demo_shop.data(publish, id=MUG, i=[{"publicationId": pos}])
    assert again == data
    assert len(given_demo_shop.api.store.outbox.taken()) == 1
    given_demo_shop.data(unpublish, id=MUG, i=[{"publicationId": online}])
    after = mug(given_demo_shop)
    assert after["onlineStoreUrl"] is None
    assert [node["publication"]["name"] for node in after["resourcePublicationsV2"]["nodes"]] == [
        "Point of Sale"
    ]
    wrong = given_demo_shop.data(
        publish, id=MUG, i=[{"publicationId": "gid://shopify/Publication/9"}]
    )["publishablePublish"]
    assert wrong["userErrors"][0]["field"] == ["input", "0", "publicationId"]
    missing = given_demo_shop.data(publish, id="gid://shopify/Product/9", i=[])[
        "publishablePublish"
    ]
    assert missing == {
        "publishable": None, "userErrors": [{"field": ["id"], "message": "Resource does not exist"}],
    }  # fmt: skip


def test_two_products_of_one_handle_do_not_take_each_other_away(given_demo_shop: Client) -> None:
    store = given_demo_shop.api.store
    first = store.products()[0]
    store.put(replace(first, gid=store.new_gid("Product"), variants=()))
    given_demo_shop.control("products/delete", {"id": first.gid})
    left = given_demo_shop.data(
        '{ productByIdentifier(identifier: {handle: "stoneware-mug"}) { title } }'
    )
    assert left["productByIdentifier"] == {"title": "Stoneware mug"}


def test_a_shop_that_is_put_back_has_its_products_again(given_demo_shop: Client) -> None:
    before = mug(given_demo_shop)
    given_demo_shop.control("snapshot", {"name": "start"})
    given_demo_shop.control("products/edit", {"id": MUG, "title": "Other"})
    given_demo_shop.control("products/delete", {"sku": "MUG-MOSS"})
    given_demo_shop.control("restore", {"name": "start"})
    assert mug(given_demo_shop) == before
    given_demo_shop.control("products/delete", {"id": MUG})
    given_demo_shop.control("reset")
    assert mug(given_demo_shop) == before
    assert given_demo_shop.control("deliveries")["deliveries"] == []
