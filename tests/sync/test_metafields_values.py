"""What may stand in a metafield of each type, and the sentence where something else does."""

from __future__ import annotations

import json

import pytest

from connector.sync.mapping.metafield_values import (
    CHOICES,
    SAMPLES,
    UNITS,
    sample,
    written,
)
from connector.sync.metafield_words import refusal

VALID = [
    ("single_line_text_field", "Merino wool"),
    ("multi_line_text_field", "Merino\nwool"),
    ("number_integer", "0"),
    ("number_integer", "-9007199254740991"),
    ("number_integer", "9007199254740991"),
    ("number_decimal", "-1234567890123.123456789"),
    ("number_decimal", "+3"),
    ("boolean", "false"),
    ("color", "#0a64C8"),
    ("date", "2024-02-29"),
    ("date_time", "2022-01-01T12:30:00"),
    ("date_time", "2022-01-01T12:30:00+02:00"),
    ("date_time", "2022-01-01T12:30:00Z"),
    ("json", '{"a": [1]}'),
    ("json", "[1, 2]"),
    ("url", "http://example.com"),
    ("url", "https://shop.example.photography/care?x=1"),  # any top-level domain
    ("url", "mailto:kari@example.com"),
    ("url", "sms:+47 900 00 000"),
    ("url", "tel:+4790000000"),
    ("money", '{"amount": "12.50", "currency_code": "EUR"}'),
    ("dimension", '{"value": 25, "unit": "cm"}'),
    ("dimension", '{"value":159.0,"unit":"CENTIMETERS"}'),  # as Shopify answers
    ("weight", '{"value": 2.5, "unit": "kg"}'),
    ("volume", '{"value": 1, "unit": "L"}'),
    ("volume", '{"value": 1, "unit": "imp fl oz"}'),
    ("product_reference", "gid://shopify/Product/1"),
    ("variant_reference", "gid://shopify/ProductVariant/1"),
    ("collection_reference", "gid://shopify/Collection/1"),
    ("customer_reference", "gid://shopify/Customer/1"),
    ("company_reference", "gid://shopify/Company/1"),
    ("metaobject_reference", "gid://shopify/Metaobject/1"),
    ("page_reference", "gid://shopify/OnlineStorePage/1"),
    ("article_reference", "gid://shopify/Article/1"),
    ("file_reference", "gid://shopify/MediaImage/1"),
    ("file_reference", "gid://shopify/GenericFile/1"),
    ("file_reference", "gid://shopify/Video/1"),
    ("mixed_reference", "gid://shopify/Metaobject/1"),
    ("rating", '{"value": "4.5", "scale_min": "1.0", "scale_max": "5.0"}'),
    ("rich_text_field", '{"type": "root", "children": []}'),
    ("list.url", '["https://example.com"]'),
    ("a_type_of_tomorrow", "anything"),
]
INVALID = [
    ("single_line_text_field", "Merino\nwool"),
    ("number_integer", "1.5"),
    ("number_integer", "9007199254740992"),
    ("number_integer", "many"),
    ("number_decimal", "12345678901234"),
    ("number_decimal", "1.1234567890"),
    ("number_decimal", "1,5"),
    ("number_decimal", "1."),
    ("boolean", "yes"),
    ("color", "0A64C8"),
    ("color", "#0A64C"),
    ("date", "2022-02-30"),
    ("date", "02.02.2022"),
    ("date", "20220202"),
    ("date_time", "2022-01-01"),
    ("date_time", "2022-01-01T25:30:00"),
    ("json", "{"),
    ("json", "12"),
    ("url", "example.com"),
    ("url", "ftp://example.com"),
    ("url", "https://"),
    ("url", "https://exa mple.com"),
    ("url", "http://[::1"),
    ("url", "mailto:kari"),
    ("url", "tel:kari"),
    ("money", "12.50"),
    ("money", '{"amount": "much", "currency_code": "EUR"}'),
    ("money", '{"amount": "NaN", "currency_code": "EUR"}'),
    ("money", '{"amount": "1", "currency_code": "euro"}'),
    ("dimension", '{"value": 25, "unit": "kg"}'),
    ("dimension", '{"value": "far", "unit": "cm"}'),
    ("dimension", '{"value": true, "unit": "cm"}'),
    ("weight", '{"value": 2.5}'),
    ("volume", "[]"),
    ("product_reference", "gid://shopify/ProductVariant/1"),
    ("variant_reference", "gid://shopify/Variant/1"),  # what BC asks for and Shopify refuses
    ("variant_reference", "1"),
    ("file_reference", "gid://shopify/Product/1"),
    ("mixed_reference", "Metaobject/1"),
    ("rating", "4.5"),
    ("list.url", '{"a": 1}'),
]


@pytest.mark.parametrize(("kind", "value"), VALID)
def test_it_is_taken(kind: str, value: str) -> None:
    assert refusal(kind, value, "EUR") == ""


@pytest.mark.parametrize(("kind", "value"), INVALID)
def test_it_is_refused_with_a_sample(kind: str, value: str) -> None:
    sentence = refusal(kind, value, "EUR")

    assert kind in sentence
    assert sample(kind, "EUR") in sentence


@pytest.mark.parametrize("kind", CHOICES)
def test_the_sample_of_every_type_is_a_value_of_it(kind: str) -> None:
    assert refusal(kind, SAMPLES[kind], "EUR") == ""
    assert refusal(f"list.{kind}", sample(f"list.{kind}"), "EUR") == ""


@pytest.mark.parametrize(("kind", "units"), UNITS.items())
def test_every_unit_is_known_in_both_spellings(kind: str, units: dict[str, str]) -> None:
    for spelling in (*units, *units.values()):
        assert refusal(kind, json.dumps({"value": 1, "unit": spelling}), "") == ""


def test_m8_an_amount_in_another_currency_than_the_shop_s_is_refused() -> None:
    sentence = refusal("money", '{"amount": "12.50", "currency_code": "USD"}', "NOK")

    assert "USD" in sentence
    assert '"currency_code": "NOK"' in sentence  # the sample is in the shop's


@pytest.mark.parametrize(
    ("old", "new"), [("string", "single_line_text_field"), ("integer", "number_integer")]
)
def test_a_legacy_type_points_to_the_one_in_its_place(old: str, new: str) -> None:
    assert new in refusal(old, "x", "EUR")


def test_a_value_that_is_blank_is_none() -> None:
    assert "delete the metafield" in refusal("single_line_text_field", "  ", "EUR")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "12,50 nok", '{"amount": "12.50", "currency_code": "NOK"}'),
        ("money", "12.50", '{"amount": "12.50", "currency_code": "EUR"}'),
        ("money", '{"amount": "1", "currency_code": "EUR"}', '{"amount": "1", "currency_code": "EUR"}'),
        ("money", "much", "much"),
        ("dimension", "25,5 cm", '{"value": 25.5, "unit": "cm"}'),
        ("volume", "2 imp fl oz", '{"value": 2.0, "unit": "imp fl oz"}'),
        ("number_integer", " 12 ", "12"),
        ("multi_line_text_field", " a\n b ", " a\n b "),
    ],
)  # fmt: skip
def test_amounts_and_measures_may_be_typed_short(kind: str, text: str, value: str) -> None:
    assert written(kind, text, "EUR") == value
