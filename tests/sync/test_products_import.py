"""30108 from Shopify: products come in, find their items, and make or change them where allowed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connector.sync.matching import hows
from connector.sync.models import DryRunLine, Issue, ProductLink, VariantLink
from connector.sync.models.links import MappingState
from connector.sync.products.item_creation import make_items
from erp import lookups
from erp.customers import create_vendor
from erp.drafts import CustomerDraft, ItemDraft
from erp.items import create_item
from erp.models import Company as Books
from erp.models import Item, ItemReference, ItemText, ItemVariant, Lookup
from erp.references import put_reference
from erp.templates import put_template
from sandbox.arguments import Options
from sandbox.opening import opened
from sandbox.options import options_of
from sandbox.records.product import Product as ProductRecord
from sandbox.server import Server
from sandbox.store import Store
from shops.models import Product, ProductSettings, Shop, Variant
from tests.sync.conftest import TOKEN, Run, change_settings

pytestmark = pytest.mark.django_db(transaction=True)
# Of what the run is about; how it went is written each time. Many at once begin "17 times: ".
WRITES = re.compile(
    r"(?:\d+ times: )?(?:INSERT INTO|UPDATE|DELETE FROM) "
    r'"(?:shops_product|shops_variant|sync_productlink|sync_variantlink|erp_\w+)"'
)
SHIRTS = ("Red / S", "Red / M", "Blue / S", "Blue / M")


@pytest.fixture
def server() -> Iterator[Server]:
    server = opened(
        Options(token=[TOKEN], plan="plus", products=[Path(__file__).with_name("catalog.csv")])
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def importing(shop: Shop) -> ProductSettings:
    return ProductSettings.objects.create(shop=shop, sync_item="from_shopify")


def settle(settings: ProductSettings, **values: Any) -> None:
    ProductSettings.objects.filter(pk=settings.pk).update(**values)


def create_none(shop: Shop) -> None:
    change_settings(shop, auto_create_unknown_items=False)


def link_of(sku: str) -> VariantLink:
    return VariantLink.objects.select_related("item", "item_variant").get(variant__sku=sku)


def record(store: Store, handle: str) -> ProductRecord:
    found = (row for row in store.records.values() if isinstance(row, ProductRecord))
    return next(row for row in found if row.handle == handle)


def change(store: Store, handle: str, **values: Any) -> None:
    store.clock.advance(timedelta(minutes=10))
    if variants := values.get("variants"):
        values["options"] = options_of(variants, store.new_gid)
    store.put(replace(record(store, handle), updated_at=store.clock.now(), **values))


def test_products_come_in_with_their_variants_and_gift_cards_stay_away(
    shop: Shop, importing: ProductSettings, run: Run
) -> None:
    create_none(shop)

    log = run("products")

    assert log.status == "success"
    assert log.counts == {"read": 4, "created": 4}
    shirt = Product.objects.get(handle="shirt")
    assert (shirt.vendor, shirt.tags, shirt.options) == (
        "Nordlys",
        ["summer", "vip"],
        ["Colour", "Size"],
    )
    assert (
        tuple(shirt.variants.order_by("position").values_list("variant_title", flat=True)) == SHIRTS
    )
    variant = shirt.variants.get(sku="1000|RED-S")
    assert (variant.price, variant.barcode) == (Decimal(20), "7000000000011")
    assert not Product.objects.filter(gift_card=True).exists()
    assert Item.objects.count() == 0
    assert ProductLink.objects.filter(state=MappingState.UNMAPPED).count() == 4


def test_a_shop_without_a_direction_does_nothing_and_says_so(shop: Shop, run: Run) -> None:
    log = run("products")

    assert log.status == "success"
    assert log.message == (
        "The shop does not synchronize items: choose a direction on its shop card."
    )
    assert not Product.objects.exists()


def test_15_2_a_second_run_writes_no_row(shop: Shop, importing: ProductSettings, run: Run) -> None:
    run("products", full="all")

    with CaptureQueriesContext(connection) as queries:
        log = run("products", full="all")

    assert [sql for query in queries if WRITES.match(sql := str(query["sql"]))] == []
    assert log.counts == {"read": 4, "unchanged": 4}


def test_a_weight_that_is_finer_than_the_column_is_no_news_each_time(
    shop: Shop, importing: ProductSettings, run: Run, store: Store
) -> None:
    lamp = record(store, "lamp")
    fine = replace(lamp.variants[0], weight=Decimal("1.0008986703193443"))
    change(store, "lamp", variants=(fine,))
    run("products")

    assert run("products", full="all").counts == {"read": 4, "unchanged": 4}


def test_only_what_changed_is_read_and_only_what_differs_is_written(
    shop: Shop, importing: ProductSettings, run: Run, store: Store
) -> None:
    run("products")
    store.clock.advance(timedelta(hours=1))
    change(store, "lamp", title="Desk lamp")

    log = run("products")

    assert log.counts == {"read": 4, "unchanged": 3, "updated": 1}  # five minutes are read again
    assert Product.objects.get(handle="lamp").title == "Desk lamp"
    assert Variant.objects.get(sku="LAMP").title == "Desk lamp"


def test_what_we_wrote_ourselves_is_no_news(
    shop: Shop, importing: ProductSettings, run: Run
) -> None:
    """15.2 no. 7: the export keeps what Shopify confirmed, with Shopify's own time."""
    run("products")
    Product.objects.filter(handle="lamp").update(title="As we wrote it")

    log = run("products")

    assert log.counts == {"read": 4, "unchanged": 4}
    assert Product.objects.get(handle="lamp").title == "As we wrote it"


def test_c13_all_of_250_variants_come_in(
    shop: Shop, importing: ProductSettings, run: Run, store: Store
) -> None:
    create_none(shop)
    shirt = record(store, "shirt")
    many = tuple(
        replace(
            shirt.variants[0],
            gid=store.new_gid("ProductVariant"),
            inventory_item_gid=store.new_gid("InventoryItem"),
            sku=f"S-{number}",
            barcode=None,
            options=(("Colour", f"C{number}"), ("Size", "S")),
            title=f"C{number} / S",
        )
        for number in range(250)
    )
    change(store, "shirt", variants=many)

    run("products")

    assert Variant.objects.filter(product__handle="shirt", gone_at=None).count() == 250


def test_c14_a_variant_that_is_newer_here_is_kept_and_one_that_is_gone_is_marked(
    shop: Shop, importing: ProductSettings, run: Run, store: Store
) -> None:
    run("products")
    shirt = record(store, "shirt")
    later = store.clock.now() + timedelta(days=1)
    Variant.objects.filter(sku="1000|RED-S").update(price=Decimal(99), updated_at=later)
    change(store, "shirt", variants=shirt.variants[:3])

    run("products")

    assert Variant.objects.get(sku="1000|RED-S").price == Decimal(99)
    gone = Variant.objects.filter(product__handle="shirt", gone_at__isnull=False)
    assert [variant.variant_title for variant in gone] == ["Blue / M"]


def test_a_deleted_product_is_noticed(
    shop: Shop, importing: ProductSettings, run: Run, store: Store
) -> None:
    run("products")
    store.remove(record(store, "lamp").gid)

    log = run("products")

    assert log.message.startswith("1 product was deleted in Shopify.")
    assert Product.objects.get(handle="lamp").gone_at
    assert Variant.objects.get(sku="LAMP").gone_at


def test_a_filter_lets_in_only_what_it_names(
    shop: Shop, importing: ProductSettings, run: Run
) -> None:
    create_none(shop)

    log = run("products", filters={"sku": "*[LAMP]*"})

    assert log.counts == {"read": 4, "created": 1, "skipped": 3}
    assert Product.objects.get().handle == "lamp"


@pytest.mark.parametrize(
    ("rule", "items", "variants"),
    [("item_no", 5, 0), ("item_and_variant", 2, 4), ("variant_code", 2, 4), ("", 4, 0)],
)
def test_f5_items_are_made_by_the_rule(
    shop: Shop, importing: ProductSettings, run: Run, rule: str, items: int, variants: int
) -> None:
    """The twins share their SKU: where SKUs count, a person has to say what they are."""
    settle(importing, sku_mapping=rule)

    run("products")

    twins = 2 if rule in {"", "variant_code"} else 0
    assert Item.objects.count() == items + (twins if rule == "variant_code" else 0)
    assert ItemVariant.objects.count() == variants
    unmapped = VariantLink.objects.filter(state="unmapped")
    assert {link.variant.sku.upper() for link in unmapped} == (set() if twins else {"TWIN"})


def test_a_shared_sku_is_listed_with_who_shares_it(
    shop: Shop, importing: ProductSettings, run: Run, books: Books
) -> None:
    create_item(books, ItemDraft("TWIN", "Twin", Decimal(1)))

    log = run("products")

    link = link_of("TWIN")
    assert (link.state, link.conflict) == ("unmapped", True)
    assert link.reason == "The SKU TWIN is also that of Twin B."
    assert link.candidates == [[Item.objects.get(no="TWIN").pk, None, "", hows.ITEM_NO]]
    assert "2 variants may stand for several items" in log.message


def test_a_new_item_has_what_the_product_says(
    shop: Shop, importing: ProductSettings, run: Run, books: Books
) -> None:
    lookups.put_lookup(books, Lookup.Kind.CATEGORY, "LIGHT", "Lighting")
    vendor = create_vendor(books, CustomerDraft(name="Lumen", no="V1"))
    put_template(books, "SHOP", base_uom="EACH", vat_prod="VAT25", price_incl_vat=True)
    settle(importing, item_template="SHOP", sync_item_marketing_text=True)

    run("products")

    item = Item.objects.get(no="LAMP")
    assert (item.description, item.category, item.vendor) == ("Lamp", "LIGHT", vendor)
    assert (item.base_uom, item.vat_prod, item.price_incl_vat) == ("EACH", "VAT25", True)
    assert (item.unit_price, item.unit_cost) == (Decimal(100), Decimal(40))
    reference = ItemReference.objects.get(item=item)
    assert (reference.number, reference.type) == ("7000000000020", "barcode")
    assert link_of("LAMP").how == hows.CREATED
    text = ItemText.objects.filter(item__no="1000|RED-S").get()
    assert text.text == "<p>Soft <b>cotton</b></p>"


def test_f7_price_and_cost_are_in_the_books_currency(
    shop: Shop, importing: ProductSettings, run: Run, books: Books
) -> None:
    Lookup.objects.create(
        company=books,
        kind=Lookup.Kind.CURRENCY,
        code="USD",
        data={
            "rounding": "0.01",
            "unit_rounding": "0.00001",
            "rates": [{"from": "2020-01-01", "rate": "0.8"}],
        },
    )
    create_none(shop)
    run("products")
    shop.currency = "USD"
    links = list(
        VariantLink.objects.filter(variant__sku="LAMP").select_related("variant__product__link")
    )

    assert make_items(shop, books, links, date(2026, 3, 1)) == []

    item = Item.objects.get(no="LAMP")
    assert (item.unit_price, item.unit_cost) == (Decimal(80), Decimal(32))


def test_f7_without_a_rate_nothing_is_made_and_the_reason_is_told(
    shop: Shop, importing: ProductSettings, run: Run, books: Books
) -> None:
    create_none(shop)
    run("products")
    shop.currency = "USD"
    links = list(
        VariantLink.objects.filter(variant__sku="LAMP").select_related("variant__product__link")
    )

    [failed] = make_items(shop, books, links, date(2026, 3, 1))

    assert "no exchange rate of USD for 2026-03-01" in failed.reason
    assert not Item.objects.exists()


def test_f9_f10_what_fails_is_listed_and_tried_again_though_unchanged(
    shop: Shop, importing: ProductSettings, run: Run, books: Books, store: Store
) -> None:
    settle(importing, uom_as_variant=True, option_name_for_uom="Size", sku_mapping="variant_code")
    shirt = record(store, "shirt")
    odd = replace(
        shirt.variants[0],
        options=(("Colour", "Red"), ("Size", "A very large box")),
        title="Red / A very large box",
    )
    change(store, "shirt", variants=(odd, *shirt.variants[1:]))

    first = run("products")

    assert first.counts == {"read": 4, "created": 3, "rejected": 1}
    issue = Issue.objects.get()
    assert (issue.ref, issue.code) == ("Shirt", "no_item")
    assert "“A very large box” is no unit of measure" in issue.reason
    lookups.put_lookup(books, Lookup.Kind.UOM, "LARGE", "A very large box")
    store.clock.advance(timedelta(hours=1))

    second = run("products")

    assert second.counts["updated"] == 1
    issue.refresh_from_db()
    assert issue.state == "resolved"
    [item] = Item.objects.filter(description="Shirt")
    assert (item.base_uom, item.units) == ("LARGE", {"M": "1", "S": "1"})


def test_a_template_that_is_missing_fails_each_product_by_itself(
    shop: Shop, importing: ProductSettings, run: Run
) -> None:
    settle(importing, item_template="GONE")

    log = run("products")

    assert log.counts["rejected"] == 2
    assert "There is no item template GONE." in Issue.objects.first().reason  # type: ignore[union-attr]
    assert Product.objects.count() == 4


def test_f11_a_mapped_item_follows_but_for_price_and_cost(
    shop: Shop, importing: ProductSettings, run: Run, books: Books, store: Store
) -> None:
    settle(importing, shopify_can_update_items=True, sync_item_marketing_text=True)
    run("products")
    vendor = create_vendor(books, CustomerDraft(name="Lumen", no="V1"))
    lookups.put_lookup(books, Lookup.Kind.CATEGORY, "DESK", "Desk lamps")
    store.clock.advance(timedelta(hours=1))
    lamp = record(store, "lamp")
    dearer = replace(lamp.variants[0], price=Decimal(500), barcode="7000000000099")
    change(
        store,
        "lamp",
        title="Desk lamp",
        product_type="Desk lamps",
        variants=(dearer,),
        description_html="<p>New</p>",
    )

    log = run("products")

    item = Item.objects.get(no="LAMP")
    assert log.counts["updated"] == 1
    assert (item.description, item.category, item.vendor) == ("Desk lamp", "DESK", vendor)
    assert (item.unit_price, item.unit_cost) == (Decimal(100), Decimal(40))
    assert set(item.references.values_list("number", flat=True)) == {
        "7000000000020",
        "7000000000099",
    }
    assert not ItemText.objects.filter(item=item).exists()


def test_an_item_that_appears_in_the_books_later_is_found_without_any_change_in_shopify(
    shop: Shop, importing: ProductSettings, run: Run, books: Books
) -> None:
    create_none(shop)
    run("products")
    create_item(books, ItemDraft("LAMP", "Lamp", Decimal(1)))

    run("products")

    link = link_of("LAMP")
    assert (link.state, link.how) == ("mapped", hows.ITEM_NO)
    assert link.variant.product
    assert link.variant.product.link.how == hows.VARIANTS


def test_a_bar_code_of_a_box_maps_to_the_box(
    shop: Shop, importing: ProductSettings, run: Run, books: Books
) -> None:
    create_none(shop)
    item = create_item(books, ItemDraft("X", "Lamp", Decimal(1), units=(("BOX", Decimal(6)),)))
    put_reference(item, ItemReference.Type.BARCODE, "7000000000020", uom="BOX")

    run("products")

    link = link_of("LAMP")
    assert (link.item, link.uom, link.how) == (item, "BOX", "bar code @ BOX")


def test_a_dry_run_tells_what_would_be_made_and_writes_nothing(
    shop: Shop, importing: ProductSettings, run: Run
) -> None:
    log = run("products", dry_run="yes")

    assert log.counts == {"read": 4, "created": 4}
    words = dict(DryRunLine.objects.values_list("ref", "words"))
    assert words["Lamp"] == "1 variant; items made: LAMP"
    assert words["Twin A"] == "1 variant; 1 variant without an item"
    assert not Product.objects.exists()
    assert not Item.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_page(
    shop: Shop, importing: ProductSettings, run: Run, store: Store
) -> None:
    def queries() -> int:
        Product.objects.all().delete()
        Variant.objects.all().delete()
        Item.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            run("products", full="all")
        return len(seen)

    few = queries()
    lamp = record(store, "lamp")
    for number in range(20):
        one = replace(
            lamp.variants[0],
            gid=store.new_gid("ProductVariant"),
            inventory_item_gid=store.new_gid("InventoryItem"),
            sku=f"L{number}",
            barcode=f"80000{number}",
        )
        store.put(replace(lamp, gid=store.new_gid("Product"), handle=f"l{number}", variants=(one,)))

    assert queries() <= few + 2
