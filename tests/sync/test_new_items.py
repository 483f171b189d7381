"""What is made of a product that the books do not have: items, variants, numbers, codes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.sync.mapping.item_changes import Said, differing
from connector.sync.matching.new_items import Making, NewItem, Wanted, plan
from connector.sync.matching.rules import Rules

KINDS = (("Red", "S"), ("Red", "M"), ("Blue", "S"), ("Blue", "M"))
SKUS = ("1000|RS", "1000|RM", "1000|BS", "1000|BM")


def wanted(key: int, sku: str = "", kind: tuple[str, ...] = (), **more: Any) -> Wanted:
    values: dict[str, Any] = {
        "barcode": "",
        "name": " / ".join(kind),
        "unit": "",
        "price": Decimal(20),
        "cost": None,
        "hs_code": "",
        "country": "",
    }
    return Wanted(key=key, sku=sku, kind=kind, **(values | more))


def making(*variants: Wanted, **more: Any) -> Making:
    values: dict[str, Any] = {
        "title": "Shirt",
        "vendor": "",
        "product_type": "",
        "html": "",
        "alone": False,
        "units": False,
        "item_id": None,
    }
    return Making(variants=variants, **(values | more))


def planned(what: Making, rule: str, **more: Any) -> list[NewItem]:
    return plan(what, Rules(rule), prefix="V_", **({"items": {}, "taken": {}} | more))


SHIRT = making(*(wanted(key, SKUS[key], KINDS[key]) for key in range(4)))


@pytest.mark.parametrize(
    ("rule", "items", "codes"),
    [
        ("item_no", 4, 0),
        ("vendor_item_no", 4, 0),
        ("barcode", 4, 0),
        ("item_and_variant", 1, 4),
        ("variant_code", 1, 4),
        ("", 1, 0),
    ],
)
def test_f5_the_rule_decides_between_items_and_variants(rule: str, items: int, codes: int) -> None:
    made = planned(SHIRT, rule)

    assert (len(made), sum(len(one.codes) for one in made)) == (items, codes)
    assert sorted(member.key for one in made for member in one.members) == [0, 1, 2, 3]


def test_numbers_come_from_the_sku_by_rule() -> None:
    assert [one.no for one in planned(SHIRT, "item_no")] == list(SKUS)
    assert [one.no for one in planned(SHIRT, "item_and_variant")] == ["1000"]
    assert [one.no for one in planned(SHIRT, "variant_code")] == [""]


def test_codes_come_from_the_sku() -> None:
    [one] = planned(SHIRT, "item_and_variant")

    assert dict(one.names) == {
        "RS": "Red / S",
        "RM": "Red / M",
        "BS": "Blue / S",
        "BM": "Blue / M",
    }


def test_f6_without_a_sku_codes_are_numbered() -> None:
    [one] = planned(making(wanted(1, kind=("S",)), wanted(2, kind=("M",))), "variant_code")

    assert one.codes == {1: "V_001", 2: "V_002"}


def test_numbers_of_codes_go_on_after_the_last() -> None:
    what = making(wanted(1, kind=("L",)), wanted(2, "A-CODE-THAT-IS-TOO-LONG", ("XL",)), item_id=7)

    [one] = planned(what, "variant_code", taken={7: {"V_001", "V_009", "RED"}})

    assert (one.item_id, one.codes) == (7, {1: "V_010", 2: "V_011"})


def test_an_item_that_is_there_gets_the_new_variant() -> None:
    [one] = planned(
        making(wanted(1, "1000|NEW", ("New",))),
        "item_and_variant",
        items={"1000": 7},
        taken={7: {"OLD"}},
    )

    assert (one.item_id, dict(one.names)) == (7, {"NEW": "New"})


def test_units_are_no_variants() -> None:
    box = making(
        wanted(1, "W", (), unit="Piece"), wanted(2, "W", (), unit="BOX"), alone=True, units=True
    )

    [own] = planned(box, "item_no")
    [group] = planned(box, "variant_code")

    assert [member.unit for member in own.members] == ["Piece", "BOX"]
    assert (own.no, own.codes, group.codes) == ("W", {}, {})


def test_an_item_of_its_own_is_named_by_its_kind() -> None:
    assert planned(SHIRT, "item_no")[0].description == "Shirt · Red / S"
    assert [one.description for one in planned(SHIRT, "item_and_variant")] == ["Shirt"]


KEPT = {"description": "Old", "category": "LAMPS", "vendor": 5, "tariff_no": "6104.43"}


def test_only_what_differs_changes() -> None:
    said = {
        "description": Said("New", "New"),
        "category": Said("Lamps", "LAMPS"),
        "vendor": Said("A", 5),
    }

    assert differing(KEPT, said, {}) == {"description": "New"}


def test_d5_a_tariff_number_is_its_digits() -> None:
    assert differing(KEPT, {"tariff_no": Said("610443", "610443")}, {}) == {}


@pytest.mark.parametrize(("text", "value"), [("999999", None), ("", None)])
def test_d6_what_the_books_do_not_know_clears_nothing(text: str, value: None) -> None:
    assert differing(KEPT, {"tariff_no": Said(text, value), "vendor": Said(text, value)}, {}) == {}


def test_a_field_may_be_the_books_own() -> None:
    rules = {"description": {"owner": "books"}}

    assert differing(KEPT, {"description": Said("New", "New")}, rules) == {}


def test_clearing_is_a_choice_by_field() -> None:
    rules = {
        "vendor": {"empty": "clear"},
        "category": {"empty": "clear"},
        "description": {"empty": "clear"},
    }
    said = {name: Said("", None) for name in ("vendor", "category", "description", "tariff_no")}

    assert differing(KEPT, said, rules) == {"vendor": None, "category": ""}
    unknown = {"vendor": Said("Nobody", None)}
    assert differing(KEPT, unknown, rules) == {}
