"""Adding items to shops, editing products in Shopify, and where new products go: the pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connector.shopify.product_lookups import CollectionNode, PublicationNode
from connector.sync.models import OptionAttribute, ProductExport
from connector.sync.products import channels
from erp.attributes import put_attribute
from erp.drafts import ItemDraft
from erp.items import create_item
from erp.models import Company as Books
from erp.models import Item
from erp.setup import create_company
from jobqueue.models import JobQueueEntry
from shops.models import Product, ProductCollection, ProductSettings, Publication, Shop
from tests import factories
from tests.factories import NOW


@pytest.fixture
def given_books(db: None) -> Books:
    return create_company("NORDLYS", "NOK")


@pytest.fixture
def given_shop(given_books: Books) -> Shop:
    return factories.make_shop()


@pytest.fixture
def given_item(given_books: Books) -> Item:
    return create_item(
        given_books, ItemDraft(no="1000", description="Shirt", unit_price=Decimal(100))
    )


def shopify_lists(
    monkeypatch: pytest.MonkeyPatch, publications: list[Any], collections: list[Any]
) -> None:
    monkeypatch.setattr(channels, "publications", lambda _client: publications)
    monkeypatch.setattr(channels, "collections", lambda _client: collections)


STORE = PublicationNode("gid://shopify/Publication/1", "Online Store", "online_store")
TILL = PublicationNode("gid://shopify/Publication/2", "Point of Sale", "pos")
SALE = CollectionNode("gid://shopify/Collection/1", "Sale")


def test_b3_what_shopify_lists_no_more_goes_and_what_was_chosen_stays(
    given_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = None
    shopify_lists(monkeypatch, [STORE, TILL], [SALE])
    assert channels.refresh(given_shop, client) == (2, 1)
    assert channels.chosen(given_shop) == [STORE.gid]
    Publication.objects.update(chosen=True)

    shopify_lists(monkeypatch, [TILL], [])
    channels.refresh(given_shop, client)

    assert channels.chosen(given_shop) == [TILL.gid]
    assert not ProductCollection.objects.exists()


def test_channels_collections_and_options_are_chosen_on_one_page(
    given_shop: Shop, given_books: Books, given_kari: Client
) -> None:
    till = Publication.objects.create(shop=given_shop, gid=TILL.gid, name="Point of Sale")
    sale = ProductCollection.objects.create(shop=given_shop, gid=SALE.gid, title="Sale")
    colour = put_attribute(given_books, "Colour")
    page = reverse("channels", args=[given_shop.code])
    shown = given_kari.get(page).content.decode()
    assert all(name in shown for name in ("Point of Sale", "Sale", "Colour"))

    response = given_kari.post(
        page,
        {
            f"publication-{till.pk}-chosen": "on",
            f"collection-{sale.pk}-join": "on",
            f"collection-{sale.pk}-item_nos": "1000..2000",
            f"collection-{sale.pk}-categories": "",
            f"option-{colour.pk}-chosen": "on",
            f"option-{colour.pk}-position": "2",
        },
    )

    assert response.status_code == 302
    till.refresh_from_db()
    sale.refresh_from_db()
    assert (till.chosen, sale.join, sale.item_nos) == (True, True, "1000..2000")
    assert OptionAttribute.objects.get().position == 2
    assert given_kari.post(page, {}).status_code == 302
    assert not OptionAttribute.objects.exists()


def test_a_filter_that_cannot_be_read_saves_nothing(given_shop: Shop, given_kari: Client) -> None:
    sale = ProductCollection.objects.create(shop=given_shop, gid=SALE.gid, title="Sale")

    response = given_kari.post(
        reverse("channels", args=[given_shop.code]),
        {f"collection-{sale.pk}-join": "on", f"collection-{sale.pk}-item_nos": "1000|"},
    )

    assert "A value is missing here" in response.content.decode()
    sale.refresh_from_db()
    assert not sale.join


def test_c6_attributes_are_no_options_where_units_are_variants_nor_the_other_way(
    given_shop: Shop, given_books: Books, given_kari: Client
) -> None:
    colour = put_attribute(given_books, "Colour")
    settings = ProductSettings.objects.create(shop=given_shop, uom_as_variant=True)
    page = reverse("channels", args=[given_shop.code])

    response = given_kari.post(page, {f"option-{colour.pk}-chosen": "on"})
    assert "Units of measure are variants in this shop" in response.content.decode()
    assert not OptionAttribute.objects.exists()

    settings.uom_as_variant = False
    settings.save()
    OptionAttribute.objects.create(shop=given_shop, attribute=colour)
    card = reverse("shop", args=[given_shop.code])
    response = given_kari.post(card, {"uom_as_variant": "on", "option_name_for_uom": "Unit"})
    assert "Colour is an option of this shop&#x27;s products" in response.content.decode()
    settings.refresh_from_db()
    assert not settings.uom_as_variant


def test_an_item_is_added_to_a_shop_from_its_card(
    given_shop: Shop, given_item: Item, given_kari: Client
) -> None:
    card = given_kari.get(reverse("item", args=["1000"])).content.decode()
    assert "Not in this shop" in card
    assert "Add to Shopify" in card

    response = given_kari.post(reverse("item-add", args=["1000"]), {"shop": given_shop.code})

    entry = JobQueueEntry.objects.get()
    assert response.status_code == 302
    assert (entry.kind, entry.shop) == ("add_items", given_shop.code)
    assert entry.parameters["filters"] == {"no": "'1000'"}


def test_a_shop_of_other_books_is_not_found(given_item: Item, given_kari: Client) -> None:
    other = factories.make_shop("OTHER", company_code="ELSE")

    response = given_kari.post(reverse("item-add", args=["1000"]), {"shop": other.code})

    assert response.status_code == 404
    assert not JobQueueEntry.objects.exists()


def test_the_card_says_what_became_of_it(
    given_shop: Shop, given_item: Item, given_kari: Client
) -> None:
    ProductExport.objects.create(
        shop=given_shop,
        item=given_item,
        handle="shirt-1000",
        state=ProductExport.State.INCOMPLETE,
        reason="Too many options",
        created_at=NOW,
    )

    card = given_kari.get(reverse("item", args=["1000"])).content.decode()

    assert "Too many options" in card
    assert "Add to Shopify" in card


@pytest.fixture
def given_product(given_shop: Shop) -> Product:
    return Product.objects.create(
        shop=given_shop,
        gid="gid://shopify/Product/1",
        title="Shirt",
        handle="shirt",
        created_at=NOW,
        updated_at=NOW,
        seen_at=NOW,
    )


def test_status_and_seo_are_sent_at_once(
    given_product: Product, given_kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    module = "connector.pages.product_editing"
    monkeypatch.setattr(f"{module}.client_for", lambda *_a, **_k: None)
    monkeypatch.setattr(
        f"{module}.update_product", lambda _c, gid, input_: sent.append((gid, input_))
    )
    monkeypatch.setattr(f"{module}.see", lambda *_args: {})
    values = {"status": "DRAFT", "seo_title": "Buy shirts", "seo_description": ""}

    given_kari.post(reverse("product-edit", args=[given_product.pk]), values)

    expected = {"status": "DRAFT", "seo": {"title": "Buy shirts"}}
    assert sent == [(given_product.gid, expected)]
    given_product.refresh_from_db()
    assert given_product.status == "ACTIVE"  # only what Shopify said would be kept


def test_one_product_is_sent_now(given_product: Product, given_kari: Client) -> None:
    given_kari.post(reverse("product-send", args=[given_product.pk]))

    entry = JobQueueEntry.objects.get()
    assert (entry.kind, entry.parameters["filters"]) == ("products", {"handle": "'shirt'"})


def test_who_may_not_change_products_sends_nothing(
    given_product: Product, given_lars: Client
) -> None:
    response = given_lars.post(
        reverse("product-edit", args=[given_product.pk]), {"status": "DRAFT"}
    )

    assert response.status_code == 403
