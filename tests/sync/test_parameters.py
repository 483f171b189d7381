"""What is declared once is checked everywhere: filters, options, and how they are kept."""

from __future__ import annotations

from datetime import date

import pytest

from connector.sync.batches import BATCHES, batch_parameters, preview, request_batch
from connector.sync.parameters import BadParameters, checked, read
from connector.sync.report import Declared
from connector.sync.reports import REPORTS
from connector.sync.reports.documents import Documents
from erp.models import Document
from jobqueue.filters import Type
from tests import factories

ALL: list[Declared] = [*REPORTS, *BATCHES]
POST_ORDERS, POST_INVOICES = BATCHES


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
    assert asked.options == {"retry": "all"}
    assert asked.filters["total"].matches(150)
    assert not asked.filters["total"].matches(201)


@pytest.mark.parametrize(
    ("filters", "options", "sentence"),
    [
        ({"colour": "red"}, {}, "The report has no filter “colour”. It has: name, "),
        ({}, {"speed": "9"}, "The report has no option “speed”. It has: retry."),
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
    assert set(POST_INVOICES.options) == {"replace_posting_date", "posting_date"}


@pytest.mark.django_db
def test_a_batch_counts_the_documents_that_match() -> None:
    books = factories.make_books()
    party = factories.make_party(books)
    march = factories.make_document(books, party=party, posting_date=date(2026, 3, 31))
    factories.make_document(books, party=party, posting_date=date(2026, 4, 1))
    factories.make_document(books, Document.Kind.INVOICE, party=party)

    def said(**filters: str) -> str:
        return preview(POST_ORDERS, books, read(POST_ORDERS, {"filters": filters}))

    assert said() == "Matches 2 documents now."
    assert said(posting_date="..2026-03-31") == "Matches 1 document now."
    assert said(no=march.no, customer_no=party.no) == "Matches 1 document now."
    assert said(customer_no="<>*") == "Matches 0 documents now."


@pytest.mark.django_db
def test_the_filters_of_a_batch_are_kept_on_its_entry() -> None:
    entry, _created = request_batch(POST_ORDERS, "DEMO", filters={"no": "SO-1"})

    assert entry.parameters == {"company": "DEMO", "filters": {"no": "SO-1"}, "options": {}}
