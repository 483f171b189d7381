"""Metafields and translations: set, compared, judged by type, deleted, outdated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.changes.metafields import wrong

from .conftest import Client

MUG = "gid://shopify/Product/2000001"
SNOW = "gid://shopify/ProductVariant/3000001"
SET = """mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) {
  metafields { id namespace key type value jsonValue compareDigest ownerType createdAt updatedAt }
  userErrors { field message code elementIndex } } }"""
READ = """query($id: ID!) { product(id: $id) { updatedAt
  one: metafield(namespace: "custom", key: "material") { value compareDigest }
  metafields(first: 9, namespace: "custom") { nodes { key value definition { name } } } } }"""
TEXT = "single_line_text_field"


def field(key: str, value: str, kind: str | None = TEXT, owner: str = MUG, **more: Any) -> Any:
    entry = {"ownerId": owner, "namespace": "custom", "key": key, "value": value, **more}
    return {**entry, "type": kind} if kind else entry


def put(client: Client, *entries: Any) -> dict[str, Any]:
    payload: dict[str, Any] = client.data(SET, m=list(entries))["metafieldsSet"]
    return payload


def test_a_metafield_is_set_read_and_set_again(given_demo_shop: Client) -> None:
    client = given_demo_shop
    client.control("clock", {"advance": 60})
    (first,) = put(client, field("material", "Clay"))["metafields"]
    product = client.data(READ, id=MUG)["product"]
    assert product["one"]["value"] == "Clay"
    assert product["updatedAt"].startswith("2026-10-20T12:01:")
    client.control("clock", {"advance": 60})
    (same,) = put(client, field("material", "Clay", None))["metafields"]
    assert same == first
    (second,) = put(client, field("material", "Bone"))["metafields"]
    assert (second["id"], second["value"]) == (first["id"], "Bone")
    assert second["updatedAt"] > first["updatedAt"]
    assert second["compareDigest"] != first["compareDigest"]
    topics = [delivery.topic for delivery in client.api.store.outbox.taken()]
    assert topics == ["products/update"] * 2


def test_only_who_has_seen_the_value_may_change_it(given_demo_shop: Client) -> None:
    client = given_demo_shop
    (first,) = put(client, field("material", "Clay", compareDigest=None))["metafields"]
    (error,) = put(client, field("material", "Bone", compareDigest=None))["userErrors"]
    assert (error["code"], error["elementIndex"]) == ("STALE_OBJECT", 0)
    seen = first["compareDigest"]
    assert put(client, field("material", "Bone", compareDigest=seen))["userErrors"] == []
    (error,) = put(client, field("material", "Wood", compareDigest=seen))["userErrors"]
    assert error["code"] == "STALE_OBJECT"
    assert client.data(READ, id=MUG)["product"]["one"]["value"] == "Bone"


@pytest.mark.parametrize(
    ("entry", "path", "code"),
    [
        (field("material", " "), "value", "BLANK"),
        (field("material", "x", None), "type", "BLANK"),
        (field("material", "x", "text"), "type", "INCLUSION"),
        (field("m", "x"), "key", "TOO_SHORT"),
        (field("m" * 65, "x"), "key", "TOO_LONG"),
        (field("a b", "x"), "key", "INVALID"),
        (field("size", "x", "number_integer"), "value", "INVALID_VALUE"),
        (field("material", "x", owner="gid://shopify/Product/9"), "ownerId", "INVALID"),
        (field("cost", '{"amount":"1","currency_code":"USD"}', "money"), "value", "INVALID_VALUE"),
    ],
)
def test_one_that_is_wrong_stops_all(
    given_demo_shop: Client, entry: dict[str, Any], path: str, code: str
) -> None:
    payload = put(given_demo_shop, field("good", "x"), entry)
    assert payload["metafields"] is None
    assert [(e["field"], e["code"], e["elementIndex"]) for e in payload["userErrors"]] == [
        (["metafields", "1", path], code, 1)
    ]
    assert given_demo_shop.data(READ, id=MUG)["product"]["metafields"]["nodes"] == []


def test_no_more_than_25_at_once(given_demo_shop: Client) -> None:
    entries = [field(f"key{n}", "x") for n in range(26)]
    (error,) = put(given_demo_shop, *entries)["userErrors"]
    assert (error["code"], error["field"]) == ("LESS_THAN_OR_EQUAL_TO", ["metafields"])
    assert put(given_demo_shop, *entries[:25])["userErrors"] == []


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("number_integer", "-12", "1.5"),
        ("number_integer", "9007199254740991", "9007199254740992"),
        ("number_decimal", "1.25", "1,25"),
        ("boolean", "true", "yes"),
        ("date", "2026-02-03", "3.2.2026"),
        ("date_time", "2026-02-03T12:30:00", "2026-02-03"),
        ("json", '{"a":1}', "{a}"),
        ("color", "#00ff00", "green"),
        ("url", "https://example.museum/x", "example.com"),
        ("money", '{"amount":"1.5","currency_code":"EUR"}', '{"amount":"x","currency_code":"EUR"}'),
        ("dimension", '{"value":1,"unit":"cm"}', '{"value":1,"unit":"kg"}'),
        ("weight", '{"value":1.5,"unit":"KILOGRAMS"}', '{"unit":"kg"}'),
        ("volume", '{"value":1,"unit":"ml"}', "1 ml"),
        ("rating", '{"value":"4","scale_min":"1","scale_max":"5"}', '{"value":"4"}'),
        ("product_reference", MUG, SNOW),
        ("variant_reference", SNOW, MUG),
        ("single_line_text_field", "a", "a\nb"),
        ("list.number_integer", "[1,2]", '["x"]'),
        ("list.single_line_text_field", '["a"]', "a"),
    ],
)
def test_a_value_fits_its_type_or_not(kind: str, good: str, bad: str) -> None:
    assert wrong(kind, good, "EUR") is None
    assert wrong(kind, bad, "EUR")


def test_a_definition_gives_the_type_and_holds_to_it(given_demo_shop: Client) -> None:
    client = given_demo_shop
    client.control(
        "metafields/define",
        {"namespace": "custom", "key": "size", "name": "Size", "type": "number_integer"},
    )
    listed = client.data(
        """{ metafieldDefinitions(first: 5, ownerType: PRODUCT, namespace: "custom") { nodes {
             key name ownerType type { name category } access { admin } } }
             none: metafieldDefinitions(first: 5, ownerType: CUSTOMER) { nodes { id } } }"""
    )
    assert listed["metafieldDefinitions"]["nodes"] == [
        {"key": "size", "name": "Size", "ownerType": "PRODUCT",
         "type": {"name": "number_integer", "category": "NUMBER"},
         "access": {"admin": "PUBLIC_READ_WRITE"}}
    ]  # fmt: skip
    assert listed["none"]["nodes"] == []
    assert put(client, field("size", "4", None))["metafields"][0]["jsonValue"] == 4
    (error,) = put(client, field("size", "4"))["userErrors"]
    assert error["code"] == "INVALID_TYPE"
    (node,) = client.data(READ, id=MUG)["product"]["metafields"]["nodes"]
    assert node == {"key": "size", "value": "4", "definition": {"name": "Size"}}


def test_metafields_of_variants_and_customers_go_away_when_deleted(given_demo_shop: Client) -> None:
    client = given_demo_shop
    customer = next(iter(client.api.store.listed("Customer")))
    put(client, field("material", "Clay", owner=SNOW), field("since", "2020", owner=customer))
    text = """mutation($m: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $m) {
        deletedMetafields { ownerId key } userErrors { field } } }"""
    names = [
        {"ownerId": SNOW, "namespace": "custom", "key": key} for key in ("material", "nothing")
    ]
    payload = client.data(text, m=names)["metafieldsDelete"]
    assert payload["deletedMetafields"] == [{"ownerId": SNOW, "key": "material"}, None]
    data = client.data(
        """query($v: ID!, $c: ID!) { productVariant(id: $v) { metafields(first: 5) { nodes { id } } }
           node(id: $c) { ... on HasMetafields { metafields(first: 5) { nodes { key } } } } }""",
        v=SNOW, c=customer,
    )  # fmt: skip
    assert data["productVariant"]["metafields"]["nodes"] == []
    assert data["node"]["metafields"]["nodes"] == [{"key": "since"}]


def test_metafields_come_with_products_and_variants(given_demo_shop: Client) -> None:
    client = given_demo_shop
    given = {"namespace": "custom", "key": "material", "type": TEXT, "value": "Clay"}
    create = """mutation($p: ProductCreateInput!) { productCreate(product: $p) {
        product { id metafields(first: 5) { nodes { value } } } userErrors { field } } }"""
    made = client.data(create, p={"title": "Cup", "metafields": [given]})["productCreate"]
    assert made["product"]["metafields"]["nodes"] == [{"value": "Clay"}]
    wrong_one = {**given, "type": "number_integer"}
    refused = client.data(create, p={"title": "Cup", "metafields": [wrong_one]})["productCreate"]
    assert refused["userErrors"] == [{"field": ["metafields", "0", "value"]}]
    update = """mutation($id: ID!, $v: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $id, variants: $v) {
          productVariants { metafields(first: 5) { nodes { value } } } userErrors { field } } }"""
    payload = client.data(update, id=MUG, v=[{"id": SNOW, "metafields": [given]}])
    (variant,) = payload["productVariantsBulkUpdate"]["productVariants"]
    assert variant["metafields"]["nodes"] == [{"value": "Clay"}]
    set_text = """mutation($id: ID!, $i: ProductSetInput!) {
        productSet(identifier: {id: $id}, input: $i) {
          product { metafields(first: 5) { nodes { key } } } userErrors { field code } } }"""
    other = {**given, "key": "origin"}
    gid = made["product"]["id"]
    payload = client.data(set_text, id=gid, i={"metafields": [other]})["productSet"]
    assert payload["product"]["metafields"]["nodes"] == [{"key": "origin"}]
    payload = client.data(set_text, id=gid, i={"metafields": [wrong_one]})["productSet"]
    assert payload["userErrors"] == [
        {"field": ["input", "metafields", "0", "value"], "code": "INVALID_METAFIELD"}
    ]


def test_typed_values_are_read_as_recorded(given_demo_shop: Client, shared: Path) -> None:
    name = "metafieldsSet-custom-namespace-typed-keys.json"
    path = shared / "shopify" / "captures" / "metafields_translations" / name
    exchange = json.loads(path.read_text("utf-8"))["exchanges"][1]
    text = json.dumps(exchange["variables"]["metafields"]).replace("CAD", "EUR")
    entries = [{**entry, "ownerId": MUG} for entry in json.loads(text)]
    recorded = json.dumps(exchange["response"]["data"]["metafieldsSet"]["metafields"])
    payload = put(given_demo_shop, *entries)
    assert payload["userErrors"] == []
    for ours, theirs in zip(
        payload["metafields"], json.loads(recorded.replace("CAD", "EUR")), strict=True
    ):
        for key in ("namespace", "key", "type", "value", "jsonValue", "ownerType"):
            assert ours[key] == theirs[key]


REGISTER = """mutation($id: ID!, $t: [TranslationInput!]!) {
  translationsRegister(resourceId: $id, translations: $t) {
    translations { key locale value outdated } userErrors { field message code } } }"""
RESOURCE = """query($id: ID!, $l: String!) { translatableResource(resourceId: $id) { resourceId
  translatableContent { key value digest locale } translations(locale: $l) { key value outdated } } }"""


def resource(client: Client) -> dict[str, Any]:
    node: dict[str, Any] = client.data(RESOURCE, id=MUG, l="nb")["translatableResource"]
    return node


def test_texts_are_translated_by_digest_and_get_outdated(given_demo_shop: Client) -> None:
    client = given_demo_shop
    client.control("locales", {"locales": [["en", "English", True], ["nb", "Norsk", True]]})
    texts = {text["key"]: text for text in resource(client)["translatableContent"]}
    assert texts["title"]["value"] == "Stoneware mug"
    assert {"body_html", "handle", "product_type"} <= set(texts)
    title = {"locale": "nb", "key": "title", "value": "Krus"}
    good = {**title, "translatableContentDigest": texts["title"]["digest"]}
    payload = client.data(REGISTER, id=MUG, t=[good])["translationsRegister"]
    assert payload == {
        "translations": [{"key": "title", "locale": "nb", "value": "Krus", "outdated": False}],
        "userErrors": [],
    }
    assert client.data(
        f'{{ product(id: "{MUG}") {{ translations(locale: "nb") {{ value }} }} }}'
    ) == {"product": {"translations": [{"value": "Krus"}]}}
    client.control("products/edit", {"id": MUG, "title": "Mug"})
    assert resource(client)["translations"] == [{"key": "title", "value": "Krus", "outdated": True}]
    (error,) = client.data(REGISTER, id=MUG, t=[good])["translationsRegister"]["userErrors"]
    assert (error["code"], error["field"]) == (
        "INVALID_TRANSLATABLE_CONTENT", ["translations", "0", "translatableContentDigest"],
    )  # fmt: skip
    remove = """mutation($id: ID!) { translationsRemove(resourceId: $id, locales: ["nb"],
        translationKeys: ["title"]) { translations { key } userErrors { field } } }"""
    assert client.data(remove, id=MUG)["translationsRemove"]["translations"] == [{"key": "title"}]
    assert resource(client)["translations"] == []


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"locale": "en"}, "locale", "INVALID_LOCALE_FOR_SHOP"),
        ({"locale": "sv"}, "locale", "INVALID_LOCALE_FOR_SHOP"),
        ({"key": "colour"}, "key", "INVALID_KEY_FOR_MODEL"),
        ({"value": " "}, "value", "BLANK"),
    ],
)
def test_a_translation_that_is_wrong_is_refused_alone(
    given_demo_shop: Client, changes: dict[str, str], path: str, code: str
) -> None:
    client = given_demo_shop
    client.control("locales", {"locales": [["en", "English", True], ["nb", "Norsk", True]]})
    texts = {text["key"]: text for text in resource(client)["translatableContent"]}
    good = {"locale": "nb", "key": "title", "value": "Krus",
            "translatableContentDigest": texts["title"]["digest"]}  # fmt: skip
    payload = client.data(REGISTER, id=MUG, t=[good, {**good, **changes}])["translationsRegister"]
    assert [node["value"] for node in payload["translations"]] == ["Krus"]
    assert [(e["field"], e["code"]) for e in payload["userErrors"]] == [
        (["translations", "1", path], code)
    ]


def test_several_resources_are_asked_for_at_once(given_demo_shop: Client) -> None:
    text = """query($ids: [ID!]!) { translatableResourcesByIds(resourceIds: $ids, first: 10) {
        nodes { resourceId } } }"""
    ids = [MUG, "gid://shopify/Product/9", "gid://shopify/Product/2000002"]
    nodes = given_demo_shop.data(text, ids=ids)["translatableResourcesByIds"]["nodes"]
    assert [node["resourceId"] for node in nodes] == [ids[0], ids[2]]
    missing = given_demo_shop.data(REGISTER, id=ids[1], t=[])["translationsRegister"]
    assert missing["userErrors"][0]["code"] == "RESOURCE_NOT_FOUND"
