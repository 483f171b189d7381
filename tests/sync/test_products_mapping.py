"""Items → products: titles, bodies, SKUs, options, status. No database and no Shopify."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from connector.sync.mapping.bodies import body
from connector.sync.mapping.options import Unfit, layout, values_under
from connector.sync.mapping.products import (
    Status,
    handle,
    refuse_unsellable,
    status,
    title,
    wanted_product,
)
from connector.sync.mapping.safe_html import safe
from connector.sync.mapping.variants import barcode, weight
from connector.sync.mapping.wares import ShopRules, WareVariant
from tests.sync.wares import CLOTH, COLOUR, FIT, SIZE, is_, variant, ware

TWO = (variant("001"), variant("002"))


def skus(found: Any) -> list[object]:
    return [each.values["sku"] for each in found.variants]


def test_b15_item_number_and_variant_code_make_the_sku() -> None:
    rules = ShopRules(sku_mapping="item_and_variant")

    assert skus(wanted_product(ware(variants=TWO), rules)) == ["1000|001", "1000|002"]
    assert skus(wanted_product(ware(), rules)) == ["1000"]
    assert skus(
        wanted_product(
            ware(variants=TWO), ShopRules(sku_mapping="item_and_variant", sku_separator="/")
        )
    ) == ["1000/001", "1000/002"]


SKUS = {
    "": ([None], [None, None]),
    "item_no": (["1000"], ["1000", "1000"]),
    "variant_code": ([""], ["001", "002"]),
    "item_and_variant": (["1000"], ["1000|001", "1000|002"]),
    "vendor_item_no": (["V-1"], ["V-1", "V-2"]),
    "barcode": (["7038010000003"], ["", "7038010000010"]),
}
BODIES = {
    (False, False): None,
    (True, False): '<div class="productDescription">Warm.<br /></div><br>',
    (
        False,
        True,
    ): '<div class="productAttributes"><div class="productAttributesTitle">Item Attributes'
    "</div><table><tr><td>Colour</td><td>Red</td></tr></table></div>",
}
BODIES[True, True] = f"{BODIES[True, False]}{BODIES[False, True]}"


@pytest.mark.parametrize(
    ("mapping", "texts", "attributes"), list(product(SKUS, (False, True), (False, True)))
)
def test_b16_each_sku_mapping_with_each_part_of_the_body(
    mapping: str, texts: bool, attributes: bool
) -> None:
    rules = ShopRules(sku_mapping=mapping, extended_text=texts, attributes=attributes)
    own = WareVariant(
        "", None, barcodes={"": "7038010000003"}, vendor_item_no="V-1", traits=(is_(COLOUR, "Red"),)
    )
    plain = ware(extended_texts=("Warm.<br />",), itself=own)
    variants = (
        variant("001"),
        variant("002", vendor_item_no="V-2", barcodes={"": "7038010000010"}),
    )

    one = wanted_product(plain, rules)
    several = wanted_product(ware(itself=own, variants=variants), rules)

    assert (skus(one), skus(several)) == SKUS[mapping]
    assert one.values["description_html"] == BODIES[texts, attributes]


def test_b17_tariff_number_and_country_go_along_where_the_shop_wants_it() -> None:
    item = ware(hs_code="6104.43", country_of_origin="no")

    (on,) = wanted_product(item, ShopRules()).variants
    (off,) = wanted_product(item, ShopRules(hs_code_and_country=False)).variants

    assert (on.values["hs_code"], on.values["country_of_origin"]) == ("6104.43", "NO")
    assert (off.values["hs_code"], off.values["country_of_origin"]) == (None, None)


def test_b5_and_b6_what_is_not_to_be_sold_or_has_no_name_is_no_product() -> None:
    for fields, code in (
        ({"blocked": True}, "blocked"),
        ({"sales_blocked": True}, "sales_blocked"),
        ({"description": "  "}, "no_description"),
    ):
        with pytest.raises(Unfit) as refused:
            refuse_unsellable(ware(**fields))
        assert refused.value.code == code
    refuse_unsellable(ware())


def test_b8_400_variants_in_6_units_are_too_many() -> None:
    units = {f"U{n}": Decimal(n) for n in range(1, 7)}
    many = tuple(variant(str(n)) for n in range(1, 401))

    with pytest.raises(Unfit) as refused:
        layout(ware(variants=many, units=units), ShopRules(uom_as_variant=True))

    assert (refused.value.code, refused.value.values["count"]) == ("too_many", 2400)


@pytest.mark.parametrize(("number", "fits"), [(2047, True), (2048, True), (2049, False)])
def test_2048_variants_are_the_most(number: int, fits: bool) -> None:
    item = ware(variants=tuple(variant(str(n)) for n in range(number)))

    if fits:
        assert len(layout(item, ShopRules()).kinds) == number
    else:
        with pytest.raises(Unfit, match="too_many"):
            layout(item, ShopRules())


def test_b9_and_b10_blocked_variants_are_left_out_and_all_blocked_is_no_product() -> None:
    blocked = [variant("001"), variant("002", blocked=True), variant("003")]

    assert [kind.values for kind in layout(ware(variants=tuple(blocked)), ShopRules()).kinds] == [
        ("001",),
        ("003",),
    ]
    with pytest.raises(Unfit, match="all_blocked"):
        layout(ware(variants=(variant("001", blocked=True),)), ShopRules())


def test_c1_four_attributes_as_options_are_one_too_many() -> None:
    traits = tuple(is_(trait, "x") for trait in (COLOUR, SIZE, CLOTH, FIT))
    item = ware(itself=WareVariant("", traits=traits), variants=(variant("001", *traits),))

    with pytest.raises(Unfit) as refused:
        layout(item, ShopRules(option_attributes=(1, 2, 3, 4)))

    assert (refused.value.code, refused.value.values["count"]) == ("too_many_options", 4)


def test_c2_three_attributes_and_two_variants() -> None:
    red = variant("001", is_(COLOUR, "Red"), is_(SIZE, "M"), is_(CLOTH, "Wool"))
    blue = variant("002", is_(COLOUR, "Blue"), is_(SIZE, "M"), is_(CLOTH, "Wool"))
    item = ware(itself=WareVariant("", traits=red.traits), variants=(red, blue))

    found = wanted_product(item, ShopRules(option_attributes=(2, 1, 3)))

    assert found.options == ("Size", "Colour", "Cloth")  # as the shop orders them
    assert [each.options for each in found.variants] == [
        ("M", "Red", "Wool"),
        ("M", "Blue", "Wool"),
    ]


def test_c2_without_variants_the_items_own_values_are_the_options() -> None:
    item = ware(itself=WareVariant("", traits=(is_(COLOUR, "Red"),)))

    found = wanted_product(item, ShopRules(option_attributes=(1, 2)))

    assert (found.options, [each.options for each in found.variants]) == (("Colour",), [("Red",)])


def test_c4_a_variant_without_a_value_is_named_with_the_attribute() -> None:
    item = ware(
        itself=WareVariant("", traits=(is_(COLOUR, "Red"),)),
        variants=(
            variant("001", is_(COLOUR, "Red")),
            variant("002", is_(COLOUR, " "), blocked=True),
        ),
    )

    with pytest.raises(Unfit) as refused:
        layout(item, ShopRules(option_attributes=(1,)))

    assert refused.value.code == "no_value"
    assert refused.value.values == {"item": "1000", "variant": "002", "attribute": "Colour"}


def test_c3_two_variants_with_the_same_values_cannot_be_told_apart() -> None:
    item = ware(
        itself=WareVariant("", traits=(is_(COLOUR, "Red"),)),
        variants=(variant("001", is_(COLOUR, "Red")), variant("002", is_(COLOUR, "RED"))),
    )

    with pytest.raises(Unfit) as refused:
        layout(item, ShopRules(option_attributes=(1,)))

    assert (refused.value.code, refused.value.values["other"]) == ("same_values", "001")


def test_c5_units_as_variants_leave_attributes_as_options_out() -> None:
    units = {"PCS": Decimal(1), "BOX": Decimal(12)}
    item = ware(units=units, itself=WareVariant("", traits=(is_(COLOUR, "Red"),)), variants=TWO)
    rules = ShopRules(uom_as_variant=True, option_attributes=(1,), option_name_for_uom="Unit")

    found = wanted_product(item, rules)

    assert found.options == ("Variant", "Unit")
    assert [each.options for each in found.variants] == [
        ("001", "PCS"),
        ("001", "BOX"),
        ("002", "PCS"),
        ("002", "BOX"),
    ]
    assert [each.stands_for[2] for each in found.variants] == ["PCS", "BOX", "PCS", "BOX"]
    assert [each.values["weight"] for each in found.variants][:2] == [Decimal("0.25"), Decimal(3)]


def test_a_new_variant_takes_the_option_name_that_the_product_has() -> None:
    laid = layout(ware(variants=TWO), ShopRules())

    assert values_under(["Size"], laid.kinds[0], laid, default_only=False) == ("001",)
    with pytest.raises(Unfit, match="other_options"):
        values_under(["Size", "Colour"], laid.kinds[0], laid, default_only=False)
    with pytest.raises(Unfit, match="one_kind_only"):
        values_under(["Title"], laid.kinds[0], laid, default_only=True)


def test_a_new_variants_values_follow_the_products_options_whatever_their_order() -> None:
    units = {"PCS": Decimal(1), "BOX": Decimal(12)}
    laid = layout(ware(variants=TWO, units=units), ShopRules(uom_as_variant=True))

    assert values_under(
        ["Unit of Measure", "variant"], laid.kinds[1], laid, default_only=False
    ) == (
        "BOX",
        "001",
    )


def test_a_title_is_one_line_without_tabs_of_at_most_255_characters() -> None:
    assert title(ware(description="A\tshirt\nof wool ")) == "A shirt of wool"
    assert title(ware(title="Skjorte")) == "Skjorte"
    assert len(title(ware(description="x" * 300))) == 255


def test_a_handle_names_the_item_and_counts_the_attempts() -> None:
    assert handle(ware(description="Skjorte «blå»")) == "skjorte-bl-1000"
    assert handle(ware(), 3) == "shirt-1000-3"
    assert handle(ware(description="衬衫")) == "1000"


def test_d3_a_blocked_item_archives_or_drafts_its_product_once() -> None:
    item = ware(blocked=True)
    archive = ShopRules(blocked_action="ARCHIVED")

    assert status(item, archive, "ACTIVE", Status()) == Status("ARCHIVED", "ACTIVE", "ARCHIVED")
    assert status(item, ShopRules(blocked_action="DRAFT"), "UNLISTED", Status()) == Status(
        "DRAFT", "UNLISTED", "DRAFT"
    )
    for rules, current in (
        (ShopRules(), "ACTIVE"),
        (archive, "ARCHIVED"),
        (ShopRules(blocked_action="DRAFT"), "DRAFT"),
    ):
        with pytest.raises(Unfit, match="blocked"):
            status(item, rules, current, Status())


def test_d4_unblocked_it_gets_its_former_status_back_where_the_shop_wants_it() -> None:
    before = Status(None, "UNLISTED", "ARCHIVED")

    assert status(ware(), ShopRules(restore=True), "ARCHIVED", before).wanted == "UNLISTED"
    assert status(ware(), ShopRules(restore=False), "ARCHIVED", before).wanted is None
    # A person has made it a draft meanwhile: that is their word.
    assert status(ware(), ShopRules(restore=True), "DRAFT", before).wanted is None
    # Only what was blocked altogether counts.
    assert status(ware(sales_blocked=True), ShopRules(restore=True), "ACTIVE", Status()) == Status()


def test_the_bar_code_is_that_of_the_unit() -> None:
    item = ware(sales_uom="BOX", units={"PCS": Decimal(1), "BOX": Decimal(12)})
    both = WareVariant("", barcodes={"": "any", "PCS": "piece", "BOX": "box"})

    assert [barcode(item, both, uom) for uom in ("", "PCS", "BOX")] == ["box", "piece", "box"]
    any_unit = WareVariant("", barcodes={"": "any"})
    assert [barcode(item, any_unit, uom) for uom in ("", "PCS", "BOX")] == ["any", "any", ""]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("KILOGRAMS", "0.25"), ("GRAMS", "250"), ("OUNCES", "8.8185"), ("POUNDS", "0.5512")],
)
def test_weight_is_gross_in_the_shops_unit(unit: str, expected: str) -> None:
    assert weight(ware(), "", unit) == Decimal(expected)


def test_d11_without_any_switch_there_is_nothing_to_say_of_the_body() -> None:
    assert body(ware(extended_texts=("text",), marketing_texts=("text",)), ShopRules()) is None
    assert body(ware(), ShopRules(extended_text=True, attributes=True)) == ""


def test_the_body_has_its_parts_in_order_and_attributes_are_text() -> None:
    item = ware(
        extended_texts=("One.<br />", "Two. "),
        marketing_texts=("<b>Buy",),
        itself=WareVariant("", traits=(is_(COLOUR, "<i>red</i> & blue"),)),
    )
    rules = ShopRules(
        extended_text=True, marketing_text=True, attributes=True, attributes_heading="Egenskaper"
    )

    assert body(item, rules) == (
        '<div class="productDescription">One.<br />Two.</div><br>'
        '<div class="productDescription"><b>Buy</b></div><br>'
        '<div class="productAttributes"><div class="productAttributesTitle">Egenskaper</div>'
        "<table><tr><td>Colour</td><td>&lt;i&gt;red&lt;/i&gt; &amp; blue</td></tr></table></div>"
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>One<br />two &amp; three</p>", "<p>One<br />two &amp; three</p>"),
        ("<script>alert(1)</script>after", "after"),
        ("<SCRIPT src=x>alert(1)</SCRIPT >after", "after"),
        ('<b onclick="x()">bold</b>', "<b>bold</b>"),
        ('<img src="x" onerror=alert(1)>', '<img src="x">'),
        ('<a href="javascript:x()">go</a>', "<a>go</a>"),
        ('<a href=" java&#9;script:x()">go</a>', "<a>go</a>"),
        ('<a href="java\nscript:x()">go</a>', "<a>go</a>"),
        ('<a href="data:text/html,x">go</a>', "<a>go</a>"),
        (
            '<a href="https://x.example/?a=1&amp;b=2">go</a>',
            '<a href="https://x.example/?a=1&amp;b=2">go</a>',
        ),
        ('<a href="/products/lamp">go</a>', '<a href="/products/lamp">go</a>'),
        ('<p style="color: red; width: 50%">x</p>', '<p style="color: red; width: 50%">x</p>'),
        ('<p style="background: url(javascript:x)">x</p>', "<p>x</p>"),
        ("<iframe src='https://x'>in</iframe>out", "out"),
        ("<svg><script>x</script></svg>out", "out"),
        ("<form><input value=x>name</form>", "name"),
        ("<!-- c --><p>x</p>", "<p>x</p>"),
        ("<div><b>left open", "<div><b>left open</b></div>"),
        ("</div>too many", "too many"),
        ("1 < 2 and 3 > 2", "1 &lt; 2 and 3 &gt; 2"),
        ('<p title="&quot;>&lt;script>">x</p>', '<p title="&quot;&gt;&lt;script&gt;">x</p>'),
        ("<style>p{}</style>x", "x"),
    ],
)
def test_what_people_wrote_is_cut_down_to_what_is_safe(written: str, kept: str) -> None:
    assert safe(written) == kept
    assert safe(kept) == kept  # a second time changes nothing
