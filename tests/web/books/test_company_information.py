"""Company information: what is kept of the company itself, and what is refused."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from erp.company_information import change_company_information, information_of
from erp.errors import CardError
from erp.iban import is_iban
from erp.models import Company, CompanyInformation
from tests.erp.makers import make_company
from tests.web.books.conftest import Books
from tests.web.books.test_parties import filled, text_of


def test_it_is_changed_on_its_page(given_books: Books, given_kari: Client) -> None:
    address = reverse("company-information")
    typed = {"name": "Kontor & Co", "city": "Oslo", "country": "no", "iban": "no93 8601 1117 947"}

    response = given_kari.post(address, filled(given_kari, address) | typed)

    kept = CompanyInformation.objects.select_related("company").get()
    assert response.status_code == 302
    assert (kept.company.name, kept.city, kept.country) == ("Kontor & Co", "Oslo", "NO")
    assert kept.iban == "NO9386011117947"
    assert kept.company.settings == given_books.company.settings


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("iban", "NO9386011117948", "check digits are wrong"),
        ("country", "N1", "is no country"),
        ("email", "nobody", "This is no e-mail address"),
    ],
)
def test_a_refusal_stands_at_its_field(
    field: str, typed: str, sentence: str, given_books: Books, given_kari: Client
) -> None:
    address = reverse("company-information")

    response = given_kari.post(address, filled(given_kari, address) | {field: typed})

    assert sentence in response.context["form"].errors[field][0]
    assert not CompanyInformation.objects.exists()


def test_nobody_overwrites_what_they_have_not_seen(given_books: Books, given_kari: Client) -> None:
    address = reverse("company-information")
    data = filled(given_kari, address)
    change_company_information(given_books.company, phone="999")

    response = given_kari.post(address, data | {"phone": "123"})

    assert "“999”" in response.context["form"].errors["phone"][0]
    assert CompanyInformation.objects.get().phone == "999"


def test_a_reader_sees_it_and_cannot_change_it(given_books: Books, given_lars: Client) -> None:
    change_company_information(given_books.company, city="Oslo")
    address = reverse("company-information")

    text = text_of(given_lars.get(address))

    assert "Oslo" in text
    assert "Save" not in text
    assert given_lars.post(address, {"city": "Bergen"}).status_code == 403


def test_among_several_companies_one_is_chosen(given_books: Books, given_kari: Client) -> None:
    make_company("OTHER")
    address = reverse("company-information")

    assert "?company=OTHER" in text_of(given_kari.get(address))
    given_kari.post(
        f"{address}?company=OTHER", filled(given_kari, f"{address}?company=OTHER") | {"city": "Bø"}
    )

    assert CompanyInformation.objects.get().company.code == "OTHER"


def test_what_is_too_long_is_refused_whole(given_books: Books) -> None:
    with pytest.raises(CardError) as refused:
        change_company_information(given_books.company, city="Oslo", swift_code="X" * 12)

    assert refused.value.code == "swift_code"
    assert information_of(Company.objects.get()).city == ""


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("NO9386011117947", True),
        ("FI2112345600000785", True),
        ("NL91ABNA0417164300", True),
        ("IT60X0542811101000000123456", True),
        ("NO9386011117974", False),
        ("NO93", False),
        ("", False),
        ("ÆØ9386011117947", False),
    ],
)
def test_the_check_digits_of_an_iban_count(text: str, right: bool) -> None:
    assert is_iban(text) is right
