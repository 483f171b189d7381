"""Texts of products in other languages: sent when ours or Shopify's changed, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from connector.shopify.client import Client
from connector.shopify.translations import LocaleNode, shop_locales
from connector.sync.item_texts import TextsOf, item_texts
from connector.sync.models import Issue, ProductLink, TranslationMark
from connector.sync.sessions import client_for
from connector.sync.staging.languages import put_languages
from connector.sync.translations import send_translations
from erp.attributes import put_attribute, set_value
from erp.models import Company, Item, ItemText
from erp.texts import put_text
from sandbox.store import Store
from shops.models import Language, Product, ProductSettings, Shop
from tests.sync.conftest import Run, Sandbox
from tests.sync.holding import Holding
from tests.sync.texts import make_item, mirrored, sends_products

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 7, 1)
LOCALES = (
    ("en", "English", True),
    ("nb", "Norwegian", True),
    ("pt-BR", "Portuguese (Brazil)", False),
    ("pt-PT", "Portuguese (Portugal)", True),
)


@pytest.fixture
def client(shop: Shop, store: Store) -> Client:
    store.put(replace(store.shop, locales=LOCALES))
    sends_products(shop, sync_item_extended_text=True)
    return client_for(shop)


@pytest.fixture
def lamp(shop: Shop, store: Store, books: Company, client: Client) -> Product:
    product = mirrored(shop, store, "lamp", make_item(books, "LAMP"))
    describe(store, product, "<p>A lamp</p>")
    return product


@pytest.fixture
def item(lamp: Product) -> Item:
    return Item.objects.get(no="LAMP")


def describe(store: Store, product: Product, html: str) -> None:
    record = store.product(product.gid)
    assert record is not None
    store.put(replace(record, description_html=html))


def speaks(shop: Shop, locale: str, language: str) -> None:
    Language.objects.create(shop=shop, locale=locale, name=locale, language=language, sync=True)


def texts_of(shop: Shop) -> TextsOf:
    return item_texts(ProductSettings.of(shop), DAY)


def send(client: Client, shop: Shop, *products: Product) -> dict[str, tuple[int, list[str]]]:
    items = {each.gid: ProductLink.objects.get(product=each).item_id or 0 for each in products}
    told = send_translations(client, shop, items, Holding(), texts_of(shop))
    return {gid: (each.sent, each.refused) for gid, each in told.items()}


def said(store: Store, product: Product) -> dict[tuple[str, str], str]:
    nodes = store.translations_of(product.gid)
    return {(node["locale"], node["key"]): node["value"] for node in nodes}


def test_title_and_description_go_in_each_language_and_once(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, lamp: Product, item: Item
) -> None:
    speaks(shop, "nb", "nb")
    speaks(shop, "pt-BR", "pt-BR")
    put_text(item, ItemText.Kind.TITLE, "Lampe", language="nb")
    put_text(item, ItemText.Kind.TITLE, "Lâmpada", language="pt-BR")
    put_text(item, ItemText.Kind.EXTENDED, "En fin lampe.", language="nb")
    put_text(item, ItemText.Kind.MARKETING, "Kjøp!", language="nb")

    assert send(client, shop, lamp) == {lamp.gid: (3, [])}

    told = said(store, lamp)
    assert told["nb", "title"] == "Lampe"
    assert told["pt-BR", "title"] == "Lâmpada"
    assert "En fin lampe." in told["nb", "body_html"]
    assert "Kjøp" not in told["nb", "body_html"]
    assert shopify.mutations() == 1
    assert send(client, shop, lamp) == {}
    assert shopify.mutations() == 1


def test_what_changed_here_or_in_shopify_goes_again(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, lamp: Product, item: Item
) -> None:
    speaks(shop, "nb", "nb")
    put_text(item, ItemText.Kind.TITLE, "Lampe", language="nb")
    send(client, shop, lamp)

    put_text(item, ItemText.Kind.TITLE, "Bordlampe", language="nb")
    assert send(client, shop, lamp) == {lamp.gid: (1, [])}
    assert said(store, lamp) == {("nb", "title"): "Bordlampe"}

    record = store.product(lamp.gid)
    assert record is not None
    store.put(replace(record, title="Desk lamp"))
    assert send(client, shop, lamp) == {lamp.gid: (1, [])}
    [node] = store.translations_of(lamp.gid)
    assert not node["outdated"]


def test_a_refused_one_is_not_noted_and_goes_again_with_the_next_run(
    shop: Shop, store: Store, client: Client, lamp: Product, item: Item
) -> None:
    """BC notes translations before the reply is known, and never repeats one that was refused."""
    speaks(shop, "nb", "nb")
    speaks(shop, "de", "de")  # taken away in Shopify since
    put_text(item, ItemText.Kind.TITLE, "Lampe", language="nb")
    put_text(item, ItemText.Kind.TITLE, "Lampe", language="de")

    [(sent, refused)] = send(client, shop, lamp).values()

    assert sent == 1
    assert "de, title" in refused[0]
    assert said(store, lamp) == {("nb", "title"): "Lampe"}
    assert TranslationMark.objects.get().locale == "nb"

    store.put(replace(store.shop, locales=(*LOCALES, ("de", "German", True))))
    assert send(client, shop, lamp) == {lamp.gid: (1, [])}


def test_what_says_the_same_as_shopify_s_own_text_is_no_translation(
    shop: Shop, shopify: Sandbox, client: Client, lamp: Product, item: Item
) -> None:
    speaks(shop, "nb", "nb")
    put_text(item, ItemText.Kind.TITLE, "Lamp", language="nb")

    assert send(client, shop, lamp) == {}
    assert shopify.mutations() == 0


def test_without_a_language_or_a_text_nothing_is_asked(
    shop: Shop, shopify: Sandbox, client: Client, lamp: Product, item: Item
) -> None:
    assert send(client, shop, lamp) == {}
    speaks(shop, "nb", "nb")
    put_text(item, ItemText.Kind.TITLE, "Lampe", language="fi")

    assert send(client, shop, lamp) == {}
    assert shopify.calls() == {}


def test_a_product_without_a_description_gets_no_translation_of_it(
    shop: Shop, store: Store, client: Client, lamp: Product, item: Item
) -> None:
    speaks(shop, "nb", "nb")
    put_text(item, ItemText.Kind.EXTENDED, "En fin lampe.", language="nb")
    describe(store, lamp, "")

    assert send(client, shop, lamp) == {}


def test_attributes_are_told_as_they_are_called_there(
    shop: Shop, store: Store, books: Company, client: Client, lamp: Product, item: Item
) -> None:
    ProductSettings.objects.update(sync_item_extended_text=False, sync_item_attributes=True)
    speaks(shop, "nb", "nb")
    colour = put_attribute(books, "Colour", names={"nb": "Farge"})
    set_value(item, colour, "Red", texts={"nb": "Rød"})

    send(client, shop, lamp)

    html = said(store, lamp)["nb", "body_html"]
    assert "Farge" in html
    assert "Rød" in html


def test_products_are_asked_for_together_and_queries_do_not_grow(
    shop: Shop, shopify: Sandbox, store: Store, books: Company, client: Client, lamp: Product
) -> None:
    chair = mirrored(shop, store, "chair", make_item(books, "CHAIR"))
    speaks(shop, "nb", "nb")
    for link in ProductLink.objects.select_related("item"):
        assert link.item
        put_text(link.item, ItemText.Kind.TITLE, "Ting", language="nb")
    send(client, shop, lamp, chair)
    items = {each.product.gid: each.item_id or 0 for each in ProductLink.objects.all()}
    counts = []
    for some in (dict(list(items.items())[:1]), items):
        with CaptureQueriesContext(connection) as queries:
            told = send_translations(client, shop, some, Holding(), texts_of(shop))
        assert told == {}
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert shopify.calls()["TranslatableResources"] == 3


def test_the_report_sends_them_and_lists_what_was_refused(
    shop: Shop, store: Store, run: Run, client: Client, lamp: Product, item: Item
) -> None:
    speaks(shop, "nb", "nb")
    speaks(shop, "de", "de")
    put_text(item, ItemText.Kind.TITLE, "Lampe", language="nb")
    assert run("product_texts").counts == {"read": 1, "updated": 1}
    assert run("product_texts").counts == {"read": 1, "unchanged": 1}

    put_text(item, ItemText.Kind.TITLE, "Lampe", language="de")
    assert run("product_texts").counts == {"read": 1, "rejected": 1}
    assert "de, title" in Issue.objects.open().get().reason


def test_languages_are_kept_whole_and_what_was_chosen_stays(shop: Shop, client: Client) -> None:
    """BC cuts pt-BR and pt-PT to pt, so that one of them is lost."""
    assert put_languages(shop, shop_locales(client)) == 3
    assert list(Language.objects.values_list("locale", flat=True)) == ["nb", "pt-BR", "pt-PT"]
    Language.objects.filter(locale="pt-BR").update(language="pt-BR", sync=True)

    now = [
        LocaleNode("en", "English", primary=True, published=True),
        LocaleNode("pt-BR", "Brazilian", primary=False, published=True),
    ]
    assert put_languages(shop, now) == 1

    row = Language.objects.get()
    assert (row.locale, row.name, row.language, row.sync) == ("pt-BR", "Brazilian", "pt-BR", True)


def test_a_language_is_synced_only_with_one_of_the_books(shop: Shop) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Language.objects.create(shop=shop, locale="nb", name="nb", sync=True)
