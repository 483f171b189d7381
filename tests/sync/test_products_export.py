"""30108 to Shopify: what changed of items is sent to their products, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connector.sync.lookups import books_of
from connector.sync.models import DryRunLine, Issue, OptionAttribute, ProductExport, VariantLink
from connector.sync.products.linked import sendables
from erp.attributes import put_attribute, set_value
from erp.cards import put_variant
from erp.models import Company as Books
from erp.models import Item, ItemReference, ItemText
from erp.texts import put_text
from jobqueue.models import JobQueueEntry, JobQueueLogEntry
from sandbox.records.product import Product as ProductRecord
from sandbox.store import Store
from shops.models import Language, Product, ProductSettings, Shop
from tests.sync.conftest import TODAY, Run, Sandbox
from tests.sync.test_add_items import ALL, Make, decide, in_shopify, make, skus

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["make"]


@pytest.fixture
def selling(shop: Shop) -> Shop:
    decide(
        shop,
        sync_item="to_shopify",
        can_update_shopify_products=True,
        sku_mapping="item_and_variant",
        sync_prices=False,
    )
    return shop


@pytest.fixture
def shirt(selling: Shop, make: Make, run: Run) -> Item:
    """An item of two variants that is in the shop."""
    item = make("1000", "A", "B", unit_weight=Decimal("0.25"))
    run("add_items", filters=ALL)
    return item


def sent(shopify: Sandbox) -> list[dict[str, Any]]:
    """The variables of all mutations so far."""
    return [each["variables"] for each in shopify.state()["mutations"]]


def news(shopify: Sandbox, run: Run, **options: str) -> list[dict[str, Any]]:
    """What a run sends."""
    before = len(sent(shopify))
    run("products", **options)
    return sent(shopify)[before:]


def change(item: Item, **values: Any) -> None:
    Item.objects.filter(pk=item.pk).update(**values)


def record_of(store: Store, title: str = "Wool shirt") -> ProductRecord:
    (record,) = in_shopify(store, title)
    return record


def test_d1_nothing_changed_so_nothing_is_sent_and_no_row_is_written(
    shirt: Item, shopify: Sandbox, run: Run
) -> None:
    before = ProductExport.objects.values().get()

    assert news(shopify, run) == []

    assert ProductExport.objects.values().get() == before


def test_d2_only_the_title_goes_when_only_the_title_changed(
    shirt: Item, shopify: Sandbox, store: Store, run: Run
) -> None:
    change(shirt, description="Silk shirt")

    (call,) = news(shopify, run)

    gid = Product.objects.get().gid
    assert call == {"product": {"id": gid, "title": "Silk shirt"}}
    assert record_of(store, "Silk shirt").updated_at.replace(microsecond=0) == (
        Product.objects.get(title="Silk shirt").updated_at
    )
    assert news(shopify, run) == []


def test_d3_and_d4_a_blocked_item_archives_its_product_and_gives_it_back(
    shirt: Item, selling: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    decide(selling, action_for_removed_products="ARCHIVED", restore_unblocked_products=True)
    change(shirt, blocked=True)

    assert news(shopify, run)[0]["product"]["status"] == "ARCHIVED"
    assert record_of(store).status == "ARCHIVED"
    assert news(shopify, run) == []
    assert Issue.objects.get().code == "blocked"

    change(shirt, blocked=False)
    assert news(shopify, run)[0]["product"]["status"] == "ACTIVE"
    assert news(shopify, run) == []
    assert not Issue.objects.open().exists()


def test_d3_without_an_action_a_blocked_item_is_skipped(
    shirt: Item, shopify: Sandbox, run: Run
) -> None:
    change(shirt, blocked=True, description="Other")

    assert news(shopify, run) == []

    assert (Issue.objects.get().code, Issue.objects.get().outcome) == ("blocked", "skipped")


def test_d7_all_variants_arrive_when_a_call_overflows_by_its_size(
    selling: Shop,
    make: Make,
    shopify: Sandbox,
    store: Store,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("connector.sync.reports.add_items.time.sleep", lambda _seconds: None)
    item = make("1000", *(f"V{n:03}" for n in range(249)))
    run("add_items", filters=ALL)
    change(item, unit_weight=Decimal("0.125"))
    number = "7" * 50
    ItemReference.objects.bulk_create(
        ItemReference(
            company=item.company, item=item, variant=variant, type="barcode", number=number
        )
        for variant in item.variants.all()
    )
    decide(selling, sku_separator="----------")

    calls = news(shopify, run)

    assert [len(call["variants"]) < 249 for call in calls] == [True, True]
    variants = record_of(store).variants
    assert {variant.barcode for variant in variants} == {number}
    assert {variant.weight for variant in variants} == {Decimal("0.125")}
    assert len({variant.sku for variant in variants}) == 249


def test_d8_and_d11_extended_texts_are_the_description_where_the_shop_wants_them(
    shirt: Item, selling: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    shopify.control(
        "products/edit", {"handle": "wool-shirt-1000", "descriptionHtml": "<p>Mine</p>"}
    )
    put_text(shirt, ItemText.Kind.EXTENDED, "Line one.\nSee https://x/\ny\n")
    put_text(shirt, ItemText.Kind.EXTENDED, "later", starts=TODAY + timedelta(days=400))
    assert news(shopify, run, full="all") == []
    assert record_of(store).description_html == "<p>Mine</p>"

    decide(selling, sync_item_extended_text=True)
    news(shopify, run)

    text = record_of(store).description_html
    assert text.startswith('<div class="productDescription">Line one.<br')
    assert "See https://x/y" in text
    assert "later" not in text
    assert news(shopify, run) == []


def test_a_new_item_variant_becomes_a_variant_with_its_price(
    shirt: Item, shopify: Sandbox, store: Store, run: Run
) -> None:
    put_variant(shirt, "C", description="", gtin="", blocked=False)

    run("products")

    record = record_of(store)
    assert skus(record) == ["1000|A", "1000|B", "1000|C"]
    assert record.variants[2].price == Decimal(100)
    assert VariantLink.objects.get(item_variant__code="C").how == "made"
    assert news(shopify, run) == []


def test_c11_variants_of_an_item_that_is_a_variant_itself_are_not_multiplied_out(
    shirt: Item, make: Make, shopify: Sandbox, store: Store, run: Run
) -> None:
    child = make("2000", "X", "Y", description="Sock")
    link = VariantLink.objects.get(item_variant__code="B")
    VariantLink.objects.filter(pk=link.pk).update(item=child, item_variant=None)
    shirt.variants.filter(code="B").update(blocked=True)

    run("products")

    assert skus(record_of(store)) == ["1000|A", "2000"]


def test_one_product_that_is_refused_stops_no_other_and_is_tried_again(
    shirt: Item, make: Make, shopify: Sandbox, store: Store, run: Run
) -> None:
    other = make("1001", description="Sock")
    run("add_items", filters=ALL)
    change(shirt, description="Silk shirt")
    change(other, description="Silk sock")
    refusal = {"field": ["title"], "message": "Too silky"}
    shopify.faults(
        {"kind": "userErrors", "root": "productUpdate", "times": 1, "userErrors": [refusal]}
    )

    assert run("products").counts["rejected"] == 1

    refused = ProductExport.objects.get(item=shirt)
    assert (refused.reason, refused.product and refused.product.title) == (
        "Too silky",
        "Wool shirt",
    )
    assert Issue.objects.get().reason == "Too silky"
    assert len(in_shopify(store, "Silk sock")) == 1
    assert run("products").counts["updated"] == 1
    assert ProductExport.objects.get(item=shirt).reason == ""
    assert not Issue.objects.open().exists()


def test_what_was_edited_in_shopify_is_seen_when_all_are_looked_at_again(
    shirt: Item, shopify: Sandbox, store: Store, run: Run
) -> None:
    shopify.control("products/edit", {"handle": "wool-shirt-1000", "title": "Edited"})

    assert news(shopify, run) == []
    (call,) = news(shopify, run, full="all")

    assert call["product"]["title"] == "Wool shirt"


def test_a_field_that_is_shopifys_by_the_shops_rules_is_left_alone(
    shirt: Item, selling: Shop, shopify: Sandbox, run: Run
) -> None:
    decide(selling, field_rules={"description": {"owner": "shopify"}})
    change(shirt, description="Silk shirt")

    assert news(shopify, run) == []


def test_a_dry_run_says_field_by_field_what_would_be_sent(
    shirt: Item, shopify: Sandbox, run: Run
) -> None:
    change(shirt, description="Silk shirt", unit_weight=Decimal("0.5"))
    put_variant(shirt, "C", description="", gtin="", blocked=False)

    assert news(shopify, run, dry_run="yes") == []

    words = DryRunLine.objects.get().words
    assert "title: Wool shirt → Silk shirt" in words
    assert "A weight: 0.25000 → 0.5" in words
    assert "New variant C." in words


def test_without_the_right_to_update_products_nothing_happens(
    shirt: Item, selling: Shop, shopify: Sandbox, run: Run
) -> None:
    decide(selling, can_update_shopify_products=False)
    change(shirt, description="Silk shirt")

    assert news(shopify, run) == []
    assert "do not follow their items" in JobQueueLogEntry.objects.latest("pk").message


def test_attributes_are_options_of_new_products_and_stay_so(
    selling: Shop, make: Make, books: Books, shopify: Sandbox, store: Store, run: Run
) -> None:
    colour = put_attribute(books, "Colour")
    item = make("1000", "A", "B")
    set_value(item, colour, "Red")
    for variant, value in zip(item.variants.order_by("code"), ("Red", "Blue"), strict=True):
        set_value(item, colour, value, variant=variant)
    OptionAttribute.objects.create(shop=selling, attribute=colour)

    run("add_items", filters=ALL)

    record = record_of(store)
    assert [option.name for option in record.options] == ["Colour"]
    assert [variant.title for variant in record.variants] == ["Red", "Blue"]
    assert news(shopify, run) == []


def test_units_as_variants_are_sold_by_the_piece_and_by_the_box(
    selling: Shop, make: Make, shopify: Sandbox, store: Store, run: Run
) -> None:
    decide(selling, uom_as_variant=True)
    make("1000", units={"BOX": "12"}, unit_weight=Decimal("0.25"))

    run("add_items", filters=ALL)

    record = record_of(store)
    assert [(v.title, v.price, v.weight) for v in record.variants] == [
        ("PCS", Decimal(100), Decimal("0.25")),
        ("BOX", Decimal(1200), Decimal("3.0")),
    ]
    assert set(VariantLink.objects.filter(item__no="1000").values_list("uom", flat=True)) == {
        "PCS",
        "BOX",
    }
    assert news(shopify, run) == []


@pytest.mark.parametrize("number", [1, 4])
def test_products_are_gathered_in_the_same_number_of_queries_however_many(
    number: int, selling: Shop, make: Make, run: Run
) -> None:
    for n in range(number):
        make(f"100{n}", "A", "B", description=f"Shirt {n}")
    run("add_items", filters=ALL)
    settings = ProductSettings.of(selling)
    products = list(Product.objects.select_related("link__item").filter(title__startswith="Shirt"))
    assert len(products) == number

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = sendables(books_of(selling), products, settings, TODAY)

    assert len(found) == number
    assert len(queries) == 8


def test_texts_in_other_languages_and_prices_follow_in_runs_of_their_own(
    shirt: Item, selling: Shop, run: Run
) -> None:
    def asked() -> set[str]:
        return set(JobQueueEntry.objects.filter(status="ready").values_list("kind", flat=True))

    run("products")
    assert "product_texts" not in asked()

    Language.objects.create(shop=selling, locale="nb", name="Norwegian", language="nb", sync=True)
    run("products")

    assert "product_texts" in asked()


def test_the_title_is_the_name_in_the_language_of_the_shop_where_the_item_has_one(
    shirt: Item, selling: Shop, shopify: Sandbox, store: Store, run: Run
) -> None:
    decide(selling, language="nb")
    put_text(shirt, ItemText.Kind.TITLE, "Ullskjorte", language="nb")

    (call,) = news(shopify, run)

    assert call["product"]["title"] == "Ullskjorte"
    assert record_of(store, "Ullskjorte").title == "Ullskjorte"
