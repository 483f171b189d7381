"""The small lists of the books: what they refuse, and what protects their rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from erp.documents.assembly import due_date
from erp.errors import CardError
from erp.lookups import category_path, delete_lookup, put_lookup
from erp.models import Company, Item, Lookup
from erp.price_lines import PriceDraft, put_price
from erp.vat import percentages
from tests.erp.makers import D, item_line, make_customer, make_order

Kind = Lookup.Kind


def rows(company: Company) -> list[tuple[str, str, Any]]:
    return list(Lookup.objects.filter(company=company).values_list("kind", "code", "data"))


def test_a_row_is_created_and_changed(given_a_company: Company) -> None:
    put_lookup(given_a_company, Kind.PAYMENT_TERMS, "14 days", "Two weeks", {"formula": "2w"})
    row = put_lookup(given_a_company, Kind.PAYMENT_TERMS, "14 DAYS", "14 days", {"formula": "14d"})

    assert (row.code, row.description, row.data) == ("14 DAYS", "14 days", {"formula": "14D"})
    assert Lookup.objects.filter(kind=Kind.PAYMENT_TERMS).count() == 1


@pytest.mark.parametrize(
    ("kind", "code", "values", "sentence"),
    [
        (Kind.PAYMENT_TERMS, "X", {"formula": "14"}, "Here must stand a unit"),
        (Kind.PAYMENT_TERMS, "X", {"formula": "-1M"}, "due before the document"),
        (Kind.PAYMENT_TERMS, "X", {"days": 14}, "holds formula, not days"),
        (Kind.PAYMENT_TERMS, "FOURTEENDAYS", {}, "more than 10 characters"),
        (Kind.PAYMENT_METHOD, "CARD", {"account": "9999"}, "9999 does not exist"),
        (Kind.CATEGORY, "LAMPS", {"parent": "HOME"}, "HOME does not exist"),
        (Kind.VAT_RATE, "STANDARD", {"pct": "25"}, "with a bar between"),
        (Kind.VAT_RATE, "EU|STANDARD", {"pct": "101"}, "no percentage"),
        (Kind.VAT_RATE, "EU|STANDARD", {"type": "odd"}, "odd is no VAT type"),
        (Kind.GL_ACCOUNT, "4010", {"type": "odd"}, "balance or income"),
        (Kind.COUNTRY, "N1", {}, "write its two letters"),
        (Kind.SHIPPING_AGENT, "POST", {"tracking_url": "http://x/%s"}, "begins with https"),
        (Kind.UOM, "PCS", {"size": 1}, "code and a description only"),
        (Kind.UOM, " ", {}, "Give it a code"),
        (Kind.CURRENCY, "NOK", {}, "Add NOK with its rate"),
    ],
)
def test_what_makes_no_sense_is_refused(
    given_a_company: Company, kind: Lookup.Kind, code: str, values: dict[str, Any], sentence: str
) -> None:
    before = rows(given_a_company)
    with pytest.raises(CardError, match=sentence):
        put_lookup(given_a_company, kind, code, "", values)
    assert rows(given_a_company) == before


def test_categories_are_a_tree(given_a_company: Company) -> None:
    put_lookup(given_a_company, Kind.CATEGORY, "HOME")
    put_lookup(given_a_company, Kind.CATEGORY, "LAMPS", values={"parent": "home"})
    put_lookup(given_a_company, Kind.CATEGORY, "DESK", values={"parent": "LAMPS"})

    assert category_path(given_a_company, "DESK") == ["HOME", "LAMPS", "DESK"]
    with pytest.raises(CardError, match="cannot lie within itself"):
        put_lookup(given_a_company, Kind.CATEGORY, "HOME", values={"parent": "DESK"})
    with pytest.raises(CardError, match="LAMPS is used by"):
        delete_lookup(given_a_company, Kind.CATEGORY, "LAMPS")
    delete_lookup(given_a_company, Kind.CATEGORY, "DESK")
    delete_lookup(given_a_company, Kind.CATEGORY, "LAMPS")


def test_what_is_used_cannot_be_deleted(given_a_company: Company) -> None:
    company = given_a_company
    for kind in (Kind.PAYMENT_TERMS, Kind.UOM, Kind.PRICE_GROUP, Kind.SALESPERSON):
        put_lookup(company, kind, "CODE")
    make_customer(company, "C7", payment_terms="CODE")
    item = Item.objects.get()
    item.units = {"CODE": "12"}
    item.save()
    put_price(company, PriceDraft("A", D(1), source_type="group", source_no="CODE"))  # type: ignore[arg-type]

    for kind in (Kind.PAYMENT_TERMS, Kind.UOM, Kind.PRICE_GROUP):
        with pytest.raises(CardError, match=r"CODE is used by .* cannot be deleted"):
            delete_lookup(company, kind, "code")
    delete_lookup(company, Kind.SALESPERSON, "CODE")
    for kind, code in (
        (Kind.GL_ACCOUNT, "4000"),
        (Kind.CURRENCY, "EUR"),
        (Kind.VAT_RATE, "DOMESTIC|STANDARD"),
    ):
        with pytest.raises(CardError, match="the company's settings"):
            delete_lookup(company, kind, code)
    with pytest.raises(CardError, match="NONE does not exist"):
        delete_lookup(company, Kind.UOM, "NONE")


@pytest.mark.parametrize(
    ("formula", "due"),
    [
        ("14D", date(2026, 2, 14)),
        ("1M", date(2026, 2, 28)),
        ("CM+1M", date(2026, 2, 28)),
        ("1M+CM", date(2026, 2, 28)),
        ("D10", date(2026, 2, 10)),
        ("", date(2026, 1, 31)),
    ],
)
def test_the_day_to_pay_by_follows_the_formula(formula: str, due: date) -> None:
    assert due_date(date(2026, 1, 31), {"formula": formula}) == due


def test_reverse_charge_and_no_vat_charge_nothing(given_a_company: Company) -> None:
    put_lookup(given_a_company, Kind.VAT_RATE, "EU|STANDARD", "", {"pct": "25", "type": "reverse"})
    put_lookup(given_a_company, Kind.VAT_RATE, "EXPORT|STANDARD", "", {"type": "none"})
    make_customer(given_a_company, "C8", vat_bus="EU")

    order = make_order(given_a_company, item_line(1, 100), customer_no="C8")

    assert (order.amount, order.vat_amount) == (D(100), D(0))
    found = percentages(given_a_company, ["EU|STANDARD", "EXPORT|STANDARD", "DOMESTIC|STANDARD"])
    assert sorted(found.values()) == [D(0), D(0), D(25)]
