"""The cards of customers and vendors: what they show, what they save, what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from erp.models import Party
from tests.erp.makers import make_customer
from tests.web.books.conftest import Books

CARD = "/customers/C1/"


def filled(client: Client, address: str) -> dict[str, Any]:
    """What a browser sends back of a form that was only looked at."""
    return sent(client.get(address).context["form"])


def sent(form: BaseForm) -> dict[str, Any]:
    values = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in values.items() if value not in (None, False)}
    return kept | {"seen": getattr(form, "seen", "")}


def text_of(response: Any) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def test_the_card_shows_what_is_owed_and_leads_to_the_documents(
    given_books: Books, given_kari: Client
) -> None:
    text = text_of(given_kari.get(CARD))

    assert "25.00 EUR" in text
    assert reverse("document", args=[given_books.invoice.pk]) in text
    assert "/ledgers/customers/?party=C1" in text


def test_the_list_shows_the_balance_of_each(given_books: Books, given_kari: Client) -> None:
    make_customer(given_books.company, "C2")

    page = given_kari.get(reverse("customers")).context["page"]

    assert [(party.no, party.balance) for party in page] == [("C1", 25), ("C2", 0)]


def test_a_card_takes_as_many_queries_whatever_there_is(
    given_books: Books,
    given_kari: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(15):
        given_kari.get(CARD)


def test_changing_a_field_saves_that_field(given_books: Books, given_kari: Client) -> None:
    data = filled(given_kari, CARD) | {"phone": "+47 22 00 00 00", "country": "no"}

    response = given_kari.post(CARD, data)

    party = Party.objects.get(no="C1")
    assert response.status_code == 302
    assert (party.phone, party.country) == ("+47 22 00 00 00", "NO")
    assert party.name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "This field is required."),
        ("country", "Norway", "Ensure this value has at most 2 characters"),
        ("email", "nobody", "This is no e-mail address"),
        ("bill_to_no", "C9", "C9 does not exist."),
        ("payment_terms", "NEVER", "Select a valid choice"),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(
    field: str, typed: str, sentence: str, given_books: Books, given_kari: Client
) -> None:
    data = filled(given_kari, CARD) | {"phone": "123", field: typed}

    response = given_kari.post(CARD, data)

    form = response.context["form"]
    assert sentence in " ".join(form.errors[field])
    assert form["phone"].value() == "123"
    assert Party.objects.get(no="C1").phone == ""


def test_nobody_overwrites_what_they_have_not_seen(given_books: Books, given_kari: Client) -> None:
    data = filled(given_kari, CARD)
    Party.objects.filter(no="C1").update(phone="999", city="Oslo")

    response = given_kari.post(CARD, data | {"phone": "123", "email": "ada@example.org"})

    form = response.context["form"]
    assert Party.objects.get(no="C1").email == ""
    assert "“999”" in form.errors["phone"][0]
    assert "Phone, City" in form.non_field_errors()[0]
    assert (form["phone"].value(), form["city"].value()) == ("123", "Oslo")

    given_kari.post(CARD, sent(form))

    party = Party.objects.get(no="C1")
    assert (party.phone, party.city, party.email) == ("123", "Oslo", "ada@example.org")


def test_the_same_change_twice_is_no_conflict(given_books: Books, given_kari: Client) -> None:
    data = filled(given_kari, CARD) | {"phone": "123"}

    assert given_kari.post(CARD, data).status_code == 302
    given_kari.post(CARD, filled(given_kari, CARD) | {"phone": "124"})

    assert Party.objects.get(no="C1").phone == "124"


@pytest.mark.parametrize("kind", ["customer", "vendor"])
def test_a_new_one_gets_a_number_of_the_series(
    kind: str, given_books: Books, given_kari: Client
) -> None:
    address = reverse(f"{kind}-new")
    data = filled(given_kari, address) | {"name": "Åse Øst", "city": "Bodø"}

    response = given_kari.post(address, data)

    party = Party.objects.get(kind=kind, name="Åse Øst")
    assert response["Location"].startswith(reverse(kind, args=[party.no]))
    assert (party.city, party.vat_bus) == ("Bodø", "DOMESTIC")


def test_a_number_that_is_taken_is_refused_at_the_number(
    given_books: Books, given_kari: Client
) -> None:
    address = reverse("customer-new")

    response = given_kari.post(address, filled(given_kari, address) | {"name": "X", "no": "c1"})

    assert response.context["form"].errors["no"] == ["Customer C1 exists already."]
    assert Party.objects.count() == 1


def test_a_reader_sees_the_values_and_no_buttons(given_books: Books, given_lars: Client) -> None:
    text = text_of(given_lars.get(CARD))

    assert "Ada Lovelace" in text
    assert '<input type="hidden" name="seen"' not in text
    assert "Save" not in text
    assert given_lars.post(CARD, {"name": "X"}).status_code == 403
    assert "customers/new" not in text_of(given_lars.get(reverse("customers")))
