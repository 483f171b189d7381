"""Changing and deleting cards, and what belongs to items."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from erp.attributes import delete_attribute, put_attribute, set_value, shown, values_of
from erp.cards import (
    change_item,
    change_party,
    delete_item,
    delete_party,
    delete_variant,
    put_variant,
)
from erp.errors import CardError
from erp.lookups import put_lookup
from erp.models import (
    Company,
    Item,
    ItemAttribute,
    ItemPicture,
    ItemText,
    ItemVariant,
    Lookup,
    Party,
    Price,
)
from erp.pictures import (
    add_picture,
    arrange_pictures,
    content_of,
    delete_picture,
    describe_picture,
)
from erp.price_lines import PriceDraft, put_price
from erp.texts import as_html, put_text, texts_of
from tests.erp.makers import D, item_line, make_customer, make_item, make_order, make_stock

PNG = b"\x89PNG\r\n\x1a\n" + b"red"


def test_an_item_is_changed_all_or_not(given_a_company: Company) -> None:
    item = change_item(
        Item.objects.get(),
        description="Lamp",
        units={"box": 12},
        sales_uom="BOX",
        unit_price=D("9.99"),
    )
    assert (item.description, item.units, item.unit_price) == ("Lamp", {"BOX": "12"}, D("9.99"))

    for changes, sentence in (
        ({"description": "L", "category": "NONE"}, "NONE does not exist"),
        ({"description": "L", "units": {"BOX": 0}}, "above zero"),
        ({"description": "L", "sales_uom": "BAG"}, "no unit BAG"),
        ({"description": "L", "type": "odd"}, "type: "),
        ({"description": "L" * 101}, "description: "),
        ({"description": "L", "unit_cost": 1}, "no field unit_cost"),
    ):
        with pytest.raises(CardError, match=sentence):
            change_item(item, **changes)
        assert Item.objects.get().description == "Lamp"


def test_an_item_with_entries_keeps_its_type_and_unit(given_a_company: Company) -> None:
    """I19."""
    make_stock(given_a_company, ("A", 5, 1))
    item = Item.objects.get()

    for change in ({"type": "service"}, {"base_uom": "BOX"}):
        with pytest.raises(CardError, match="stands on AD\\+000001: its type and base unit"):
            change_item(item, **change)
    with pytest.raises(CardError, match=r"cannot be deleted\. Block it instead"):
        delete_item(item)
    assert change_item(item, type="inventory", blocked=True).blocked
    assert Item.objects.get().base_uom == "PCS"


def test_an_item_on_an_order_cannot_be_deleted_either(given_a_company: Company) -> None:
    make_order(given_a_company, item_line(1, 1))

    with pytest.raises(CardError, match="stands on SO000001"):
        delete_item(Item.objects.get())


def test_an_unused_item_goes_with_all_that_is_its_own(given_a_company: Company) -> None:
    item = make_item(given_a_company, "B", variants=(("RED", "Red"),))
    put_price(given_a_company, PriceDraft("B", D(1), variant_code="RED"))
    put_text(item, ItemText.Kind.EXTENDED, "Good")
    set_value(item, put_attribute(given_a_company, "Size"), "L")

    delete_item(item)

    left = [model.objects.count() for model in (ItemVariant, Price, ItemText)]
    assert (left, Item.objects.get().no) == ([0, 0, 0], "A")


def test_variants_come_and_go(given_a_company: Company) -> None:
    make_item(given_a_company, "B", variants=(("RED", "Red"),))
    item = Item.objects.get(no="B")
    put_variant(item, "red", description="Bright red", gtin="1234")
    blue = put_variant(item, "BLUE")
    assert [v.description for v in item.variants.order_by("code")] == ["", "Bright red"]
    delete_variant(blue)
    make_order(given_a_company, item_line(1, 1, "B", variant_code="RED"))
    with pytest.raises(CardError, match="RED is used by"):
        delete_variant(item.variants.get())
    with pytest.raises(CardError, match="code: "):
        put_variant(item, "ELEVEN-SIGNS")


def test_a_customer_is_changed_and_deleted_unless_it_is_used(given_a_company: Company) -> None:
    put_lookup(given_a_company, Lookup.Kind.SALESPERSON, "ANN", "Ann")
    party = change_party(Party.objects.get(), name="Grace", salesperson="ANN", blocked="ship")
    assert (party.name, party.salesperson, party.blocked) == ("Grace", "ANN", "ship")
    with pytest.raises(CardError, match="BOB does not exist"):
        change_party(party, salesperson="BOB")
    delete_party(make_customer(given_a_company, "C2"))
    change_party(party, blocked="none")
    make_order(given_a_company, item_line(1, 1))
    with pytest.raises(CardError, match="cannot be deleted"):
        delete_party(party)
    assert Party.objects.get() == party


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"item_no": "X"}, "X does not exist"),
        ({"variant_code": "RED"}, "no variant RED"),
        ({"uom": "BOX"}, "no unit BOX"),
        ({"unit_price": D(-1)}, "below zero"),
        ({"line_discount_pct": D(101)}, "no percentage"),
        ({"starts": date(2026, 2, 1), "ends": date(2026, 1, 1)}, "before the first"),
        ({"source_type": Price.Source.GROUP, "source_no": "VIP"}, "VIP does not exist"),
        ({"source_type": Price.Source.CUSTOMER, "source_no": ""}, "– does not exist"),
        ({"currency": "XAF"}, "Currency XAF is not set up"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused(
    given_a_company: Company, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(CardError, match=sentence):
        put_price(given_a_company, replace(PriceDraft("A", D(1)), **change))
    assert not Price.objects.exists()


def test_a_price_for_the_same_buyer_and_days_is_changed(given_a_company: Company) -> None:
    put_price(given_a_company, PriceDraft("A", D(9), currency="EUR"))
    line = put_price(given_a_company, PriceDraft("a", D(8), line_discount_pct=D(5)))

    assert (Price.objects.get(), line.unit_price, line.currency) == (line, D(8), "")


def test_attributes_are_typed_translated_and_read_in_bulk(
    given_a_company: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    item = make_item(given_a_company, "B", variants=(("RED", "Red"),))
    red = item.variants.get()
    colour = put_attribute(
        given_a_company,
        "Colour",
        kind=ItemAttribute.Type.OPTION,
        options=["Red", "Blue"],
        names={"nb": "Farge"},
    )
    weight = put_attribute(given_a_company, "Weight", kind=ItemAttribute.Type.DECIMAL, unit="kg")
    set_value(item, weight, "1.5")
    set_value(item, colour, "Red", variant=red, texts={"nb": "Rød"})

    for attribute, value, sentence in (
        (colour, "Green", "Colour is one of: Red, Blue"),
        (weight, "heavy", "heavy is no number for Weight"),
    ):
        with pytest.raises(CardError, match=sentence):
            set_value(item, attribute, value)
    with pytest.raises(CardError, match="option Red is in use"):
        put_attribute(given_a_company, "Colour", kind=ItemAttribute.Type.OPTION, options=["Blue"])
    with pytest.raises(CardError, match="type cannot change"):
        put_attribute(given_a_company, "Weight")
    with pytest.raises(CardError, match="Colour is used by B"):
        delete_attribute(colour)

    with django_assert_num_queries(1):
        found = values_of([item.pk])
    assert shown(found[item.pk, None][0], "nb") == ("Weight", "1.5 kg")
    assert shown(found[item.pk, red.pk][0], "nb") == ("Farge", "Rød")
    assert shown(found[item.pk, red.pk][0], "fi") == ("Colour", "Red")
    set_value(item, colour, "", variant=red)
    delete_attribute(colour)


def test_equal_pictures_share_a_file_and_the_last_takes_it_along(
    given_a_company: Company,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    item, other = Item.objects.get(), make_item(given_a_company, "B", variants=(("RED", "Red"),))
    first = add_picture(item, PNG, description="A lamp")
    again = add_picture(item, PNG)
    second = add_picture(item, PNG + b"2")
    shared = add_picture(other, PNG, variant=other.variants.get())

    assert (again, first.position, second.position, shared.position) == (first, 1, 2, 1)
    assert (first.path, content_of(shared)) == (shared.path, PNG)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2
    with django_capture_on_commit_callbacks(execute=True):
        delete_picture(first)
    assert content_of(shared) == PNG
    with django_capture_on_commit_callbacks(execute=True):
        delete_picture(shared)
    with pytest.raises(FileNotFoundError):
        content_of(shared)
    for content, sentence in ((b"<svg>", "is no picture"), (b"\0" * (20 * 2**20 + 1), "20 MB")):
        with pytest.raises(CardError, match=sentence):
            add_picture(item, content)
    assert ItemPicture.objects.get() == second


def test_pictures_are_arranged_and_described_and_only_changes_are_written(
    given_a_company: Company,
    settings: Settings,
    tmp_path: Path,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    item = Item.objects.get()
    one, two, three = (add_picture(item, PNG + name) for name in (b"1", b"2", b"3"))

    assert arrange_pictures([three, one, two])
    assert list(ItemPicture.objects.order_by("position")) == [three, one, two]
    assert describe_picture(one, "x" * 600)
    one.refresh_from_db()
    assert (one.description, one.position) == ("x" * 512, 2)
    assert not arrange_pictures([three, one, two])
    with django_assert_num_queries(0):
        assert not describe_picture(one, "x" * 600)


def test_texts_have_a_language_and_a_season(
    given_a_company: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    item = Item.objects.get()
    put_text(item, ItemText.Kind.EXTENDED, "For all")
    put_text(item, ItemText.Kind.EXTENDED, "Kesä", language="fi", starts=date(2026, 6, 1))
    put_text(item, ItemText.Kind.EXTENDED, "Sommer", language="nb", ends=date(2026, 6, 1))
    put_text(item, ItemText.Kind.MARKETING, "<b>Buy</b>", language="fi")
    put_text(item, ItemText.Kind.EXTENDED, "For everybody")

    with django_assert_num_queries(1):
        summer = texts_of([item.pk], ItemText.Kind.EXTENDED, "fi", date(2026, 7, 1))
    assert summer == {item.pk: ["For everybody", "Kesä"]}
    spring = texts_of([item.pk], ItemText.Kind.EXTENDED, "fi", date(2026, 5, 1))
    assert spring == {item.pk: ["For everybody"]}
    with pytest.raises(CardError, match="Write a text"):
        put_text(item, ItemText.Kind.EXTENDED, " ")


def test_lines_are_joined_as_they_end() -> None:
    text = "It glows.\nSee https://example.org/\nlamps\n\nNice"
    assert as_html(text) == "It glows.<br />See https://example.org/lamps <br />Nice"
