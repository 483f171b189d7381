"""What a variant costs in a shop and what Shopify has to be told: pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from connector.shopify.bulk import Line
from connector.shopify.prices import told
from connector.sync.mapping.prices import (
    Known,
    VariantPrice,
    Verdict,
    changes,
    variant_input,
    variant_price,
    verdict,
)
from connector.sync.mapping.units import unit_of

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer of the price engine."""

    unit_price: Decimal
    net_price: Decimal
    line: object | None = None


def found(price: str, discount: str = "0") -> Asked:
    whole = Decimal(price)
    return Asked(whole, whole * (100 - Decimal(discount)) / 100)


def at(price: str, compare_at: str | None = None, cost: str | None = None) -> VariantPrice:
    return VariantPrice(Decimal(price), compare_at and Decimal(compare_at), cost and Decimal(cost))  # type: ignore[arg-type]


def test_e1_without_a_discount_there_is_no_compare_at_price() -> None:
    assert variant_price(found("100"), Decimal("41.256"), CENT) == at("100", cost="41.26")


def test_e4_a_discount_makes_the_price_before_it_the_compare_at_price() -> None:
    assert variant_price(found("700", "10"), None, CENT) == at("630", "700")
    assert variant_price(found("1000", "25"), None, CENT) == at("750", "1000")


def test_a_discount_below_a_coin_is_none() -> None:
    assert variant_price(found("0.10", "2"), None, CENT) == at("0.10")


def test_an_item_without_a_price_is_not_sold_for_nothing() -> None:
    assert variant_price(found("0"), Decimal(5), CENT) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (at("10"), at("10.00"), {}),
        (at("10", "12"), at("10", "12.0"), {}),
        (at("11"), at("10"), {"price": Decimal(11)}),
        (at("10"), at("10", "12"), {"compare_at": None}),
        (at("10", "13"), at("10", "12"), {"compare_at": Decimal(13)}),
        (at("10", cost="4"), at("10"), {"unit_cost": Decimal(4)}),
        (at("10"), at("10", cost="4"), {}),  # nobody knows it: Shopify's stands
    ],
)
def test_only_what_differs_is_told(
    ours: VariantPrice, theirs: VariantPrice, expected: dict[str, Decimal | None]
) -> None:
    assert changes(ours, theirs) == expected


@pytest.mark.parametrize(
    ("theirs", "known", "leave_edited", "expected"),
    [
        (at("10"), None, True, Verdict.SAME),
        (at("9"), None, True, Verdict.SEND),  # never told: there is nothing it could differ from
        (at("9"), Known(Decimal(9), None), True, Verdict.SEND),  # ours changed since
        (at("8"), Known(Decimal(9), None), True, Verdict.DRIFT),
        (at("8"), Known(Decimal(9), None), False, Verdict.SEND),
        (at("8"), Known(Decimal(8), None, accepted=True), True, Verdict.KEPT),
        (at("7"), Known(Decimal(8), None, accepted=True), True, Verdict.DRIFT),
        (at("10", cost="3"), Known(Decimal(9), None), True, Verdict.SEND),  # the cost alone
    ],
)
def test_what_was_edited_in_shopify_is_overwritten_or_left_as_the_shop_says(
    theirs: VariantPrice, known: Known | None, leave_edited: bool, expected: Verdict
) -> None:
    assert (
        verdict(
            at("10", cost="4") if theirs.unit_cost else at("10"),
            theirs,
            known,
            leave_edited=leave_edited,
        )
        is expected
    )


def test_e17_a_cleared_compare_at_price_is_null_and_an_unchanged_one_is_left_out() -> None:
    gid = "gid://shopify/ProductVariant/1"
    assert variant_input(gid, {"compare_at": None}) == {"id": gid, "compareAtPrice": None}
    assert variant_input(gid, {"price": Decimal("9.50")}) == {"id": gid, "price": "9.50"}
    assert variant_input(gid, {"compare_at": Decimal(200), "unit_cost": Decimal(4)}) == {
        "id": gid,
        "compareAtPrice": "200",
        "inventoryItem": {"cost": "4"},
    }


NODE = {
    "id": "gid://shopify/ProductVariant/1",
    "price": "9.00",
    "compareAtPrice": None,
    "updatedAt": "2026-03-02T12:00:00Z",
    "inventoryItem": {"unitCost": None},
}


def test_a_line_counts_as_done_only_with_the_variant_and_its_time_and_no_error() -> None:
    done = told(Line({"productVariants": [NODE]}, ()))
    assert done.node is not None
    assert done.node.price == Decimal(9)
    assert told(Line({"productVariants": [NODE]}, ("Price is too high",))).node is None
    assert told(Line({"productVariants": None}, ("Not found", "Gone"))).problem == "Not found Gone"
    assert told(Line({"productVariants": []}, ())).node is None
    assert told(None).node is None


@pytest.mark.parametrize(
    ("values", "option", "expected"),
    [
        (["RED", "box"], 2, "BOX"),
        (["RED"], 2, "PACK"),  # the option is not there: the sales unit
        (["RED"], 0, "PACK"),
        (["Crate"], 1, "Crate"),  # no unit of the item: said by whoever asks for it
    ],
)
def test_the_unit_is_the_one_that_the_option_names(
    values: list[str], option: int, expected: str
) -> None:
    assert unit_of(values, option, ["PCS", "BOX", "PACK"], "PACK") == expected
