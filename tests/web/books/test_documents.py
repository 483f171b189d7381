"""Documents on their pages: edited in place, looked at before posting, posted once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from erp.audit import broken_invariants
from erp.documents import release
from erp.models import Document
from tests.erp.makers import books, item_line, make_invoice, make_order, on_hand
from tests.web.books.conftest import Books
from tests.web.books.test_parties import text_of


def page(document: Document, name: str = "document") -> str:
    return reverse(name, args=[document.pk])


def filled(client: Client, document: Document) -> dict[str, Any]:
    """What a browser sends back of the page of an open document."""
    shown = client.get(page(document)).context
    data: dict[str, Any] = {"rows": shown["rows"], "version": shown["version"]}
    for form in (shown["form"], *shown["forms"]):
        for name in form.fields:
            value = form[name].value()
            if value is not None and not form.fields[name].disabled:
                data[form.add_prefix(name)] = value
    return data


@pytest.fixture
def open_order(given_books: Books) -> Document:
    return make_order(given_books.company, item_line(2, 10))


def first(document: Document) -> str:
    return f"l{document.lines.earliest('line_no').pk}"


def test_saving_what_was_shown_changes_nothing(open_order: Document, given_kari: Client) -> None:
    before = list(open_order.lines.values())

    response = given_kari.post(page(open_order), filled(given_kari, open_order))

    assert response.status_code == 302
    assert list(open_order.lines.values()) == before


def test_lines_are_edited_in_place(open_order: Document, given_kari: Client) -> None:
    data = filled(given_kari, open_order) | {
        f"{first(open_order)}-quantity": "4",
        "n0-no": "a",
        "n0-quantity": "1",
        "your_ref": "Ada",
    }

    given_kari.post(page(open_order), data)

    open_order.refresh_from_db()
    assert (open_order.amount, open_order.your_ref) == (Decimal(50), "Ada")
    assert [line.qty_to_ship for line in open_order.lines.all()] == [4, 1]


def test_adding_and_removing_a_line_needs_no_script_and_saves_nothing(
    open_order: Document, given_kari: Client
) -> None:
    data = filled(given_kari, open_order) | {"n0-text": "typed", "do": "add"}

    added = given_kari.post(page(open_order), data)
    removed = given_kari.post(page(open_order), data | {"do": f"remove:{first(open_order)}"})

    assert added.context["rows"] == f"{first(open_order)} n0 n1"
    assert 'value="typed"' in text_of(added)
    assert removed.context["rows"] == "n0"
    assert open_order.lines.count() == 1

    given_kari.post(page(open_order), data | {"rows": "n0", "do": "save", "n0-type": "comment"})
    assert [line.description for line in open_order.lines.all()] == ["typed"]


def test_the_sums_are_told_while_one_types(open_order: Document, given_kari: Client) -> None:
    data = filled(given_kari, open_order) | {"do": "calculate"}

    right = given_kari.post(page(open_order), data | {f"{first(open_order)}-quantity": "4"})
    wrong = given_kari.post(page(open_order), data | {"n0-no": "Z"})

    assert "50.00 EUR" in text_of(right)
    assert "Line 2: Item Z does not exist." in text_of(wrong)
    open_order.refresh_from_db()
    assert (open_order.amount, open_order.version) == (Decimal(20), 1)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("no", "Z", "Item Z does not exist."),
        ("location_code", "MOON", "Location MOON does not exist."),
        ("quantity", "-1", "cannot be below zero"),
        ("quantity", "two", "Enter a number."),
        ("qty_to_ship", "9", "You cannot ship more than 2."),
    ],
)
def test_a_refusal_stands_at_its_line_and_nothing_typed_is_lost(
    field: str, typed: str, sentence: str, open_order: Document, given_kari: Client
) -> None:
    data = filled(given_kari, open_order) | {
        f"{first(open_order)}-{field}": typed,
        "your_ref": "Ada",
    }

    response = given_kari.post(page(open_order), data)

    assert sentence in response.context["forms"][0].errors[field][0]
    assert response.context["form"]["your_ref"].value() == "Ada"
    open_order.refresh_from_db()
    assert open_order.your_ref == ""


def test_nobody_overwrites_lines_they_have_not_seen(
    open_order: Document, given_kari: Client
) -> None:
    data = filled(given_kari, open_order) | {"your_ref": "mine"}
    given_kari.post(page(open_order), data | {"your_ref": "theirs"})

    refused = given_kari.post(page(open_order), data)
    assert "changed by somebody else" in text_of(refused)
    assert 'value="mine"' in text_of(refused)
    given_kari.post(page(open_order), data | {"version": refused.context["version"]})

    open_order.refresh_from_db()
    assert open_order.your_ref == "mine"


def test_a_document_is_released_reopened_and_cancelled(
    open_order: Document, given_kari: Client
) -> None:
    states, address = [], ""
    for action in ("release", "reopen", "cancel"):
        address = reverse("document-action", args=[open_order.pk, action])
        assert given_kari.get(address).status_code == 200
        given_kari.post(address)
        open_order.refresh_from_db()
        states.append(open_order.state)

    assert states == ["released", "open", "cancelled"]
    again = given_kari.post(address, follow=True)
    assert "is cancelled." in text_of(again)


def test_of_a_released_order_only_the_next_posting_can_be_changed(
    open_order: Document, given_kari: Client
) -> None:
    release(open_order.pk)
    data = filled(given_kari, open_order) | {f"{first(open_order)}-qty_to_ship": "1"}

    given_kari.post(page(open_order), data | {"tracking_no": "370", "your_ref": "no"})

    open_order.refresh_from_db()
    assert (open_order.tracking_no, open_order.your_ref) == ("370", "")
    assert open_order.lines.get().qty_to_ship == 1


def test_the_preview_shows_the_entries_and_leaves_nothing(
    given_books: Books, given_kari: Client
) -> None:
    before = books(given_books.company)

    text = text_of(given_kari.get(page(given_books.order, "document-post")))

    assert books(given_books.company) == before
    for words in ("1200 Receivables", "37.50 EUR", "-30.00 EUR", "C1 Ada Lovelace", "-12.00 EUR"):
        assert words in text


def test_a_double_click_posts_once(given_books: Books, given_kari: Client) -> None:
    address = page(given_books.order, "document-post")
    form = given_kari.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"do": "post"}

    once, twice = given_kari.post(address, data), given_kari.post(address, data)

    assert once["Location"] == twice["Location"] == page(given_books.order)
    assert given_books.order.posted_children.count() == 2
    assert on_hand() == 5
    assert broken_invariants(given_books.company) == []


def test_posting_what_was_not_seen_is_refused(given_books: Books, given_kari: Client) -> None:
    address = page(given_books.order, "document-post")
    form = given_kari.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}
    Document.objects.filter(pk=given_books.order.pk).update(version=9)

    text = text_of(given_kari.post(address, data))

    assert "changed by somebody else" in text
    assert not given_books.order.posted_children.exists()


def test_an_order_can_be_shipped_first_and_invoiced_later(
    given_books: Books, given_kari: Client
) -> None:
    address = page(given_books.order, "document-post")

    for part in ("ship", "invoice"):
        form = given_kari.get(address).context["form"]
        data = {name: form[name].value() for name in ("posting_date", "request_id", "version")}
        given_kari.post(address, data | {part: "on"})

    kinds = given_books.order.posted_children.order_by("posted_at")
    assert [row.kind for row in kinds] == ["shipment", "invoice"]


def test_a_refusal_of_the_posting_is_a_sentence(given_books: Books, given_kari: Client) -> None:
    given_books.order.lines.update(quantity=20, qty_to_ship=20, qty_to_invoice=20)
    before = books(given_books.company)
    address = page(given_books.order, "document-post")

    text = text_of(given_kari.get(address))

    assert "Nothing is posted." in text
    assert "Preview posting" in text
    assert books(given_books.company) == before


def test_an_invoice_is_posted_in_place(given_books: Books, given_kari: Client) -> None:
    invoice = make_invoice(given_books.company, item_line(1, 10))
    form = given_kari.get(page(invoice, "document-post")).context["form"]

    given_kari.post(
        page(invoice, "document-post"), {name: form[name].value() for name in form.fields}
    )

    invoice.refresh_from_db()
    assert invoice.state == "posted"
    assert "Remaining amount" in text_of(given_kari.get(page(invoice)))


def test_a_new_order_is_made_for_a_customer(given_books: Books, given_kari: Client) -> None:
    address = reverse("sales-order-new")
    form = given_kari.get(address, {"party": "c1"}).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}

    nobody = given_kari.post(address, data | {"party": "C9"})
    once, twice = given_kari.post(address, data), given_kari.post(address, data)

    assert "C9 does not exist" in nobody.context["form"].errors["party"][0]
    assert once["Location"] == twice["Location"]
    made = Document.objects.get(request_id=data["request_id"])
    assert (made.party, made.currency, made.state) == (given_books.customer, "EUR", "open")
    given_kari.post(page(made), filled(given_kari, made) | {"n0-no": "A", "n0-quantity": "3"})
    made.refresh_from_db()
    assert made.amount_incl == Decimal("37.50")


def test_a_reader_sees_the_document_and_no_buttons(given_books: Books, given_lars: Client) -> None:
    text = text_of(given_lars.get(page(given_books.order)))

    assert "Item A" in text
    for word in (">Release<", "Reopen", "Cancel document", "Save", "Add line"):
        assert word not in text
    assert given_lars.post(page(given_books.order), {}).status_code == 403
    assert given_lars.get(page(given_books.order, "document-post")).status_code == 403
    release_it = reverse("document-action", args=[given_books.order.pk, "release"])
    assert given_lars.post(release_it).status_code == 403


def test_the_page_takes_as_many_queries_whatever_its_lines(
    given_books: Books,
    given_kari: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    long = make_order(given_books.company, *[item_line(1, 10)] * 30)

    for document in (long, given_books.invoice, given_books.shipment):
        with django_assert_max_num_queries(22):
            given_kari.get(page(document))


def test_what_was_posted_meanwhile_is_not_changed(open_order: Document, given_kari: Client) -> None:
    data = filled(given_kari, open_order) | {"your_ref": "late"}
    given_kari.post(reverse("document-action", args=[open_order.pk, "cancel"]))

    text = text_of(given_kari.post(page(open_order), data, follow=True))

    assert f"{open_order.no} is cancelled." in text
    open_order.refresh_from_db()
    assert open_order.your_ref == ""
