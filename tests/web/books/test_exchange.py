"""Customers and items by files, from their lists."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from erp.models import Item, Party
from tests.web.books.conftest import Books
from tests.web.books.test_parties import text_of


def sent(
    client: Client, what: str, content: str, *, name: str = "cards.csv", do: str = "import"
) -> Any:
    file = SimpleUploadedFile(name, content.encode())
    return client.post(reverse("cards-import", args=[what]), {"file": file, "do": do})


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["customers", "items"])
def test_what_goes_out_can_come_in_again(
    what: str, form: str, given_books: Books, given_kari: Client
) -> None:
    address = reverse("cards-export", args=[what])
    out = given_kari.get(address, {"as": form})
    assert f"{what}-demo.{form}" in out["Content-Disposition"]

    file = BytesIO(out.content)
    file.name = f"x.{form}"
    answer = given_kari.post(reverse("cards-import", args=[what]), {"file": file, "do": "try"})

    assert answer.context["answer"].unchanged == 1
    assert answer.context["mistakes"] == []


def test_a_trial_says_what_would_happen_and_saves_nothing(
    given_books: Books, given_kari: Client
) -> None:
    response = sent(given_kari, "items", "no,description\nA,Renamed\nB,Lamp\n", do="try")

    assert "1 would be new, 1 changed, 0 stay as they are." in text_of(response)
    assert Item.objects.get().description == "Item A"


def test_a_file_is_taken_in(given_books: Books, given_kari: Client) -> None:
    response = sent(given_kari, "customers", "no,name,country\nC1,Ada,no\nC7,Åse,FI\n")

    assert response["Location"] == reverse("customers")
    assert list(Party.objects.order_by("no").values_list("no", "name")) == [
        ("C1", "Ada"),
        ("C7", "Åse"),
    ]


def test_rows_that_are_wrong_are_told_and_nothing_is_taken(
    given_books: Books, given_kari: Client
) -> None:
    response = sent(given_kari, "items", "no,unit_price,colour\nA,ten,red\n")

    text = text_of(response)
    assert "Nothing was imported" in text
    assert "write it like 1234.50" in text
    assert "There is no column “colour”" in text
    assert Item.objects.get().unit_price == 10


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("cards.pdf", "x", "the name must end in .csv or .xlsx"),
        ("cards.xlsx", "x", "The file is no XLSX"),
        ("cards.csv", "", "The submitted file is empty."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_the_file(
    name: str, content: str, sentence: str, given_books: Books, given_kari: Client
) -> None:
    response = sent(given_kari, "items", content, name=name)

    assert sentence in response.context["form"].errors["file"][0]


def test_a_reader_takes_out_and_brings_nothing_in(given_books: Books, given_lars: Client) -> None:
    address = reverse("cards-import", args=["items"])

    assert given_lars.get(reverse("cards-export", args=["items"]), {"as": "csv"}).status_code == 200
    assert given_lars.get(address).status_code == given_lars.post(address).status_code == 403
    assert address not in text_of(given_lars.get(reverse("items")))
    assert given_lars.get("/export/shops/").status_code == 404
