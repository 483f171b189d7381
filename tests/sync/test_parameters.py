"""What is declared once is checked everywhere: filters, options, and how they are kept."""

from __future__ import annotations

from datetime import date

import pytest

from connector.sync.batches import (
    BATCHES,
    batch_named,
    batch_parameters,
    fixed_day,
    preview,
    request_batch,
)
from connector.sync.parameters import BadParameters, checked, read
from connector.sync.report import Declared
from connector.sync.reports import REPORTS
from connector.sync.reports.documents import Documents
from erp.models import Document
from jobqueue.filters import Type
from jobqueue.registry import kind_named
from tests import factories

ALL: list[Declared] = [*REPORTS, *BATCHES]
POST_ORDERS, POST_INVOICES = BATCHES[:2]


@pytest.mark.parametrize("declared", ALL, ids=lambda one: one.name)
def test_every_declaration_is_whole(declared: Declared) -> None:
    for name, field in declared.filters.items():
        assert field.label, name
        assert field.read or field.column, name
        assert not field.choices or field.type is Type.CHOICE, name
    for name, option in declared.options.items():
        assert option.label, name
        assert all(option.choices.values()), name
        assert option.default == next(iter(option.choices), ""), name


def test_what_is_kept_is_read_again_with_the_defaults() -> None:
    kept = checked(Documents, {"total": "100..200"}, {})

    asked = read(Documents, kept)

    assert kept == {"filters": {"total": "100..200"}, "options": {}}
    assert asked.options == {"retry": "all", "dry_run": "no"}
    assert asked.filters["total"].matches(150)
    assert not asked.filters["total"].matches(201)


@pytest.mark.parametrize(
    ("filters", "options", "sentence"),
    [
        ({"colour": "red"}, {}, "The report has no filter “colour”. It has: name, "),
        ({}, {"speed": "9"}, "The report has no option “speed”. It has: retry, dry_run."),
        ({}, {"retry": "never"}, "retry=never: choose one of all, due."),
        ({"total": "1..x"}, {}, "“x” is not a number."),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(
    filters: dict[str, str], options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadParameters) as refusal:
        checked(Documents, filters, options)

    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"posting_date": "31.3."}, "posting_date=31.3. is not a date."),
        ({"replace_posting_date": "yes"}, "Enter the posting date"),
        ({"ship": "maybe"}, "ship=maybe: choose one of yes, no."),
    ],
)
def test_a_batch_is_checked_when_it_is_asked_for(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadParameters) as refusal:
        batch_parameters(POST_ORDERS, "DEMO", {}, options)

    assert sentence in str(refusal.value)


def test_invoices_are_neither_shipped_nor_invoiced_by_choice() -> None:
    for batch in BATCHES:
        chosen = {"ship", "receive", "invoice"} & set(batch.options)
        assert bool(chosen) == (batch.kind in {"order", "return_order"} and batch.number != 295)
    assert set(POST_INVOICES.options) == {
        "replace_posting_date",
        "posting_date",
        "replace_document_date",
    }


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (295, "combine_shipments"),
        (296, "post_sales_orders"),
        (297, "post_sales_invoices"),
        (298, "post_sales_credit_memos"),
        (496, "post_purchase_orders"),
        (497, "post_purchase_invoices"),
        (498, "post_purchase_credit_memos"),
        (6655, "post_sales_return_orders"),
    ],
)
def test_h17_each_batch_has_the_number_of_its_report(number: int, name: str) -> None:
    batch = batch_named(number)

    assert batch is not None
    assert (batch.name, kind_named(number).name) == (name, name)


@pytest.mark.parametrize(
    ("number", "options", "warned"),
    [
        (296, {"replace_posting_date": "yes", "posting_date": "2026-03-31"}, True),
        (496, {"replace_posting_date": "today", "posting_date": "2026-03-31"}, False),
        (297, {"posting_date": "2026-03-31"}, False),
        (295, {"posting_date": "2026-03-31"}, True),
        (295, {}, False),
    ],
)
def test_h15_a_schedule_with_a_fixed_date_is_warned_of(
    number: int, options: dict[str, str], *, warned: bool
) -> None:
    batch = batch_named(number)
    assert batch is not None

    warning = fixed_day(batch, batch_parameters(batch, "DEMO", {}, options))

    said = "Every run of this schedule will post on 2026-03-31."
    assert warning == (said if warned else "")


@pytest.mark.django_db
def test_a_batch_counts_the_documents_that_match() -> None:
    books = factories.make_books()
    party = factories.make_party(books)
    march = factories.make_document(books, party=party, posting_date=date(2026, 3, 31))
    factories.make_document(books, party=party, posting_date=date(2026, 4, 1))
    factories.make_document(books, Document.Kind.INVOICE, party=party)

    def said(**filters: str) -> str:
        return preview(POST_ORDERS, books, read(POST_ORDERS, {"filters": filters})).words

    assert said() == "Matches 2 documents now."
    assert said(posting_date="..2026-03-31") == "Matches 1 document now."
    assert said(no=march.no, customer_no=party.no) == "Matches 1 document now."
    assert said(customer_no="<>*") == "Matches 0 documents now."


@pytest.mark.django_db
def test_the_filters_of_a_batch_are_kept_on_its_entry() -> None:
    entry, _created = request_batch(POST_ORDERS, "DEMO", filters={"no": "SO-1"})

    assert entry.parameters == {"company": "DEMO", "filters": {"no": "SO-1"}, "options": {}}
