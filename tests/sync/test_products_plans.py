"""What is to be sent of a product that Shopify has, and whether it has one. No database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.shopify.product_lookups import FoundVariant
from connector.sync.errors import RecordError
from connector.sync.mapping.export_plans import Linked, Plan, Seen, plan, set_input
from connector.sync.mapping.options import Unfit
from connector.sync.mapping.wanted import Status, wanted_product
from connector.sync.mapping.wares import Pricing, ShopRules, Stands, Ware, WareVariant
from connector.sync.matching.in_shop import Existing
from connector.sync.matching.in_shop import existing as found
from tests.sync.wares import COLOUR, is_, variant, ware

RULES = ShopRules()
CHILD = ware(key=8, no="1100", description="Sock", variants=(variant("001"), variant("002")))


def seen(number: int, stands_for: Stands, *options: str, **fields: Any) -> Seen:
    values: dict[str, Any] = {
        "gid": f"gid://shopify/ProductVariant/{number}",
        "options": list(options),
        "sku": "1000",
        "barcode": "",
        "price": Decimal(100),
        "compare_at_price": None,
        "unit_cost": None,
        "weight": Decimal("0.25"),
        "weight_unit": "KILOGRAMS",
        "hs_code": "",
        "country_of_origin": "",
        "inventory_policy": "DENY",
        "tracked": True,
    }
    return Seen(values | fields, stands_for)


def linked(
    item: Ware, *variants: Seen, options: tuple[str, ...] = ("Variant",), **more: Any
) -> Linked:
    values = {
        "title": item.description,
        "description_html": "",
        "vendor": "",
        "product_type": "",
        "status": "ACTIVE",
    }
    return Linked(item, values, options, only_default_variant=False, variants=variants, **more)


def planned(product: Linked, *others: Ware, rules: ShopRules = RULES, prices: Any = None) -> Plan:
    wares = {each.key: each for each in (product.ware, *others)}
    return plan(product, wares, prices or {}, rules)


SHIRT = ware(variants=(variant("001"), variant("002")), itself=WareVariant(""))


def test_d1_a_product_that_says_all_of_it_needs_nothing() -> None:
    found = planned(linked(SHIRT, seen(1, (7, 1, ""), "001"), seen(2, (7, 2, ""), "002")))

    assert not found
    assert found.problem is None


def test_an_item_variant_that_is_new_becomes_a_variant_under_the_products_own_option() -> None:
    prices = {(7, 2, ""): Pricing(Decimal(90))}
    found = planned(linked(SHIRT, seen(1, (7, 1, ""), "001"), options=("Size",)), prices=prices)

    (added,) = found.added
    assert added.stands_for == (7, 2, "")
    assert added.input["optionValues"] == [{"optionName": "Size", "name": "002"}]
    assert (added.input["price"], added.input["inventoryItem"]["sku"]) == ("90", "1000")


def test_c11_variants_of_a_child_item_are_not_created_under_the_parent() -> None:
    parent = ware(itself=WareVariant(""))
    product = linked(
        parent, seen(1, (7, None, ""), "1000"), seen(2, (8, None, ""), "1100", sku="1100")
    )

    found = planned(product, CHILD)

    assert not found.added
    assert found.problem is None


def test_a_variant_is_compared_with_its_own_item() -> None:
    parent = ware(itself=WareVariant(""))
    product = linked(parent, seen(1, (7, None, ""), "1000"), seen(2, (8, None, ""), "1100"))

    (changed,) = planned(product, CHILD).changed

    assert (changed.gid, changed.input["inventoryItem"]) == (
        "gid://shopify/ProductVariant/2",
        {"sku": "1100"},
    )


def test_new_variants_that_fit_nowhere_stop_no_other_change() -> None:
    product = linked(
        SHIRT, seen(1, (7, 1, ""), "S", "Red", sku="other"), options=("Size", "Colour")
    )

    found = planned(product)

    assert len(found.changed) == 1
    assert found.problem is not None
    assert found.problem.code == "other_options"


def test_option_values_that_another_variant_has_are_not_sent_twice() -> None:
    product = linked(SHIRT, seen(1, (7, 1, ""), "001"), seen(2, (8, None, ""), "002", sku="1100"))

    found = planned(product, CHILD)

    assert found.problem is not None
    assert found.problem.code == "taken"


def test_d3_a_blocked_item_goes_out_with_its_new_status_or_not_at_all() -> None:
    blocked = ware(blocked=True, itself=WareVariant(""), description="Other")
    product = linked(blocked, seen(1, (7, None, "")))

    found = planned(product, rules=ShopRules(blocked_action="ARCHIVED"))
    assert found.input == {"status": "ARCHIVED"}
    assert found.status == Status("ARCHIVED", "ACTIVE", "ARCHIVED")
    with pytest.raises(Unfit, match="blocked"):
        planned(product)


def test_a_product_of_one_kind_is_made_with_shopifys_default_option() -> None:
    product, added = set_input(ware(vendor="Nordlys"), RULES, {}, ["gid://shopify/Collection/1"])

    assert product["productOptions"] == [{"name": "Title", "values": [{"name": "Default Title"}]}]
    assert [each.options for each in added] == [("Default Title",)]
    assert (product["status"], product["vendor"]) == ("ACTIVE", "Nordlys")
    assert product["collections"] == ["gid://shopify/Collection/1"]
    assert "descriptionHtml" not in product
    assert "productType" not in product


def test_a_product_is_made_with_all_its_options_and_variants() -> None:
    red = variant("001", is_(COLOUR, "Red"))
    blue = variant("002", is_(COLOUR, "Blue"))
    item = ware(itself=WareVariant("", traits=(is_(COLOUR, "Red"),)), variants=(red, blue))
    rules = ShopRules(option_attributes=(1,), created_status="DRAFT")

    product, added = set_input(item, rules, {(7, 1, ""): Pricing(Decimal("10.50"))}, [])

    assert product["status"] == "DRAFT"
    assert product["productOptions"] == [
        {"name": "Colour", "values": [{"name": "Red"}, {"name": "Blue"}]}
    ]
    assert [v["optionValues"] for v in product["variants"]] == [
        [{"optionName": "Colour", "name": "Red"}],
        [{"optionName": "Colour", "name": "Blue"}],
    ]
    assert [v.get("price") for v in product["variants"]] == ["10.5", None]
    assert [each.stands_for for each in added] == [(7, 1, ""), (7, 2, "")]


def existing(item: str, wanted: Any, by_sku: Any, by_barcode: Any) -> Existing | None:
    return found(item, wanted, by_sku, by_barcode, sku_mapping="item_and_variant")


def hit(variant: int, product: int, **fields: str) -> FoundVariant:
    values = {"sku": "", "barcode": ""} | fields
    return FoundVariant(
        f"gid://shopify/ProductVariant/{variant}",
        product_gid=f"gid://shopify/Product/{product}",
        product_title=f"P{product}",
        **values,
    )


BOTH = wanted_product(SHIRT, ShopRules(sku_mapping="item_and_variant")).variants


def test_b12_variants_that_are_all_on_one_product_are_that_product() -> None:
    there = existing("1000", BOTH, {"1000|001": [hit(1, 5)], "1000|002": [hit(2, 5)]}, {})

    assert there is not None
    assert (there.gid, there.how) == ("gid://shopify/Product/5", "item and variant")
    assert dict(there.variants) == {
        "gid://shopify/ProductVariant/1": (7, 1, ""),
        "gid://shopify/ProductVariant/2": (7, 2, ""),
    }


def test_b13_a_sku_on_two_variants_and_variants_on_two_products_are_conflicts() -> None:
    with pytest.raises(RecordError, match=r"1000\|001 is on 2 variants in Shopify \(P5, P6\)"):
        existing("1000", BOTH, {"1000|001": [hit(1, 5), hit(2, 6)]}, {})
    with pytest.raises(RecordError, match="in several products of Shopify: P5, P6"):
        existing("1000", BOTH, {"1000|001": [hit(1, 5)], "1000|002": [hit(2, 6)]}, {})


def test_one_sku_for_all_variants_of_an_item_says_not_which() -> None:
    alike = wanted_product(SHIRT, RULES).variants

    with pytest.raises(RecordError, match="stands for several variants"):
        existing("1000", alike, {"1000": [hit(1, 5)]}, {})


def test_a_bar_code_counts_where_no_sku_was_found() -> None:
    (only,) = wanted_product(ware(), RULES).variants

    there = existing("1000", [only], {}, {"7038010000003": [hit(1, 5)]})

    assert there is not None
    assert there.how == "bar code"
    assert existing("1000", [only], {}, {}) is None
