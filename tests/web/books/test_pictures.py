"""The pictures of an item: seen, added, put in order, and how each stands in Shopify."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from connector.sync.models import MediaLink, ProductLink
from erp.cards import put_variant
from erp.models import ItemPicture
from erp.pictures import add_picture
from shops.models import Product
from tests import factories
from tests.sync.pictures import png
from tests.web.books.conftest import Books
from tests.web.books.test_parties import text_of

PAGE = "/items/A/pictures/"


@pytest.fixture(autouse=True)
def media_root(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def given_link(given_books: Books) -> MediaLink:
    """A picture of the item whose upload failed."""
    now = timezone.now()
    picture = add_picture(given_books.item, png("front"), description="Front")
    product = Product.objects.create(
        shop=factories.make_shop(),
        gid="gid://shopify/Product/1",
        title="Lamp",
        created_at=now,
        updated_at=now,
        seen_at=now,
    )
    ProductLink.objects.create(product=product, item=given_books.item, state="mapped")
    return MediaLink.objects.create(
        product=product,
        origin="books",
        sha256=picture.sha256,
        state="failed",
        problem="The upload failed: 403",
        next_try=now,
        changed_at=now,
    )


def upload(content: bytes, **more: object) -> dict[str, object]:
    return {"file": SimpleUploadedFile("a.png", content), "description": "Back", **more}


def test_a_picture_is_added_to_the_item_or_a_variant_and_can_be_looked_at(
    given_books: Books, given_kari: Client
) -> None:
    red = put_variant(given_books.item, "RED", description="Red")

    assert given_kari.post(PAGE, upload(png("1"))).status_code == 302
    given_kari.post(PAGE, upload(png("2"), variant=red.pk))

    first, second = ItemPicture.objects.order_by("pk")
    assert (first.variant, second.variant, first.description) == (None, red, "Back")
    file = given_kari.get(f"{PAGE}{first.sha256}/")
    assert (file.content, file["Content-Type"]) == (png("1"), "image/png")
    assert "immutable" in file["Cache-Control"]
    assert f"{PAGE}{second.sha256}/" in text_of(given_kari.get(PAGE))
    assert "Pictures (2)" in text_of(given_kari.get("/items/A/"))


@pytest.mark.parametrize("content", [b"<svg/>", b"\0" * (20 * 2**20 + 1), b""])
def test_what_is_no_picture_or_too_large_is_told_and_not_kept(
    content: bytes, given_books: Books, given_kari: Client
) -> None:
    response = given_kari.post(PAGE, upload(content))

    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not ItemPicture.objects.exists()


def test_pictures_are_put_first_and_deleted(given_books: Books, given_kari: Client) -> None:
    one, two = (add_picture(given_books.item, png(name)) for name in "12")

    given_kari.post(PAGE, {"first": two.pk})
    assert list(ItemPicture.objects.order_by("position")) == [two, one]

    given_kari.post(PAGE, {"delete": two.pk})
    assert list(ItemPicture.objects.all()) == [one]
    assert given_kari.post(PAGE, {"delete": two.pk}).status_code == 404
    assert given_kari.post(PAGE, {"delete": "x"}).status_code == 404


def test_the_page_says_how_a_picture_stands_and_lets_it_be_sent_again(
    given_link: MediaLink, given_kari: Client
) -> None:
    text = text_of(given_kari.get(PAGE))
    assert "The upload failed: 403" in text
    assert "Send again" in text

    given_kari.post(PAGE, {"again": given_link.pk})

    given_link.refresh_from_db()
    assert given_link.next_try is None
    MediaLink.objects.update(state="removed")
    given_kari.post(PAGE, {"again": given_link.pk})
    given_link.refresh_from_db()
    assert given_link.state == "failed"


def test_without_the_right_pictures_are_seen_and_not_changed(
    given_link: MediaLink, given_lars: Client
) -> None:
    assert "Send again" not in text_of(given_lars.get(PAGE))
    for data in (upload(png("2")), {"again": given_link.pk}, {"delete": 1}):
        assert given_lars.post(PAGE, data).status_code == 403
    assert ItemPicture.objects.count() == 1


def test_a_picture_of_another_item_is_not_found(given_link: MediaLink, given_kari: Client) -> None:
    assert given_kari.get(f"{PAGE}{'0' * 64}/").status_code == 404
    ItemPicture.objects.update(path="pictures/gone.png")
    assert given_kari.get(f"{PAGE}{given_link.sha256}/").status_code == 404
