"""30117: items become variants of another item's product, in the sandbox."""

from __future__ import annotations

import pytest

from connector.sync.models import Issue, VariantLink
from erp.models import Item
from sandbox.store import Store
from shops.models import Product, Shop
from tests.sync.conftest import Run, Sandbox
from tests.sync.test_add_items import ALL, Make, decide, in_shopify, make, skus

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["make"]

INTO = {"product": "'wool-shirt-1000'"}


@pytest.fixture
def shirt(shop: Shop, make: Make, run: Run) -> Item:
    """An item without variants that is in the shop."""
    decide(shop, sku_mapping="item_no")
    item = make("1000")
    run("add_items", filters=ALL)
    return item


def test_c7_the_default_option_becomes_variant_and_both_variants_exist(
    shirt: Item, make: Make, store: Store, run: Run
) -> None:
    child = make("1001", description="Blue shirt")

    assert run("add_variants", filters=INTO | {"no": "1001"}).counts["created"] == 1

    (record,) = in_shopify(store)
    assert [option.name for option in record.options] == ["Variant"]
    assert [variant.title for variant in record.variants] == ["1000", "1001"]
    assert skus(record) == ["1000", "1001"]
    links = VariantLink.objects.filter(variant__product__title="Wool shirt")
    assert dict(links.values_list("variant__sku", "item__no")) == {"1000": "1000", "1001": "1001"}
    assert links.get(item=child).how == "added as variant"
    assert not Product.objects.get(title="Wool shirt").only_default_variant


def test_c8_the_parents_own_item_is_left_out_and_a_second_run_adds_nothing(
    shirt: Item, make: Make, shopify: Sandbox, store: Store, run: Run
) -> None:
    make("1001")
    run("add_variants", filters=INTO | {"no": "1000|1001"})
    before = shopify.mutations()

    counts = run("add_variants", filters=INTO | {"no": "1000|1001"}).counts

    assert (counts["unchanged"], shopify.mutations()) == (2, before)
    assert len(in_shopify(store)[0].variants) == 2


def test_c9_a_product_with_two_options_takes_no_items(
    shop: Shop, make: Make, shopify: Sandbox, run: Run
) -> None:
    decide(shop, sku_mapping="item_and_variant", uom_as_variant=True)
    make("1000", "A", "B")
    run("add_items", filters=ALL)
    decide(shop, uom_as_variant=False)
    make("1001")
    before = shopify.mutations()

    log = run("add_variants", filters=INTO | {"no": "1001"})

    assert (log.status, shopify.mutations()) == ("error", before)
    assert "several options in Shopify (Variant, Unit of Measure)" in log.error_message


def test_units_as_variants_and_an_unnamed_product_are_refused(
    shirt: Item, shop: Shop, make: Make, run: Run
) -> None:
    make("1001")
    assert run("add_variants", filters={"no": "1001"}).status == "error"
    assert run("add_variants", filters=INTO).status == "error"
    decide(shop, uom_as_variant=True)

    log = run("add_variants", filters=INTO | {"no": "1001"})

    assert "Units of measure are variants in this shop" in log.error_message


def test_a_blocked_item_is_skipped_and_a_refused_one_listed(
    shirt: Item, make: Make, shopify: Sandbox, store: Store, run: Run
) -> None:
    make("1001", blocked=True)
    make("1002")
    refusal = {"field": None, "message": "No more"}
    root = {"root": "productVariantsBulkCreate", "times": 1}
    shopify.faults({"kind": "userErrors", "userErrors": [refusal], **root})

    counts = run("add_variants", filters=INTO | {"no": "1001..1002"}).counts

    assert (counts["skipped"], counts["rejected"]) == (1, 1)
    assert dict(Issue.objects.values_list("ref", "code")) == {"1001": "blocked", "1002": "refused"}
    assert run("add_variants", filters=INTO | {"no": "1002"}).counts["created"] == 1
    assert skus(in_shopify(store)[0]) == ["1000", "1002"]


def test_a_dry_run_renames_nothing(
    shirt: Item, make: Make, shopify: Sandbox, store: Store, run: Run
) -> None:
    make("1001")
    before = shopify.mutations()

    assert run("add_variants", filters=INTO | {"no": "1001"}, dry_run="yes").counts["created"] == 1

    assert shopify.mutations() == before
