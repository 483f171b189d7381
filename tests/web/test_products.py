"""The pages of products: a row each with why, a card, and what a person decides there."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from connector.sync.matching import hows
from connector.sync.models import Issue, VariantLink
from erp.drafts import ItemDraft
from erp.items import create_item
from erp.models import Company, Item, ItemTemplate
from erp.setup import create_company
from shops.models import OrderSettings, Product, ProductSettings, Shop, Variant
from tests import factories


@pytest.fixture
def given_books(db: None) -> Company:
    return create_company("NORDLYS", "NOK", vat_rates={"DOMESTIC|VAT25": Decimal(25)})


@pytest.fixture
def given_shop(given_books: Company) -> Shop:
    shop = factories.make_shop()
    OrderSettings.objects.create(shop=shop, auto_create_unknown_items=True)
    return shop


@pytest.fixture
def given_product(given_shop: Shop) -> Product:
    product = factories.make_product(given_shop, title="Wool sock", options=["Title"])
    Product.objects.filter(pk=product.pk).update(only_default_variant=True)
    factories.make_variant(
        given_shop, product=product, position=1, title="Wool sock", variant_title="", sku="SOCK"
    )
    return Product.objects.get(pk=product.pk)


def act(client: Client, product: Product, action: str, **more: str) -> str:
    address = reverse("product-act", args=[product.pk])
    return client.post(address, {"action": action, **more}, follow=True).content.decode()


def link_of(product: Product) -> VariantLink:
    return VariantLink.objects.get(variant__product=product)


def test_a_product_is_one_row_with_how_many_are_mapped_and_why_not(
    given_product: Product, given_kari: Client
) -> None:
    VariantLink.objects.update(reason="No item has the number SOCK.")

    text = given_kari.get(reverse("products"), {"view": "unmapped"}).content.decode()

    assert "Wool sock" in text
    assert "0 of 1 mapped" in text
    assert "No item has the number SOCK." in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("view=mapped", 0),
        ("view=conflicts", 0),
        ("q=SOCK", 1),
        ("q=nothing", 0),
        ("status=ACTIVE", 1),
        ("status=DRAFT", 0),
    ],
)
def test_the_list_narrows(
    query: str, found: int, given_product: Product, given_kari: Client
) -> None:
    page = given_kari.get(f"{reverse('products')}?{query}").context["page"]

    assert page.paginator.count == found


def test_the_cue_opens_the_variants_that_it_counts(
    given_product: Product, given_shop: Shop, given_kari: Client
) -> None:
    gone = factories.make_variant(given_shop, product=given_product)
    Variant.objects.filter(pk=gone.pk).update(gone_at=factories.NOW)

    page = given_kari.get(reverse("product-variants"), {"view": "unmapped"}).context["page"]

    assert [variant.sku for variant in page] == ["SOCK"]


def test_a_variant_is_mapped_by_hand(
    given_product: Product, given_books: Company, given_kari: Client
) -> None:
    create_item(given_books, ItemDraft("A1", "Sock", Decimal(9), variants=(("RED", "Red"),)))
    link = link_of(given_product)

    act(given_kari, given_product, f"map-variant {link.pk}", item="a1", variant="red")

    link.refresh_from_db()
    assert (str(link.item), str(link.item_variant), link.how) == ("A1 Sock", "RED", hows.BY_HAND)


def test_what_is_not_there_is_refused_with_a_sentence(
    given_product: Product, given_kari: Client
) -> None:
    link = link_of(given_product)

    text = act(given_kari, given_product, f"map-variant {link.pk}", item="NONE")

    assert "There is no item NONE." in text
    assert link_of(given_product).item is None


def test_a_product_is_mapped_and_its_only_variant_follows(
    given_product: Product, given_books: Company, given_kari: Client
) -> None:
    create_item(given_books, ItemDraft("A1", "Sock", Decimal(9)))

    act(given_kari, given_product, "map", item="A1")

    given_product.refresh_from_db()
    assert (given_product.link.how, link_of(given_product).how) == (hows.BY_HAND, hows.PRODUCT)


def test_one_of_several_is_chosen(
    given_product: Product, given_books: Company, given_kari: Client
) -> None:
    items = [create_item(given_books, ItemDraft(no, no, Decimal(1))) for no in ("A1", "A2")]
    link = link_of(given_product)
    link.conflict, link.candidates = True, [[item.pk, None, "", hows.BARCODE] for item in items]
    link.save()
    shown = given_kari.get(reverse("product", args=[given_product.pk])).content.decode()
    assert "A2 A2</button>" in shown
    assert "<small>Bar code</small>" in shown

    act(given_kari, given_product, f"choose {link.pk} 1")

    link.refresh_from_db()
    assert (link.item, link.conflict, link.candidates) == (items[1], False, [])


def test_items_are_found_again_and_let_go(
    given_product: Product, given_books: Company, given_kari: Client
) -> None:
    create_item(given_books, ItemDraft("SOCK", "Sock", Decimal(9)))

    assert "1 variant got its item." in act(given_kari, given_product, "match")
    act(given_kari, given_product, "unmap")

    assert link_of(given_product).state == "unmapped"


def test_f8_an_item_is_made_by_hand_only_where_the_shop_allows_it(
    given_product: Product, given_shop: Shop, given_kari: Client
) -> None:
    OrderSettings.objects.update(auto_create_unknown_items=False)

    text = act(given_kari, given_product, "create")

    assert "makes no items" in text
    issue = Issue.objects.get(report="products", gid=given_product.gid)
    assert issue.state == "open"
    OrderSettings.objects.update(auto_create_unknown_items=True)
    act(given_kari, given_product, "create")
    issue.refresh_from_db()
    assert issue.state == "resolved"
    assert Item.objects.get().no == "SOCK"


def test_several_are_done_at_once(
    given_product: Product, given_shop: Shop, given_kari: Client
) -> None:
    address = reverse("product-actions")

    given_kari.post(address, {"action": "create", "scope": "all", "query": "view=unmapped"})

    assert link_of(given_product).how == hows.CREATED


def test_who_may_only_look_changes_nothing(given_product: Product, given_lars: Client) -> None:
    address = reverse("product-act", args=[given_product.pk])

    assert given_lars.post(address, {"action": "match"}).status_code == 403
    assert given_lars.post(reverse("product-actions"), {"action": "match"}).status_code == 403


def test_a_template_is_made_changed_and_deleted(given_books: Company, given_kari: Client) -> None:
    address = reverse("item-templates")
    new = {
        "new-code": "shop",
        "new-type": "inventory",
        "new-base_uom": "each",
        "new-reserve": "optional",
    }

    given_kari.post(address, new)

    template = ItemTemplate.objects.get()
    assert (template.code, template.base_uom) == ("SHOP", "EACH")
    untouched = {"new-type": "inventory", "new-base_uom": "PCS", "new-reserve": "optional"}
    changed = untouched | {
        "SHOP-description": "From shops",
        "SHOP-type": "service",
        "SHOP-base_uom": "EACH",
        "SHOP-vat_prod": "VAT25",
        "SHOP-reserve": "never",
    }
    given_kari.post(address, changed)
    template.refresh_from_db()
    assert (template.description, template.type, template.vat_prod) == (
        "From shops",
        "service",
        "VAT25",
    )
    given_kari.post(address, {"delete": "SHOP"})
    assert not ItemTemplate.objects.exists()


def settings_data(shop: Shop, client: Client, **changes: str | list[str]) -> dict[str, object]:
    """What the shop card would send, with `changes`."""
    context = client.get(reverse("shop", args=[shop.code])).context
    fields = [field for tab in context["tabs"] for field in [*tab.switches, *tab.fields]]
    values = {field.html_name: field.value() for field in fields}
    kept = {
        name: value for name, value in values.items() if value is not None and value is not False
    }
    return {**kept, **changes}


def test_the_shop_card_keeps_what_is_decided_about_products(
    given_shop: Shop, given_kari: Client
) -> None:
    data = settings_data(
        given_shop,
        given_kari,
        sync_item="from_shopify",
        sku_mapping="item_and_variant",
        books_own=["description"],
        cleared=["vendor"],
    )

    given_kari.post(reverse("shop", args=[given_shop.code]), data)

    kept = ProductSettings.objects.get()
    assert (kept.sync_item, kept.sku_mapping) == ("from_shopify", "item_and_variant")
    assert kept.field_rules == {"description": {"owner": "books"}, "vendor": {"empty": "clear"}}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"shopify_can_update_items": "on", "can_update_shopify_products": "on"},
            "Choose one direction",
        ),
        ({"sku_mapping": "item_and_variant", "sku_separator": " "}, "Enter what stands between"),
        ({"item_template": "NONE"}, "There is no item template NONE."),
        ({"price_vat_bus": "NONE"}, "There is no VAT group NONE."),
    ],
)
def test_what_cannot_be_is_said_at_the_field(
    changes: dict[str, str], sentence: str, given_shop: Shop, given_kari: Client
) -> None:
    data = settings_data(given_shop, given_kari, **changes)

    text = given_kari.post(reverse("shop", args=[given_shop.code]), data).content.decode()

    assert sentence in text
    assert not ProductSettings.objects.exists()
