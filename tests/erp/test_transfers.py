"""Goods that go from one location to another."""

from __future__ import annotations

import uuid

import pytest

from erp.adjustments import AdjustmentLine, create_adjustment
from erp.audit import broken_invariants
from erp.errors import DocumentError, PostingError
from erp.models import Company, Document, GLEntry, Item, Location, Lookup, Stock
from erp.posting import post_document, post_transfer
from erp.transfers import TransferLine, create_transfer
from tests.erp.makers import TODAY, D, books, make_item, make_stock, on_hand


@pytest.fixture
def given_two_places(given_a_company: Company) -> Company:
    Location.objects.create(company=given_a_company, code="B", name="Second")
    make_stock(given_a_company, ("A", 8, 5))
    return given_a_company


def transfer(company: Company, quantity: int, no: str = "A") -> Document:
    lines = [TransferLine(no, D(quantity))]
    return create_transfer(company, lines, from_code="main", to_code="B", posting_date=TODAY)


def at(code: str) -> tuple[object, object]:
    return Stock.objects.values_list("qty", "value").get(location__code=code)


def test_goods_change_their_place_and_nothing_else(given_two_places: Company) -> None:
    """Case 33."""
    before = GLEntry.objects.count()

    post_transfer(transfer(given_two_places, 5).pk)

    assert (at("MAIN"), at("B")) == ((D(3), D(15)), (D(5), D(25)))
    assert on_hand() == D(8)
    assert GLEntry.objects.count() == before
    assert Item.objects.get().unit_cost == D(5)
    assert broken_invariants() == []


def test_all_of_an_odd_value_goes_along_and_comes_back(given_two_places: Company) -> None:
    make_item(given_two_places, "ODD")
    make_stock(given_two_places, ("ODD", 2, 3), ("ODD", 1, 4))  # 3.33333 each
    post_transfer(transfer(given_two_places, 3, "ODD").pk)

    values = Stock.objects.filter(item__no="ODD").values_list("value", flat=True)
    assert sum(values) == D(10)
    assert broken_invariants() == []


def test_what_is_not_there_cannot_go(given_two_places: Company) -> None:
    document = transfer(given_two_places, 9)
    before = books(given_two_places)

    with pytest.raises(PostingError, match="insufficient quantity of item A"):
        post_transfer(document.pk)

    assert books(given_two_places) == before
    assert at("MAIN") == (D(8), D(40))


def test_a_repeated_request_moves_once(given_two_places: Company) -> None:
    document, request = transfer(given_two_places, 5), uuid.uuid4()

    first = post_transfer(document.pk, request_id=request, expected_version=1)

    assert post_transfer(document.pk, request_id=request, expected_version=1) == first
    with pytest.raises(PostingError, match="cannot be posted"):
        post_transfer(document.pk, request_id=uuid.uuid4())
    assert at("B") == (D(5), D(25))


def test_a_transfer_that_makes_no_sense_is_not_written(given_two_places: Company) -> None:
    before = books(given_two_places)
    with pytest.raises(DocumentError, match="above zero"):
        transfer(given_two_places, 0)
    with pytest.raises(DocumentError, match="X does not exist"):
        transfer(given_two_places, 1, "X")
    with pytest.raises(DocumentError, match="two different locations"):
        create_transfer(
            given_two_places,
            [TransferLine("A", D(1))],
            from_code="B",
            to_code="b",
            posting_date=TODAY,
        )
    assert books(given_two_places) == before


def test_services_are_not_transferred(given_two_places: Company) -> None:
    make_item(given_two_places, "S", type="service")
    with pytest.raises(PostingError, match="Item S is not kept in stock"):
        post_transfer(transfer(given_two_places, 1, "S").pk)


def test_an_adjustment_says_why(given_two_places: Company) -> None:
    lines = [AdjustmentLine("A", D(-1))]
    with pytest.raises(DocumentError, match="Reason code BROKEN does not exist"):
        create_adjustment(given_two_places, lines, posting_date=TODAY, reason="broken")
    Lookup.objects.create(company=given_two_places, kind="reason", code="BROKEN")

    made = create_adjustment(given_two_places, lines, posting_date=TODAY, reason="broken")

    assert post_document(made.pk, today=TODAY).reason == "BROKEN"
    assert on_hand() == D(7)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (AdjustmentLine("WORK", D(5), D(3)), "type"),
        (AdjustmentLine("A", D(5), D(-3)), "unit_cost"),
        (AdjustmentLine("A", D("NaN")), "number"),
        (AdjustmentLine("A", D("1e13")), "number"),
    ],
)
def test_an_adjustment_that_makes_no_sense_is_not_written(
    given_two_places: Company, line: AdjustmentLine, code: str
) -> None:
    """A service has no stock, a cost below zero would take value out of goods that come in."""
    make_item(given_two_places, "WORK", type="service")
    before = books(given_two_places)

    with pytest.raises(DocumentError) as refusal:
        create_adjustment(given_two_places, [line], posting_date=TODAY)

    assert (refusal.value.code, refusal.value.line) == (code, 1)
    assert books(given_two_places) == before
