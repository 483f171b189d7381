"""What of a product differs, and how it is cut into calls. No database and no Shopify."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.sync.mapping.product_changes import (
    CHUNK,
    CHUNK_SIZE,
    alterations,
    chunks,
    new_variant_fields,
    product_changes,
    product_input,
    variant_changes,
    variant_input,
)
from connector.sync.mapping.products import wanted_product
from connector.sync.mapping.wares import FieldRule, Pricing, ShopRules, WantedVariant
from tests.sync.wares import ware

RULES = ShopRules()
PRODUCT = {
    "title": "Shirt",
    "description_html": "<p>Theirs</p>",
    "vendor": "Nordlys",
    "product_type": "Shirts",
    "status": "ACTIVE",
}
GID = "gid://shopify/ProductVariant/1"
VARIANT: dict[str, Any] = {
    "gid": GID,
    "sku": "1000",
    "barcode": "7038010000003",
    "price": Decimal("100.0000"),
    "compare_at_price": None,
    "unit_cost": None,
    "weight": Decimal("250.00000"),
    "weight_unit": "GRAMS",
    "hs_code": "",
    "country_of_origin": "",
    "inventory_policy": "DENY",
    "tracked": False,
}


def wanted(**fields: Any) -> WantedVariant:
    return wanted_product(ware(**fields), RULES).variants[0]


def inputs(found: WantedVariant, pricing: Pricing | None = None, rules: ShopRules = RULES) -> Any:
    return variant_input(variant_changes(found, pricing, VARIANT, rules, {}), found)


def product_inputs(rules: ShopRules = RULES, **values: str | None) -> dict[str, Any]:
    return product_input(product_changes(values, PRODUCT, rules, {}))


def test_d1_nothing_differs() -> None:
    assert inputs(wanted()) == {}
    assert product_inputs(title="Shirt", vendor="Nordlys", status=None, description_html=None) == {}


def test_d2_only_the_title_changed() -> None:
    assert product_inputs(title="Wool shirt", vendor="Nordlys") == {"title": "Wool shirt"}


def test_d5_a_tariff_number_is_compared_by_its_digits() -> None:
    found = wanted(hs_code="6104.43")

    assert variant_changes(found, None, VARIANT | {"hs_code": "610443"}, RULES, {}) == ()
    assert inputs(found) == {"inventoryItem": {"harmonizedSystemCode": "610443"}}


def test_d11_a_body_that_is_none_of_ours_is_left_alone() -> None:
    assert product_inputs(description_html=None) == {}


@pytest.mark.parametrize(("clear", "sent"), [(False, {}), (True, {"vendor": ""})])
def test_what_is_empty_in_the_books_is_kept_or_cleared_as_the_shop_says(
    clear: bool, sent: dict[str, Any]
) -> None:
    rules = ShopRules(fields={"vendor": FieldRule("books", clear)})

    assert product_inputs(rules, vendor="") == sent


def test_a_field_that_is_shopifys_is_never_sent() -> None:
    rules = ShopRules(fields={"title": FieldRule("shopify")})

    assert product_inputs(rules, title="Other", vendor="Other") == {"vendor": "Other"}


def test_stock_rules_stay_shopifys_after_the_product_is_made() -> None:
    assert inputs(wanted()) == {}
    ours = ShopRules(fields={"inventory_policy": FieldRule("books"), "tracked": FieldRule("books")})

    assert inputs(wanted(), rules=ours) == {
        "inventoryPolicy": "CONTINUE",
        "inventoryItem": {"tracked": True},
    }


def test_a_sku_that_no_mapping_makes_is_left_alone() -> None:
    found = wanted_product(ware(), ShopRules(sku_mapping="")).variants[0]

    assert variant_changes(found, None, VARIANT | {"sku": "Theirs"}, RULES, {}) == ()


def test_weight_is_compared_in_grams_and_sent_in_the_shops_unit() -> None:
    assert inputs(wanted(weight=Decimal("0.2503"))) == {}
    assert inputs(wanted(weight=Decimal("0.3"))) == {
        "inventoryItem": {"measurement": {"weight": {"value": 0.3, "unit": "KILOGRAMS"}}}
    }


def test_prices_go_only_where_they_are_known_and_differ() -> None:
    found = wanted()

    assert inputs(found, Pricing(Decimal("100"))) == {}
    assert inputs(found, Pricing(Decimal("90"), Decimal("100"), Decimal("40"))) == {
        "price": "90",
        "compareAtPrice": "100",
        "inventoryItem": {"cost": "40"},
    }
    # Not above the price is no reduction, and none is null, never "0".
    reduced = VARIANT | {"compare_at_price": Decimal("120")}
    changes = variant_changes(found, Pricing(Decimal("100"), Decimal("100")), reduced, RULES, {})
    assert variant_input(changes, found) == {"compareAtPrice": None}


def test_what_shopify_tidied_is_not_sent_again_until_one_side_changes() -> None:
    sent = product_changes({"description_html": "<p>One<br /></p>"}, PRODUCT, RULES, {})
    kept = PRODUCT | {"description_html": "<p>One<br></p>"}
    altered = alterations(sent, kept)

    def again(text: str, seen: dict[str, str]) -> dict[str, Any]:
        found = product_changes({"description_html": text}, seen, RULES, altered)
        return product_input(found)

    assert again("<p>One<br /></p>", kept) == {}
    assert again("<p>Two</p>", kept) == {"descriptionHtml": "<p>Two</p>"}
    edited = kept | {"description_html": "edited in Shopify"}
    assert again("<p>One<br /></p>", edited) == {"descriptionHtml": "<p>One<br /></p>"}


def test_a_new_variant_is_sent_with_all_that_is_known_and_nothing_that_is_empty() -> None:
    found = replace(wanted(hs_code="6104.43", country_of_origin="NO"))

    assert new_variant_fields(found, Pricing(Decimal("100"), None, Decimal(0)), RULES) == {
        "barcode": "7038010000003",
        "inventoryPolicy": "CONTINUE",
        "price": "100",
        "inventoryItem": {
            "sku": "1000",
            "tracked": True,
            "harmonizedSystemCode": "610443",
            "countryCodeOfOrigin": "NO",
            "measurement": {"weight": {"value": 0.25, "unit": "KILOGRAMS"}},
        },
    }


@pytest.mark.parametrize(
    ("number", "calls"),
    [(0, []), (1, [1]), (249, [249]), (250, [250]), (251, [250, 1]), (501, [250, 250, 1])],
)
def test_calls_hold_250_variants_at_most(number: int, calls: list[int]) -> None:
    assert [len(chunk) for chunk in chunks([{"id": str(n)} for n in range(number)])] == calls


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_d7_the_variant_that_overflows_a_call_goes_with_the_next(extra: int) -> None:
    """Ten of a tenth of the room each; one byte more and the last one is too much."""
    size = CHUNK_SIZE // 10
    rows: list[dict[str, str]] = [{"id": "x" * (size - 9)} for _n in range(9)]
    rows.append({"id": "y" * (size - 9 + extra)})

    found = list(chunks(rows))

    assert [row for chunk in found for row in chunk] == rows
    assert [len(chunk) for chunk in found] == ([9, 1] if extra > 0 else [10])
    assert CHUNK == 250


def test_d7_a_variant_bigger_than_a_call_goes_alone() -> None:
    rows = [{"id": "a"}, {"id": "x" * 60_000}, {"id": "b"}]

    assert [len(chunk) for chunk in chunks(rows)] == [1, 1, 1]
