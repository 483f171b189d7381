"""30108 for prices alone: told once, noted when confirmed, edits noticed, many in one operation."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from connector.sync.models import BulkOperation, Issue, PriceMark, VariantLink
from connector.sync.products import bulk_prices
from connector.sync.products.price_changes import settle
from connector.sync.products.priced import PriceBook
from erp.models import Company as Books
from erp.models import Item, Price
from jobqueue.models import JobQueueLogEntry
from sandbox.store import Store
from shops.models import ProductSettings, Shop
from tests.sync.conftest import Run, Sandbox
from tests.sync.goods import edited, mapped, sold_at

pytestmark = pytest.mark.django_db(transaction=True)

PRICES = {"LAMP": "120", "CHAIR-RED": "260", "CHAIR-BLUE": "255"}


@pytest.fixture
def goods(shop: Shop, books: Books, store: Store) -> dict[str, VariantLink]:
    return mapped(shop, books, store, PRICES)


def told(run: Run, **options: str) -> JobQueueLogEntry:
    return run("products", only_prices="yes", **options)


def price_line(goods: dict[str, VariantLink], *, unit_price: int, line_discount_pct: int) -> Price:
    """A price of the lamp for everybody."""
    item = goods["LAMP"].item
    assert item is not None
    return Price.objects.create(
        item=item,
        source_type=Price.Source.ALL,
        unit_price=unit_price,
        line_discount_pct=line_discount_pct,
    )


def leave_edited(shop: Shop) -> None:
    ProductSettings.objects.create(shop=shop, price_drift=ProductSettings.PriceDrift.ACCEPT)


def test_e9_a_few_prices_go_in_one_call_a_product_and_no_bulk_operation(
    goods: dict[str, VariantLink], shopify: Sandbox, store: Store, run: Run
) -> None:
    log = told(run)

    assert log.counts["updated"] == 3
    assert {sku: sold_at(store, sku) for sku in PRICES} == {
        "LAMP": (Decimal(120), None),
        "CHAIR-RED": (Decimal(260), None),
        "CHAIR-BLUE": (Decimal(255), None),
    }
    assert shopify.calls()["VariantPricesUpdate"] == 2
    assert "BulkMutationRun" not in shopify.calls()
    goods["LAMP"].variant.refresh_from_db()
    assert goods["LAMP"].variant.price == Decimal(120)


def test_a_second_run_tells_nothing_and_writes_no_price(
    goods: dict[str, VariantLink], shopify: Sandbox, run: Run
) -> None:
    told(run)
    marks = list(PriceMark.objects.order_by("pk").values())
    mutations = shopify.mutations()

    log = told(run)

    assert shopify.mutations() == mutations
    assert log.counts == {"read": 3, "unchanged": 3}
    assert list(PriceMark.objects.order_by("pk").values()) == marks


def test_a_dry_run_says_what_would_be_told_and_tells_nothing(
    goods: dict[str, VariantLink], shopify: Sandbox, store: Store, run: Run
) -> None:
    told(run, dry_run="yes")

    assert shopify.mutations() == 0
    assert sold_at(store, "LAMP") == (Decimal(100), None)
    assert not PriceMark.objects.exists()


def test_what_shopify_refuses_is_listed_and_not_noted_while_the_others_are_told(
    goods: dict[str, VariantLink], store: Store, run: Run
) -> None:
    # Shopify knows this variant under another product than we do.
    chair = goods["CHAIR-BLUE"].variant
    chair.product_gid = goods["LAMP"].variant.product_gid
    chair.save(update_fields=["product_gid"])

    log = told(run)

    assert log.counts["updated"] == 2
    [issue] = Issue.objects.open()
    assert issue.gid == chair.gid
    assert "exist" in issue.reason
    assert sold_at(store, "CHAIR-BLUE") == (Decimal(250), None)
    assert not PriceMark.objects.filter(variant=chair).exists()


def test_e8_a_blocked_item_keeps_its_price_and_is_listed(
    goods: dict[str, VariantLink], store: Store, run: Run
) -> None:
    Item.objects.filter(no="LAMP").update(blocked=True)

    told(run)

    assert sold_at(store, "LAMP") == (Decimal(100), None)
    [issue] = Issue.objects.open()
    assert issue.outcome == Issue.Outcome.SKIPPED
    assert "LAMP" in issue.reason


def test_e7_a_unit_that_the_item_does_not_have_is_listed(
    goods: dict[str, VariantLink], store: Store, run: Run
) -> None:
    Item.objects.filter(no="LAMP").update(sales_uom="CRATE")

    told(run)

    assert sold_at(store, "LAMP") == (Decimal(100), None)
    assert "CRATE" in Issue.objects.open().get().reason


def test_an_item_without_a_price_is_listed_and_never_sold_for_nothing(
    goods: dict[str, VariantLink], store: Store, run: Run
) -> None:
    Item.objects.filter(no="LAMP").update(unit_price=0)

    told(run)

    assert sold_at(store, "LAMP") == (Decimal(100), None)
    assert Issue.objects.open().get().code == "no_price"


def test_e3_a_price_of_a_day_is_that_days_price_also_in_one_session(
    goods: dict[str, VariantLink], shop: Shop, books: Books
) -> None:
    boundary = date(2027, 1, 1)
    half = price_line(goods, unit_price=100, line_discount_pct=50)
    half.ends = boundary
    half.save()
    fifth = price_line(goods, unit_price=100, line_discount_pct=20)
    fifth.starts = boundary + timedelta(days=1)
    fifth.save()
    link = VariantLink.objects.select_related("variant__product", "item", "item_variant").get(
        pk=goods["LAMP"].pk
    )

    days = [boundary + timedelta(days=180), boundary - timedelta(days=30)]
    prices = [PriceBook.of(shop, day).of_all([link])[0].price for day in days]

    assert [(p.price, p.compare_at) for p in prices if p] == [
        (Decimal(80), Decimal(100)),
        (Decimal(50), Decimal(100)),
    ]


def test_e5_the_price_of_the_shops_group_counts_also_where_it_is_the_higher_one(
    goods: dict[str, VariantLink], shop: Shop, store: Store, run: Run
) -> None:
    ProductSettings.objects.create(shop=shop, customer_price_group="SHOPIFY")
    line = price_line(goods, unit_price=700, line_discount_pct=10)
    line.source_type, line.source_no = Price.Source.GROUP, "SHOPIFY"
    line.save()

    told(run)

    assert sold_at(store, "LAMP") == (Decimal(630), Decimal(700))  # E4 as well


def test_a_shop_without_line_discounts_asks_the_whole_price(
    goods: dict[str, VariantLink], shop: Shop, store: Store, run: Run
) -> None:
    ProductSettings.objects.create(shop=shop, allow_line_disc=False)
    price_line(goods, unit_price=90, line_discount_pct=10)

    told(run)

    assert sold_at(store, "LAMP") == (Decimal(90), None)


def test_e6_prices_go_with_vat_where_the_shop_says_so(
    goods: dict[str, VariantLink], shop: Shop, store: Store, run: Run
) -> None:
    ProductSettings.objects.create(shop=shop, prices_including_vat=True, price_vat_bus="DOMESTIC")

    told(run)

    assert sold_at(store, "LAMP") == (Decimal(150), None)  # 120 and 25 %


def test_an_edited_price_is_told_again_where_the_shop_overwrites(
    goods: dict[str, VariantLink], store: Store, run: Run
) -> None:
    told(run)
    edited(store, "LAMP", price=Decimal(99))

    told(run)

    assert sold_at(store, "LAMP") == (Decimal(120), None)


def test_an_edited_price_is_left_and_listed_where_the_shop_says_so_until_a_person_decides(
    goods: dict[str, VariantLink], shop: Shop, store: Store, run: Run
) -> None:
    leave_edited(shop)
    told(run)
    edited(store, "LAMP", price=Decimal(99))

    told(run)

    mark = PriceMark.objects.get(variant=goods["LAMP"].variant)
    assert (mark.state, mark.price) == (PriceMark.State.DRIFT, Decimal(120))
    assert sold_at(store, "LAMP") == (Decimal(99), None)

    assert settle(PriceMark.objects.values("variant"), accept=True) == 1
    told(run)
    mark.refresh_from_db()
    assert (mark.state, mark.price) == (PriceMark.State.ACCEPTED, Decimal(99))
    assert sold_at(store, "LAMP") == (Decimal(99), None)

    assert settle(PriceMark.objects.values("variant"), accept=False) == 1
    told(run)
    assert sold_at(store, "LAMP") == (Decimal(120), None)


def test_an_accepted_price_that_is_edited_once_more_is_listed_again(
    goods: dict[str, VariantLink], shop: Shop, store: Store, run: Run
) -> None:
    leave_edited(shop)
    told(run)
    edited(store, "LAMP", price=Decimal(99))
    told(run)
    settle(PriceMark.objects.values("variant"), accept=True)
    edited(store, "LAMP", price=Decimal(98))

    told(run)

    assert PriceMark.objects.get(variant=goods["LAMP"].variant).state == PriceMark.State.DRIFT


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.sync.products.bulk_prices.BULK", 3)
    monkeypatch.setattr("connector.sync.products.prices.BULK", 3)
    monkeypatch.setattr(bulk_prices, "POLLS", (0.01,))


def test_e14_many_prices_go_in_one_operation_and_each_line_is_taken_by_itself(
    few_are_many: None, goods: dict[str, VariantLink], shopify: Sandbox, store: Store, run: Run
) -> None:
    chair = goods["CHAIR-BLUE"].variant
    chair.product_gid = goods["LAMP"].variant.product_gid  # Shopify refuses this line
    chair.save(update_fields=["product_gid"])

    log = told(run)

    assert shopify.calls()["BulkMutationRun"] == 1
    assert "VariantPricesUpdate" not in shopify.calls()
    assert log.counts["updated"] == 2
    assert sold_at(store, "LAMP") == (Decimal(120), None)
    assert sold_at(store, "CHAIR-BLUE") == (Decimal(250), None)
    chair.refresh_from_db()
    assert chair.price == Decimal(250)
    assert "exist" in Issue.objects.open().get().reason
    operation = BulkOperation.objects.get()
    assert (operation.state, operation.confirmed, operation.refused) == ("completed", 2, 1)


def test_one_change_less_than_many_goes_in_calls(
    few_are_many: None, goods: dict[str, VariantLink], shopify: Sandbox, run: Run
) -> None:
    VariantLink.objects.filter(pk=goods["LAMP"].pk).delete()

    told(run)

    assert "BulkMutationRun" not in shopify.calls()


def test_e12_where_the_file_cannot_be_brought_there_the_prices_go_in_calls(
    few_are_many: None, goods: dict[str, VariantLink], shopify: Sandbox, store: Store, run: Run
) -> None:
    shopify.faults(
        {"operation": "StagedUploadsCreate", "kind": "user_errors", "user_errors": ["No room."]}
    )

    log = told(run)

    assert log.counts["updated"] == 3
    assert not BulkOperation.objects.exists()
    assert sold_at(store, "LAMP") == (Decimal(120), None)


def test_e15_an_operation_that_shopify_forgot_confirms_nothing_and_the_next_run_tells_anew(
    goods: dict[str, VariantLink], shop: Shop, store: Store, run: Run
) -> None:
    BulkOperation.objects.create(
        shop=shop,
        gid=f"gid://shopify/BulkOperation/{uuid4().int % 10**12}",
        rows=[goods["LAMP"].variant_id],
        started_at=goods["LAMP"].variant.seen_at,
    )

    told(run)

    assert BulkOperation.objects.get().state == "failed"
    assert sold_at(store, "LAMP") == (Decimal(120), None)
