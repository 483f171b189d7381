"""30106: items become products in the sandbox, once, and what is there already is linked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from connector.sync.models import DryRunLine, Issue, ProductExport, ProductLink, VariantLink
from connector.sync.staging.products import mark_gone
from erp.drafts import ItemDraft
from erp.items import create_item
from erp.models import Company as Books
from erp.models import Item, ItemVariant
from sandbox.records.product import Product as ProductRecord
from sandbox.store import Store
from shops.models import Location, Product, ProductCollection, ProductSettings, Publication, Shop
from tests.sync.conftest import Run, Sandbox
from tests.sync.test_shipments import again

pytestmark = pytest.mark.django_db(transaction=True)

Make = Callable[..., Item]
ALL = {"no": "*"}


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """A shop to which items are added; its SKUs are item number and variant code."""
    decide(shop, sku_mapping="item_and_variant")
    return shop


@pytest.fixture
def make(books: Books) -> Make:
    def make(no: str = "1000", *variants: str, **fields: Any) -> Item:
        draft = ItemDraft(
            no=no,
            description=fields.pop("description", "Wool shirt"),
            unit_price=fields.pop("unit_price", Decimal(100)),
            variants=tuple((code, "") for code in variants),
        )
        item = create_item(books, draft)
        Item.objects.filter(pk=item.pk).update(**fields)
        return item

    return make


def decide(shop: Shop, **values: Any) -> None:
    ProductSettings.objects.update_or_create(shop=shop, defaults=values)


def in_shopify(store: Store, title: str = "Wool shirt") -> list[ProductRecord]:
    return [product for product in store.products() if product.title == title]


def skus(record: ProductRecord) -> list[str | None]:
    return [variant.sku for variant in record.variants]


@pytest.mark.parametrize("status", ["ACTIVE", "DRAFT", "UNLISTED"])
def test_b1_an_item_becomes_a_product_with_the_chosen_status_in_the_online_store(
    status: str, selling: Shop, make: Make, store: Store, run: Run
) -> None:
    item = make(gtin="7038010000003", unit_weight=Decimal("0.25"))
    decide(selling, status_for_created_products=status)

    counts = run("add_items", filters=ALL).counts

    (record,) = in_shopify(store)
    (variant,) = record.variants
    assert (counts["created"], record.status, record.handle) == (1, status, "wool-shirt-1000")
    assert (variant.sku, variant.barcode, variant.price) == ("1000", "7038010000003", Decimal(100))
    assert [name for name, _since in record.published] == list(
        Publication.objects.filter(handle="online_store").values_list("gid", flat=True)
    )
    product = Product.objects.get(title="Wool shirt")
    assert product.updated_at == record.updated_at.replace(microsecond=0)
    assert ProductLink.objects.get(product=product).item == item
    assert VariantLink.objects.get(variant__product=product).item == item
    assert ProductExport.objects.get().state == ProductExport.State.DONE


def test_b5_and_b6_what_is_blocked_or_has_no_name_is_skipped_with_the_reason(
    selling: Shop, make: Make, shopify: Sandbox, run: Run
) -> None:
    make("1000", blocked=True)
    make("1001", sales_blocked=True)
    make("1002", description="  ")
    before = shopify.mutations()

    counts = run("add_items", filters=ALL).counts

    assert (counts["skipped"], shopify.mutations()) == (3, before)
    assert dict(Issue.objects.values_list("ref", "code")) == {
        "1000": "blocked",
        "1001": "sales_blocked",
        "1002": "no_description",
    }


def test_b9_a_blocked_variant_is_left_out_and_told_of(
    selling: Shop, make: Make, store: Store, run: Run
) -> None:
    item = make("1000", "A", "B", "C")
    ItemVariant.objects.filter(item=item, code="B").update(blocked=True)

    run("add_items", filters=ALL)

    (record,) = in_shopify(store)
    assert skus(record) == ["1000|A", "1000|C"]
    assert Issue.objects.get().ref == "1000 B"
    assert not VariantLink.objects.filter(item_variant__code="B").exists()


def test_b10_an_item_whose_variants_are_all_blocked_is_skipped(
    selling: Shop, make: Make, store: Store, run: Run
) -> None:
    item = make("1000", "A")
    item.variants.update(blocked=True)

    assert run("add_items", filters=ALL).counts["skipped"] == 1

    assert in_shopify(store) == []
    assert Issue.objects.get().code == "all_blocked"


def test_b11_what_is_there_is_counted_and_nothing_is_sent(
    selling: Shop, make: Make, shopify: Sandbox, run: Run
) -> None:
    make()
    run("add_items", filters=ALL)
    before = shopify.mutations()

    log = run("add_items", filters=ALL)

    assert (log.counts["unchanged"], shopify.mutations()) == (1, before)
    assert "1 item was in the shop already." in log.message


def test_b12_variants_that_are_in_shopify_are_linked_and_no_product_arises(
    selling: Shop, make: Make, shopify: Sandbox, run: Run
) -> None:
    decide(selling, sku_separator="-")
    item = make("CHAIR", "RED", "BLUE", description="Chair")
    before = shopify.mutations()

    assert run("add_items", filters=ALL).counts["updated"] == 1

    assert shopify.mutations() == before
    assert ProductLink.objects.get(item=item).product.title == "Chair"
    links = VariantLink.objects.filter(item=item).values_list("variant__sku", "item_variant__code")
    assert dict(links) == {"CHAIR-RED": "RED", "CHAIR-BLUE": "BLUE"}
    assert set(VariantLink.objects.filter(item=item).values_list("how", flat=True)) == {
        "item and variant"
    }


def test_b13_a_sku_on_two_variants_is_a_conflict(
    selling: Shop, make: Make, shopify: Sandbox, run: Run
) -> None:
    shopify.control("products/edit", {"sku": "CHAIR-RED", "newSku": "LAMP"})
    make("LAMP", description="Lamp")
    before = shopify.mutations()

    assert run("add_items", filters=ALL).counts["rejected"] == 1

    assert shopify.mutations() == before
    assert not ProductLink.objects.filter(item__no="LAMP").exists()
    assert "LAMP is on 2 variants in Shopify (Chair, Lamp)" in Issue.objects.get().reason


def test_b14_without_skus_nothing_goes_to_a_fulfillment_service(
    selling: Shop, make: Make, run: Run
) -> None:
    make()
    decide(selling, sku_mapping="")
    Location.objects.create(
        shop=selling,
        gid="gid://shopify/Location/9",
        name="3PL",
        is_fulfillment_service=True,
        default_product_location=True,
    )

    log = run("add_items", filters=ALL)

    assert log.status == "error"
    assert "“Item No.”" in log.error_message
    assert "default product location" in log.error_message


def test_an_item_without_a_price_is_not_sold_for_nothing(
    selling: Shop, make: Make, store: Store, run: Run
) -> None:
    make(unit_price=Decimal(0))

    assert run("add_items", filters=ALL).counts["rejected"] == 1

    assert in_shopify(store) == []
    assert Issue.objects.get().code == "no_price"


def test_b18_a_product_of_which_something_was_refused_is_repaired_by_the_next_run(
    selling: Shop, make: Make, store: Store, shopify: Sandbox, run: Run
) -> None:
    make("1000", "A", "B")
    refusal = {"field": None, "message": "Not today"}
    root = {"root": "publishablePublish", "times": 1}
    shopify.faults({"kind": "userErrors", "userErrors": [refusal], **root})

    assert run("add_items", filters=ALL).counts["rejected"] == 1
    export = ProductExport.objects.get()
    assert (export.state, export.reason) == ("incomplete", "Not today")

    assert run("add_items", filters=ALL).counts["updated"] == 1
    (record,) = in_shopify(store)
    assert (skus(record), len(record.published)) == (["1000|A", "1000|B"], 1)
    assert ProductExport.objects.get().state == "done"
    assert not Issue.objects.open().exists()


def test_a_lost_answer_makes_no_second_product(
    selling: Shop, make: Make, store: Store, shopify: Sandbox, run: Run
) -> None:
    make("1000", "A", "B")
    shopify.faults({"kind": "reset_after", "root": "productSet", "times": 1})

    log = run("add_items", filters=ALL)
    assert log.will_retry
    assert ProductExport.objects.get().state == "creating"
    again(log)

    (record,) = in_shopify(store)
    assert skus(record) == ["1000|A", "1000|B"]
    assert ProductExport.objects.get().state == "done"
    assert VariantLink.objects.filter(item__no="1000").count() == 2


def test_a_product_of_many_variants_is_waited_for(
    selling: Shop, make: Make, store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.sync.reports.add_items.time.sleep", lambda _seconds: None)
    make("1000", *(f"V{n:03}" for n in range(101)))

    assert run("add_items", filters=ALL).counts["created"] == 1

    (record,) = in_shopify(store)
    assert len(record.variants) == 101
    assert VariantLink.objects.filter(item__no="1000").count() == 101
    assert ProductExport.objects.get().operation == ""


def test_a_handle_that_is_taken_is_not_taken_over(
    selling: Shop, make: Make, store: Store, shopify: Sandbox, run: Run
) -> None:
    make("1000", description="Lamp")
    shopify.control("products/edit", {"handle": "lamp", "newHandle": "lamp-1000"})

    run("add_items", filters=ALL)

    assert sorted(p.handle for p in in_shopify(store, "Lamp")) == ["lamp-1000", "lamp-1000-2"]


def test_a_product_that_was_deleted_in_shopify_can_be_added_again(
    selling: Shop, make: Make, store: Store, shopify: Sandbox, run: Run
) -> None:
    make()
    run("add_items", filters=ALL)
    shopify.control("products/delete", {"handle": "wool-shirt-1000"})
    mark_gone(selling, [Product.objects.get().gid], timezone.now())

    assert run("add_items", filters=ALL).counts["created"] == 1

    (record,) = in_shopify(store)
    product = Product.objects.get(gone_at=None)
    assert product.gid == record.gid
    assert ProductExport.objects.get().product == product


def test_new_products_join_the_collections_their_items_belong_to(
    selling: Shop, make: Make, shopify: Sandbox, store: Store, run: Run
) -> None:
    sale, wool = (
        shopify.control("collections/add", {"title": title})["id"] for title in ("Sale", "Wool")
    )
    ProductCollection.objects.create(shop=selling, gid=sale, title="Sale", join=True, item_nos="2*")
    ProductCollection.objects.create(shop=selling, gid=wool, title="Wool", join=True)
    Publication.objects.create(
        shop=selling, gid=next(iter(store.publications())).gid, name="Online Store"
    )
    make()

    run("add_items", filters=ALL)

    (record,) = in_shopify(store)
    assert [c.title for c in store.collections() if record.gid in c.product_gids] == ["Wool"]
    assert record.published == ()  # no channel is chosen


def test_a_dry_run_says_what_would_be_made_and_makes_nothing(
    selling: Shop, make: Make, shopify: Sandbox, run: Run
) -> None:
    make("1000", "A", "B")
    before = shopify.mutations()

    run("add_items", filters=ALL, dry_run="yes")

    assert shopify.mutations() == before
    assert not ProductExport.objects.exists()
    assert "“Wool shirt” with 2 variants would be created." in DryRunLine.objects.get().words


def test_only_what_was_asked_for_is_added(
    selling: Shop, make: Make, store: Store, run: Run
) -> None:
    make("1000")
    make("1001", description="Sock")

    run("add_items", filters={"no": "'1001'"})

    assert in_shopify(store) == []
    assert len(in_shopify(store, "Sock")) == 1


def test_without_saying_which_no_item_is_added(
    selling: Shop, make: Make, shopify: Sandbox, run: Run
) -> None:
    make()
    before = shopify.mutations()

    log = run("add_items")

    assert "Say which items are to be added" in log.error_message
    assert shopify.mutations() == before
