"""Payments: made of open entries, looked at, posted, unapplied and reversed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from erp.audit import broken_invariants
from erp.ledgers import entry_of, remaining
from erp.models import Document
from tests.web.books.conftest import Books
from tests.web.books.test_parties import text_of

MINE = {"kind": "customer", "party": "c1"}


def address(**query: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in (MINE | query).items())
    return f"{reverse('payment-new')}?{asked}"


def filled(client: Client, where: str) -> dict[str, Any]:
    form = client.get(where).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def make(client: Client, books: Books, **typed: str) -> Any:
    entry = entry_of(books.invoice)
    where = address(entry=str(entry.pk))
    return client.post(where, filled(client, where) | typed)


def post(client: Client, payment: Document) -> None:
    where = reverse("document-post", args=[payment.pk])
    form = client.get(where).context["form"]
    client.post(where, {name: form[name].value() for name in form.fields})
    payment.refresh_from_db()


def test_open_entries_are_offered_with_their_amounts(
    given_books: Books, given_kari: Client
) -> None:
    data = filled(given_kari, address())

    entry = entry_of(given_books.invoice)
    assert data[f"pay-{entry.pk}"] == 25
    assert f"take-{entry.pk}" not in data


def test_a_payment_settles_what_is_ticked(given_books: Books, given_kari: Client) -> None:
    make(given_kari, given_books)
    payment = Document.objects.get(kind="payment")

    text = text_of(given_kari.get(reverse("document-post", args=[payment.pk])))
    assert "1100 Bank" in text
    post(given_kari, payment)

    assert (payment.state, payment.amount) == ("posted", Decimal(25))
    assert remaining(entry_of(given_books.invoice)) == 0
    assert broken_invariants(given_books.company) == []
    assert payment.posted_no
    assert payment.posted_no in text_of(given_kari.get(reverse("payments")))


def test_part_of_an_invoice_can_be_paid(given_books: Books, given_kari: Client) -> None:
    entry = entry_of(given_books.invoice)

    make(given_kari, given_books, **{f"pay-{entry.pk}": "10"})
    post(given_kari, Document.objects.get(kind="payment"))

    assert remaining(entry) == 15


def test_a_double_click_makes_one_payment(given_books: Books, given_kari: Client) -> None:
    where = address()
    data = filled(given_kari, where) | {"amount": "5"}

    once, twice = given_kari.post(where, data), given_kari.post(where, data)

    assert once["Location"] == twice["Location"]
    assert Document.objects.filter(kind="payment").count() == 1


def test_refusals_stand_where_they_belong(given_books: Books, given_kari: Client) -> None:
    entry = entry_of(given_books.invoice)

    nothing = given_kari.post(address(), filled(given_kari, address()))
    less = make(given_kari, given_books, amount="5")
    nobody = given_kari.get(address(party="C9"))
    rough = make(given_kari, given_books, **{f"pay-{entry.pk}": "1.001"})

    assert nothing.context["form"].errors["amount"] == ["Say how much is paid, or what is settled."]
    assert "settle more than is paid" in less.context["form"].errors["amount"][0]
    assert nobody.context["form"].errors["party"] == ["C9 does not exist."]
    assert rough.context["form"].errors
    assert not Document.objects.filter(kind="payment").exists()


def test_an_application_is_taken_back(given_books: Books, given_kari: Client) -> None:
    make(given_kari, given_books)
    payment = Document.objects.get(kind="payment")
    post(given_kari, payment)
    page = reverse("document", args=[given_books.invoice.pk])
    (row,) = given_kari.get(page).context["applications"]

    given_kari.post(reverse("application-unapply", args=[given_books.invoice.pk, row.pk]))

    assert remaining(entry_of(given_books.invoice)) == 25
    assert given_kari.get(page).context["applications"] == []


def test_a_payment_is_reversed_once(given_books: Books, given_kari: Client) -> None:
    make(given_kari, given_books)
    payment = Document.objects.get(kind="payment")
    post(given_kari, payment)
    where = reverse("payment-reverse", args=[payment.pk])
    data = {"request_id": str(given_kari.get(where).context["request_id"])}

    once, twice = given_kari.post(where, data), given_kari.post(where, data)

    mirror = Document.objects.get(corrects=payment)
    assert once["Location"] == twice["Location"] == reverse("document", args=[mirror.pk])
    assert remaining(entry_of(given_books.invoice)) == 25
    assert "Reverse payment" not in text_of(given_kari.get(reverse("document", args=[payment.pk])))
    assert broken_invariants(given_books.company) == []


def test_a_reader_makes_and_takes_back_nothing(given_books: Books, given_lars: Client) -> None:
    invoice = given_books.invoice
    for where in (
        address(),
        reverse("payment-reverse", args=[invoice.pk]),
        reverse("application-unapply", args=[invoice.pk, 1]),
    ):
        assert given_lars.post(where).status_code == 403
    assert "payments/new" not in text_of(given_lars.get(reverse("payments")))
