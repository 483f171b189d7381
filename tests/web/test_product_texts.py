"""Metafields of a product, languages and staff of a shop: each on its page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connector.shopify.errors import AccessDenied, UserErrors
from connector.shopify.metafields import MetafieldInput
from connector.shopify.nodes.metafield import DefinitionNode, MetafieldNode
from connector.shopify.staff import StaffNode
from connector.shopify.translations import LocaleNode
from erp.models import Lookup
from shops.models import Language, Metafield, Product, ProductSettings, Shop, StaffMember
from tests import factories


@pytest.fixture
def given_shop(db: None) -> Shop:
    shop = factories.make_shop(plan="Advanced")
    books = factories.make_books()
    for code in ("AB", "OD"):
        Lookup.objects.create(company=books, kind=Lookup.Kind.SALESPERSON, code=code)
    ProductSettings.objects.create(
        shop=shop, sync_item="to_shopify", can_update_shopify_products=True
    )
    return shop


@pytest.fixture
def given_product(given_shop: Shop) -> Product:
    product = factories.make_product(given_shop)
    factories.make_variant(given_shop, product=product, gid="gid://shopify/ProductVariant/9")
    return product


@pytest.fixture
def given_row(given_product: Product) -> Metafield:
    return factories.make_metafield(given_product.shop, given_product.gid)


class Told:
    """What the pages ask Shopify, and what it answers."""

    def __init__(self) -> None:
        self.sent: list[MetafieldInput] = []
        self.refusal: Exception | None = None
        self.has: dict[str, list[MetafieldNode]] = {}

    def set(self, _client: object, wanted: list[MetafieldInput]) -> list[MetafieldNode]:
        if self.refusal:
            raise self.refusal
        self.sent += wanted
        return [node(each.key, each.value, each.type, each.namespace) for each in wanted]

    def of(self, _client: object, owners: Any) -> dict[str, list[MetafieldNode]]:
        if self.refusal:
            raise self.refusal
        return {owner: self.has.get(owner, []) for owner in owners}


def node(
    key: str, value: str, kind: str = "single_line_text_field", namespace: str = "custom"
) -> MetafieldNode:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return MetafieldNode(f"gid://shopify/Metafield/{key}", namespace, key, kind, value, "d2", now)


@pytest.fixture
def shopify(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    for page in ("metafields", "metafield", "languages", "staff"):
        monkeypatch.setattr(f"connector.pages.{page}.client_for", lambda *_a, **_m: None)
    monkeypatch.setattr("connector.sync.metafields.set_metafields", told.set)
    monkeypatch.setattr("connector.sync.metafields.metafields_of", told.of)
    return told


def new(product: Product, **more: str) -> dict[str, str]:
    given = {
        "owner": product.gid,
        "namespace": "custom",
        "key": "care",
        "type": "single_line_text_field",
        "value": "Wash cold",
    }
    return given | more


def page_of(product: Product) -> str:
    return reverse("metafields", args=[product.pk])


def test_m3_a_new_metafield_is_sent_at_once_and_listed(
    given_product: Product, given_kari: Client, shopify: Told
) -> None:
    sent = new(
        given_product,
        owner="gid://shopify/ProductVariant/9",
        key="width",
        type="dimension",
        value="25 cm",
    )

    page = given_kari.post(page_of(given_product), sent, follow=True).content.decode()

    assert "custom.width" in page
    assert shopify.sent[0].value == '{"value": 25.0, "unit": "cm"}'
    assert Metafield.objects.get().owner_kind == Metafield.Owner.VARIANT


def test_m3_one_that_shopify_refuses_is_told_and_makes_no_row(
    given_product: Product, given_kari: Client, shopify: Told
) -> None:
    shopify.refusal = UserErrors("Namespace is reserved.")

    page = given_kari.post(page_of(given_product), new(given_product)).content.decode()

    assert "Namespace is reserved." in page
    assert not Metafield.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"type": "color", "value": "red"}, "#0A64C8"),
        ({"type": "money", "value": "12.50 USD"}, "but the shop has NOK"),
        ({"key": "no spaces"}, "Use letters, digits"),
        ({"owner": "gid://shopify/Product/1"}, "Select a valid choice"),
        ({"value": " "}, "delete the metafield"),
    ],
)
def test_what_cannot_be_is_refused_before_it_is_sent(
    given: dict[str, str],
    sentence: str,
    given_product: Product,
    given_kari: Client,
    shopify: Told,
) -> None:
    page = given_kari.post(page_of(given_product), new(given_product, **given)).content.decode()

    assert sentence in page
    assert shopify.sent == []


def test_definitions_fill_in_the_form(
    given_product: Product,
    given_row: Metafield,
    given_kari: Client,
    shopify: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        DefinitionNode("custom", "care", "Care", "single_line_text_field"),  # has a value
        DefinitionNode("custom", "burn", "Burns for", "a_type_of_tomorrow"),
    ]
    monkeypatch.setattr("connector.pages.metafields.definitions", lambda *_args: found)

    page = given_kari.get(page_of(given_product) + "?definitions").content.decode()
    filled = given_kari.get(
        page_of(given_product) + "?key=burn&type=a_type_of_tomorrow"
    ).content.decode()

    assert "Burns for" in page
    assert ">Care<" not in page
    assert '<option value="a_type_of_tomorrow" selected>' in filled
    assert 'value="burn"' in filled


def test_fetching_brings_in_what_shopify_has(
    given_product: Product, given_kari: Client, shopify: Told
) -> None:
    shopify.has[given_product.gid] = [node("stars", '{"value": "4"}', "rating")]

    page = given_kari.post(
        reverse("metafields-fetch", args=[given_product.pk]), follow=True
    ).content.decode()

    assert "1 metafield changed." in page
    assert "custom.stars" in page
    assert "rating" in page


def test_an_edited_value_waits_for_the_next_sync(
    given_row: Metafield, given_kari: Client, shopify: Told
) -> None:
    Metafield.objects.update(stale=True, refusal="x")
    page = reverse("metafield", args=[given_row.pk])

    given_kari.post(page, {"value": "Wash hot", "seen": "d1"})

    given_row.refresh_from_db()
    assert (given_row.value, given_row.dirty) == ("Wash hot", True)
    assert (given_row.stale, given_row.refusal) == (False, "")
    assert shopify.sent == []


def test_a_value_that_did_not_change_does_not_wait(
    given_row: Metafield, given_kari: Client
) -> None:
    given_kari.post(reverse("metafield", args=[given_row.pk]), {"value": "Wash cold", "seen": "d1"})

    given_row.refresh_from_db()
    assert not given_row.dirty


def test_a_value_is_not_saved_over_one_that_nobody_saw(
    given_row: Metafield, given_kari: Client
) -> None:
    Metafield.objects.update(digest="d2", value="Wash warm")
    address = reverse("metafield", args=[given_row.pk])

    page = given_kari.post(address, {"value": "Wash hot", "seen": "d1"}).content.decode()

    given_row.refresh_from_db()
    assert "changed while you were writing" in page
    assert not given_row.dirty
    assert 'value="d2"' in page  # who saves again has seen it


def test_a_wrong_value_is_refused_with_a_sample(given_row: Metafield, given_kari: Client) -> None:
    Metafield.objects.update(type="number_integer", value="1")
    address = reverse("metafield", args=[given_row.pk])

    page = given_kari.post(address, {"value": "many", "seen": "d1"}).content.decode()

    assert "For example: 12" in page
    given_row.refresh_from_db()
    assert given_row.value == "1"


def test_deleting_asks_and_waits_and_can_be_discarded(
    given_row: Metafield, given_kari: Client, shopify: Told
) -> None:
    address = reverse("metafield", args=[given_row.pk])
    assert "Delete custom.care in Shopify?" in given_kari.get(f"{address}?delete").content.decode()
    assert not Metafield.objects.get().deleted

    given_kari.post(address, {"do": "delete"})
    assert Metafield.objects.get().deleted

    shopify.has[given_row.owner_gid] = [node("care", "Wash cold")]
    given_kari.post(address, {"do": "discard"})
    given_row.refresh_from_db()
    assert (given_row.deleted, given_row.dirty) == (False, False)


def test_a_change_is_discarded_only_with_shopify_s_value_in_its_place(
    given_row: Metafield, given_kari: Client, shopify: Told
) -> None:
    Metafield.objects.update(value="Dust", dirty=True, stale=True, refusal="x")
    address = reverse("metafield", args=[given_row.pk])
    shopify.refusal = AccessDenied("No token.")
    assert "No token." in given_kari.post(address, {"do": "discard"}).content.decode()
    given_row.refresh_from_db()
    assert given_row.dirty

    shopify.refusal = None
    shopify.has[given_row.owner_gid] = [node("care", "Wash warm")]
    given_kari.post(address, {"do": "discard"})

    given_row.refresh_from_db()
    assert (given_row.value, given_row.dirty, given_row.stale) == ("Wash warm", False, False)


def test_what_shopify_has_no_more_is_deleted_here_at_once(
    given_row: Metafield, given_kari: Client
) -> None:
    Metafield.objects.update(gid="", digest="", dirty=True, stale=True)

    given_kari.post(reverse("metafield", args=[given_row.pk]), {"do": "delete"})

    assert not Metafield.objects.exists()


@pytest.mark.parametrize(
    "off",
    [
        {"sync_item": "from_shopify"},
        {"can_update_shopify_products": False},
        {"sync_metafields": False},
    ],
)
def test_where_shopify_leads_metafields_are_looked_at_only(
    off: dict[str, Any], given_product: Product, given_row: Metafield, given_kari: Client
) -> None:
    ProductSettings.objects.update(**off)

    page = given_kari.get(page_of(given_product)).content.decode()

    assert "New metafield" not in page
    assert given_kari.post(page_of(given_product), new(given_product)).status_code == 403
    assert given_kari.post(reverse("metafield", args=[given_row.pk])).status_code == 403


def test_languages_are_fetched_chosen_and_kept(
    given_shop: Shop, given_kari: Client, shopify: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        LocaleNode("en", "English", primary=True, published=True),
        LocaleNode("pt-BR", "Portuguese (Brazil)", primary=False, published=False),
    ]
    monkeypatch.setattr("connector.pages.languages.shop_locales", lambda _client: found)
    page = given_kari.post(
        reverse("languages-fetch", args=[given_shop.code]), follow=True
    ).content.decode()
    assert "1 language besides its own" in page
    assert "pt-BR" in page
    row = Language.objects.get()
    address = reverse("languages", args=[given_shop.code])

    refused = given_kari.post(address, {f"{row.pk}-sync": "on"}).content.decode()
    assert "Say in which language of the books" in refused

    given_kari.post(address, {f"{row.pk}-language": " pt-BR ", f"{row.pk}-sync": "on"})
    row.refresh_from_db()
    assert (row.language, row.sync) == ("pt-BR", True)


def test_m1_staff_is_fetched_and_each_salesperson_is_one_of_them(
    given_shop: Shop, given_kari: Client, shopify: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [StaffNode(str(n), name, "", active=True) for n, name in enumerate(("Ann", "Ole"))]
    monkeypatch.setattr("connector.pages.staff.staff_members", lambda _client: found)
    page = given_kari.post(reverse("staff-fetch", args=[given_shop.code]), follow=True)
    assert "2 people work here." in page.content.decode()
    ann, ole = StaffMember.objects.order_by("name")
    address = reverse("staff", args=[given_shop.code])

    def save(first: str, second: str) -> str:
        codes = {f"{ann.pk}-salesperson_code": first, f"{ole.pk}-salesperson_code": second}
        return given_kari.post(address, codes, follow=True).content.decode()

    assert "Salesperson AB is Ann already." in save("AB", "AB")
    assert "There is no salesperson XX." in save("XX", "")
    assert "The staff is saved." in save("AB", "OD")
    assert "The staff is saved." in save("OD", "AB")  # they swap
    assert list(
        StaffMember.objects.order_by("name").values_list("salesperson_code", flat=True)
    ) == [
        "OD",
        "AB",
    ]


@pytest.mark.parametrize(
    ("plan", "shown"), [("Advanced", True), ("Shopify Plus", True), ("Basic", False), ("", False)]
)
def test_m6_the_staff_is_shown_on_advanced_plans_alone(
    plan: str, shown: bool, given_shop: Shop, given_kari: Client
) -> None:
    Shop.objects.update(plan=plan)
    card = given_kari.get(reverse("shop", args=[given_shop.code])).content.decode()
    page = given_kari.get(reverse("staff", args=[given_shop.code])).content.decode()

    assert (reverse("staff", args=[given_shop.code]) in card) is shown
    assert (reverse("staff-fetch", args=[given_shop.code]) in page) is shown


@pytest.mark.parametrize("name", ["languages", "languages-fetch", "staff", "staff-fetch"])
def test_without_the_right_nothing_is_changed(
    name: str, given_shop: Shop, given_lars: Client
) -> None:
    assert given_lars.post(reverse(name, args=[given_shop.code])).status_code == 403


def test_without_the_right_metafields_are_only_looked_at(
    given_product: Product, given_row: Metafield, given_lars: Client
) -> None:
    assert "Wash cold" in given_lars.get(page_of(given_product)).content.decode()
    assert given_lars.post(page_of(given_product)).status_code == 403
    assert given_lars.post(reverse("metafields-fetch", args=[given_product.pk])).status_code == 403
    assert given_lars.post(reverse("metafield", args=[given_row.pk])).status_code == 403
