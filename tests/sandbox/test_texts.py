"""Metafields and translations as a connector writes them: all or none, over what was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.arguments import Options
from sandbox.records.metafield import MetafieldDefinition
from sandbox.records.shop import StaffMember

from .conftest import Client, Opener, document


@pytest.fixture
def product(given_demo_shop: Client) -> str:
    return given_demo_shop.api.store.products()[0].gid


def wanted(owner: str, key: str = "care", value: str = "Wash cold", **more: Any) -> dict[str, Any]:
    kind = "single_line_text_field"
    return {"ownerId": owner, "namespace": "own", "key": key, "type": kind, "value": value, **more}


def put(client: Client, *metafields: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = client.data(document("metafields_set"), metafields=list(metafields))
    payload: dict[str, Any] = answer["metafieldsSet"]
    return payload


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(".".join(error["field"]), error["code"]) for error in payload["userErrors"]]


def kept(client: Client, owner: str) -> dict[str, str]:
    [node] = client.data(document("metafields_of"), ids=[owner], first=100)["nodes"]
    return {each["key"]: each["value"] for each in node["metafields"]["nodes"]}


def test_metafields_are_written_read_and_taken_away(given_demo_shop: Client, product: str) -> None:
    client = given_demo_shop
    [made] = put(client, wanted(product))["metafields"]
    assert made["owner"] == {"id": product}
    assert kept(client, product) == {"care": "Wash cold"}

    [same] = put(client, wanted(product, compareDigest=made["compareDigest"]))["metafields"]
    assert same == made

    named = [{"ownerId": product, "namespace": "own", "key": key} for key in ("care", "none")]
    gone = client.data(document("metafields_delete"), metafields=named)["metafieldsDelete"]
    assert gone == {"deletedMetafields": [named[0], None], "userErrors": []}
    assert kept(client, product) == {}


def test_what_is_not_what_was_seen_is_refused(given_demo_shop: Client, product: str) -> None:
    client = given_demo_shop
    seen = put(client, wanted(product))["metafields"][0]["compareDigest"]
    put(client, wanted(product, value="Wash hot"))

    assert codes(put(client, wanted(product, compareDigest=seen))) == [
        ("metafields.0.compareDigest", "STALE_OBJECT")
    ]
    assert codes(put(client, wanted(product, compareDigest=None))) == [
        ("metafields.0.compareDigest", "STALE_OBJECT")
    ]
    assert kept(client, product) == {"care": "Wash hot"}


def test_all_are_written_or_none(given_demo_shop: Client, product: str) -> None:
    bad = [
        wanted("gid://shopify/Product/1"),
        wanted(product, "a", ""),
        wanted(product, "b", "x", type="number_integer"),
        wanted(product, "c", "{", type="json"),
        wanted(product, "d", type=None),
    ]

    payload = put(given_demo_shop, wanted(product), *bad)

    assert codes(payload) == [
        ("metafields.1.ownerId", "INVALID"),
        ("metafields.2.value", "BLANK"),
        ("metafields.3.value", "INVALID_VALUE"),
        ("metafields.4.value", "INVALID_VALUE"),
        ("metafields.5.type", "BLANK"),
    ]
    assert kept(given_demo_shop, product) == {}


@pytest.mark.parametrize(("count", "codes_"), [(25, []), (26, ["LESS_THAN_OR_EQUAL_TO"])])
def test_twenty_five_go_in_a_call(
    given_demo_shop: Client, product: str, count: int, codes_: list[str]
) -> None:
    payload = put(given_demo_shop, *(wanted(product, f"k{n}") for n in range(count)))

    assert [code for _field, code in codes(payload)] == codes_


def test_a_definition_gives_the_type_and_insists_on_it(
    given_demo_shop: Client, product: str
) -> None:
    store = given_demo_shop.api.store
    gid = store.new_gid("MetafieldDefinition")
    store.put(MetafieldDefinition(gid, "PRODUCT", "own", "size", "Size", "number_integer"))

    assert codes(put(given_demo_shop, wanted(product, "size", "12"))) == [
        ("metafields.0.type", "INVALID_TYPE")
    ]
    assert not codes(put(given_demo_shop, wanted(product, "size", "12", type=None)))
    asked = {"owner": "PRODUCT", "first": 10}
    [found] = given_demo_shop.data(document("metafield_definitions"), **asked)[
        "metafieldDefinitions"
    ]["nodes"]
    assert (found["key"], found["type"]["name"]) == ("size", "number_integer")


def test_translations_are_taken_over_the_text_as_it_is_now(
    given_demo_shop: Client, product: str
) -> None:
    client, store = given_demo_shop, given_demo_shop.api.store
    store.put(replace(store.shop, locales=(("en", "English", True), ("nb", "Norwegian", True))))
    asked = {"ids": [product, "gid://shopify/Product/1"], "first": 2}
    answer = client.data(document("translatable_resources"), **asked)
    [node] = answer["translatableResourcesByIds"]["nodes"]
    digests = {text["key"]: text["digest"] for text in node["translatableContent"]}

    def register(**more: str) -> dict[str, Any]:
        text = {
            "locale": "nb",
            "key": "title",
            "value": "Kopp",
            "translatableContentDigest": digests["title"],
        }
        sent = {"id": product, "translations": [{**text, **more}]}
        payload: dict[str, Any] = client.data(document("translations_register"), **sent)[
            "translationsRegister"
        ]
        return payload

    assert codes(register(locale="fi")) == [("translations.0.locale", "INVALID_LOCALE_FOR_SHOP")]
    assert codes(register(key="colour")) == [("translations.0.key", "INVALID_KEY_FOR_MODEL")]
    assert codes(register(value="")) == [("translations.0.value", "BLANK")]
    assert codes(register(translatableContentDigest="x")) == [
        ("translations.0.translatableContentDigest", "INVALID_TRANSLATABLE_CONTENT")
    ]
    assert store.translations_of(product) == []
    assert not codes(register())
    assert not codes(register(value="Kaffekopp"))
    assert [node["value"] for node in store.translations_of(product)] == ["Kaffekopp"]


def test_staff_is_told_on_plus_alone(shop_opener: Opener) -> None:
    asked = {"first": 10}
    basic = shop_opener(Options()).post(document("staff_members"), **asked)
    assert basic["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"

    plus = shop_opener(Options(plan="plus"))
    store = plus.api.store
    ann = StaffMember("gid://shopify/StaffMember/1", "Ann", "ann@example.com")
    store.put(replace(store.shop, staff=(ann,)))
    [found] = plus.data(document("staff_members"), **asked)["staffMembers"]["nodes"]
    assert found == {"id": ann.gid, "name": "Ann", "email": "ann@example.com", "active": True}
