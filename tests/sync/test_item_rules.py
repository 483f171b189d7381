"""Which item a variant stands for: pure rules, each hit with how, each miss with why."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync.matching import hows
from connector.sync.matching.rules import Index, Match, Miss, Numbered, Rules, Sold, Target, find

ITEM, OTHER, RED, BLUE = 1, 2, 11, 12
ACME, OTHER_VENDOR = 21, 22
BOOKS = Index(
    items={"1000": ITEM, "2000": OTHER},
    variants={(ITEM, "001"): RED, (OTHER, "001"): BLUE},
    vendors={"ACME": frozenset({ACME}), "V100": frozenset({ACME})},
    vendor_numbers={
        "A-7": [Numbered(Target(ITEM), ACME), Numbered(Target(OTHER), OTHER_VENDOR)],
        "A-8": [Numbered(Target(OTHER, BLUE), None)],
    },
    barcodes={
        "700": [Target(ITEM, RED, "BOX")],
        "701": [Target(ITEM), Target(OTHER)],
        "702": [Target(ITEM), Target(ITEM)],
    },
)


def answer(
    sku: str, rule: str, separator: str = "|", barcode: str = "", **more: Any
) -> Match | Miss:
    sold = Sold(sku, barcode, **more)
    return find(sold, Rules(rule, separator), BOOKS)


@pytest.mark.parametrize(
    ("rule", "sku", "target", "how"),
    [
        ("item_no", " 1000 ", Target(ITEM), hows.ITEM_NO),
        ("item_and_variant", "1000", Target(ITEM), hows.ITEM_NO),
        ("item_and_variant", "1000|001", Target(ITEM, RED), hows.ITEM_AND_VARIANT),
        ("item_and_variant", "1000|001|111", Target(ITEM, RED), hows.ITEM_AND_VARIANT_REST),
        ("item_and_variant", "1000|NEW", Target(ITEM), hows.ITEM_WITHOUT_VARIANT),
        ("vendor_item_no", "a-8", Target(OTHER, BLUE), hows.VENDOR_ITEM_NO),
        ("barcode", "700", Target(ITEM, RED, "BOX"), "SKU bar code @ BOX"),
        ("barcode", "702", Target(ITEM), hows.SKU_IS_BARCODE),
    ],
)
def test_f2_each_rule_finds_its_item_and_says_how(
    rule: str, sku: str, target: Target, how: str
) -> None:
    assert answer(sku, rule) == Match(target, how)


def test_f4_of_three_parts_the_third_is_left_aside_with_a_warning() -> None:
    """F4 (≠)."""
    assert answer("1000/001/111", "item_and_variant", "/") == Match(
        Target(ITEM, RED), hows.ITEM_AND_VARIANT_REST
    )
    assert hows.ITEM_AND_VARIANT_REST in hows.WARNINGS


def test_f1_a_blank_rule_maps_nothing_by_sku() -> None:
    assert answer("1000", "item_no") == Match(Target(ITEM), hows.ITEM_NO)
    assert isinstance(answer("1000", ""), Miss)


def test_l27_a_variant_code_counts_within_the_products_own_item_alone() -> None:
    without = answer("001", "variant_code", alone=False)
    within = answer("001", "variant_code", item_id=OTHER, alone=False)

    assert isinstance(without, Miss)
    assert "map it to an item first" in without.reason
    assert within == Match(Target(OTHER, BLUE), hows.VARIANT_CODE)


@pytest.mark.parametrize("vendor", ["Acme", "v100"])
def test_a_vendors_number_is_narrowed_by_the_products_vendor_by_number_or_name(vendor: str) -> None:
    assert answer("A-7", "vendor_item_no", vendor=vendor) == Match(
        Target(ITEM), hows.VENDOR_ITEM_NO
    )


def test_a_number_of_two_vendors_is_a_conflict_where_the_vendor_is_not_known() -> None:
    found = answer("A-7", "vendor_item_no", vendor="Nobody")

    assert isinstance(found, Miss)
    assert found.conflict
    assert [target for target, _how in found.candidates] == [Target(ITEM), Target(OTHER)]


def test_the_bar_code_is_looked_at_where_the_sku_finds_nothing() -> None:
    assert answer("?", "item_no", barcode="700") == Match(
        Target(ITEM, RED, "BOX"), "bar code @ BOX"
    )
    assert answer("2000", "item_no", barcode="700") == Match(Target(OTHER), hows.ITEM_NO)


def test_without_the_switch_it_is_not() -> None:
    found = find(Sold("?", "700"), Rules("item_no", barcode=False), BOOKS)

    assert found == Miss("No item has the number ?.")


def test_a_bar_code_on_two_items_is_a_conflict_that_lists_both() -> None:
    found = answer("", "item_no", barcode="701")

    assert isinstance(found, Miss)
    assert found.conflict
    assert found.candidates == ((Target(ITEM), hows.BARCODE), (Target(OTHER), hows.BARCODE))


def test_a_sku_that_two_variants_share_is_never_guessed() -> None:
    found = answer("1000", "item_no", rivals=("Lamp · Red",))

    assert isinstance(found, Miss)
    assert found.conflict
    assert found.reason == "The SKU 1000 is also that of Lamp · Red."
    assert found.candidates == ((Target(ITEM), hows.ITEM_NO),)


def test_the_only_variant_of_a_linked_product_follows_its_item() -> None:
    assert answer("", "item_no", item_id=OTHER) == Match(Target(OTHER), hows.PRODUCT)
    assert isinstance(answer("", "item_no", item_id=OTHER, alone=False), Miss)


def test_an_unknown_variant_of_a_product_with_variants_says_so() -> None:
    assert answer("1000|NEW", "item_and_variant", alone=False) == Miss(
        "Item 1000 has no variant NEW. The variant has no bar code."
    )


def test_how_a_unit_was_found_is_told_in_words() -> None:
    assert hows.words("bar code @ BOX") == "Bar code, of unit BOX"
    assert hows.words("SKU") == "SKU is the item number"
    assert hows.words("e-mail") == "e-mail"
