"""What is written about an item is edited on a page of its own."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from erp.models import Item, ItemText
from erp.texts import put_text, titles_of
from tests import factories


@pytest.fixture
def given_item(db: None) -> Item:
    return factories.make_item(factories.make_books())


def address(item: Item) -> str:
    return reverse("item-texts", args=[item.no])


def text(**more: str) -> dict[str, str]:
    return {"kind": "title", "language": "nb", "text": "Ullundertøy", **more}


def test_a_description_is_written_in_a_language_and_anew(
    given_item: Item, given_kari: Client
) -> None:
    given_kari.post(address(given_item), text())
    page = given_kari.post(address(given_item), text(text="Ulltrøye"), follow=True)

    assert "Ulltrøye" in page.content.decode()
    assert titles_of([given_item.pk], "nb") == {given_item.pk: "Ulltrøye"}


def test_a_text_moves_to_another_language_and_season(given_item: Item, given_kari: Client) -> None:
    row = put_text(given_item, ItemText.Kind.EXTENDED, "Warm", language="nb")
    opened = f"{address(given_item)}?text={row.pk}"
    assert "Warm" in given_kari.get(opened).content.decode()

    given_kari.post(opened, text(kind="extended", language="", starts="2026-11-01", text="Warm"))

    kept = ItemText.objects.get()
    assert (kept.language, kept.starts, kept.text) == ("", date(2026, 11, 1), "Warm")


def test_a_text_is_deleted(given_item: Item, given_kari: Client) -> None:
    row = put_text(given_item, ItemText.Kind.MARKETING, "Buy")

    given_kari.post(f"{address(given_item)}?text={row.pk}", {"do": "delete"})

    assert not ItemText.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"language": ""}, "Say in which language"),
        ({"text": ""}, "This field is required."),
        ({"text": "  "}, "Write a text, or delete it."),
        ({"kind": "extended", "starts": "2026-02-02", "ends": "2026-01-01"}, "before the first"),
    ],
)
def test_what_cannot_be_is_refused(
    wrong: dict[str, str], sentence: str, given_item: Item, given_kari: Client
) -> None:
    page = given_kari.post(address(given_item), text(**wrong)).content.decode()

    assert sentence in page
    assert not ItemText.objects.exists()


def test_without_the_right_texts_are_only_read(given_item: Item, given_lars: Client) -> None:
    put_text(given_item, ItemText.Kind.MARKETING, "Buy")

    assert "Buy" in given_lars.get(address(given_item)).content.decode()
    assert given_lars.post(address(given_item), text()).status_code == 403
