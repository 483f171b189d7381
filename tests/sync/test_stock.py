"""30102: what Shopify shows as available becomes what the books say, once, and stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connector.shopify.errors import UserError, UserErrors
from connector.shopify.inventory import set_available
from connector.sync.models import DryRunLine, Issue
from connector.sync.stock_rows import standing
from erp.models import Company as Books
from erp.models import DocumentLine, Item, ItemVariant
from erp.models import Location as BooksLocation
from erp.posting import post_order
from sandbox.store import Store
from shops.models import Location, ProductSettings, Shop, StockLevel, Variant
from tests.sync.conftest import LAMP, TODAY, Run, Sandbox, document_of, ship
from tests.sync.stocked import Stocked, calls, sent

pytestmark = pytest.mark.django_db(transaction=True)
Off = Location.StockCalculation.OFF
FREE = Location.StockCalculation.FREE


@pytest.fixture
def given(shop: Shop, books: Books, store: Store, shopify: Sandbox) -> Stocked:
    return Stocked(shop, books, store, shopify)


def rows() -> dict[str, list[Any]]:
    """All that a run may write of stock."""
    models = (StockLevel, Variant, Issue, Location)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_g1_off_sends_nothing_and_projected_sends_what_is_left(given: Stocked, run: Run) -> None:
    given.item("LAMP", 9)
    given.locations(stock_calculation=Off)

    assert run("stock").counts == {}
    assert (given.available("LAMP"), StockLevel.objects.count()) == (50, 0)

    given.locations()
    assert run("stock").counts == {"read": 1, "updated": 1}

    level = given.level("LAMP")
    assert given.available("LAMP") == 9
    assert (level.available, level.calculated, level.sent) == (9, 9, 9)
    assert (level.sending_key, level.problem) == ("", "")


def test_g3_free_inventory_leaves_what_is_reserved(
    given: Stocked, books: Books, shopify: Sandbox, run: Run
) -> None:
    """Ten on hand, one of it kept for an order and two of an order that keeps nothing."""
    given.item("LAMP", 10)
    given.locations(stock_calculation=FREE)
    for reserved, quantity in ((1, 1), (0, 2)):
        name = shopify.place({**LAMP, "quantity": quantity})
        run("orders")
        run("documents")
        DocumentLine.objects.filter(document=document_of(name)).update(reserved=reserved)

    run("stock")

    assert given.available("LAMP") == 9


def test_projected_leaves_open_orders_and_not_what_is_due_later(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    given.item("LAMP", 10)
    given.locations()
    now, later = shopify.place({**LAMP, "quantity": 1}), shopify.place({**LAMP, "quantity": 2})
    run("orders")
    run("documents")
    future = timezone.localdate() + timedelta(days=5)
    DocumentLine.objects.filter(document=document_of(later)).update(shipment_date=future)

    run("stock")

    assert given.available("LAMP") == 9
    assert now


def test_g7_equal_stock_is_no_call_and_force_is_one(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    given.item("LAMP", 50)
    given.locations()

    assert run("stock").counts == {}
    assert sent(shopify) == []

    assert run("stock", force="yes").counts == {"read": 1, "updated": 1}
    assert sent(shopify) == [1]
    [call] = calls(shopify)
    assert call["variables"]["input"]["quantities"][0]["changeFromQuantity"] is None


@pytest.mark.parametrize("code", ["IDEMPOTENCY_CONCURRENT_REQUEST", "CHANGE_FROM_QUANTITY_STALE"])
def test_g8_what_is_refused_for_now_is_sent_again_with_another_key(
    given: Stocked, shopify: Sandbox, run: Run, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = _keys_of(monkeypatch)
    given.item("LAMP", 9)
    given.locations()
    error = {"field": None, "message": "Not now.", "code": code}
    fault = {"kind": "userErrors", "operation": "InventorySetQuantities", "userErrors": [error]}
    shopify.faults({**fault, "times": 1})

    assert run("stock").counts == {"read": 1, "updated": 1}
    assert (len(keys), len(set(keys)), given.available("LAMP")) == (2, 2, 9)

    keys.clear()
    given.adjust("LAMP", 1)
    shopify.faults(fault)
    assert run("stock").counts == {"read": 1, "rejected": 1}

    assert (len(keys), len(set(keys))) == (4, 4)
    assert given.available("LAMP") == 9
    level, issue = given.level("LAMP"), Issue.objects.open().get()
    assert level.problem == issue.reason
    assert code in issue.reason
    assert (level.sending_key, level.attempts) == ("", 1)
    assert level.next_try is not None

    shopify.faults()
    assert run("stock", retry="due").counts == {}  # its time has not come
    assert run("stock").counts == {"read": 1, "updated": 1}
    assert given.available("LAMP") == 10
    assert (given.level("LAMP").problem, Issue.objects.open().count()) == ("", 0)


def _keys_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the calls that set stock, as they are made."""
    keys: list[str] = []

    def noted(client: Any, quantities: Any, key: str) -> None:
        assert StockLevel.objects.in_flight().count() == len(quantities)
        keys.append(key)
        set_available(client, quantities, key)

    monkeypatch.setattr("connector.sync.stock_sending.set_available", noted)
    return keys


def test_g9_each_request_compares_and_has_a_key(given: Stocked, shopify: Sandbox, run: Run) -> None:
    """Unlike BC, which compares with nothing: what was sold meanwhile is not written over."""
    given.item("LAMP", 9)
    given.locations()

    run("stock")

    [call] = calls(shopify)
    assert call["variables"]["key"]
    assert call["variables"]["input"]["name"] == "available"
    assert call["variables"]["input"]["quantities"][0]["changeFromQuantity"] == 50


def test_g10_what_is_oversold_is_nothing_and_sent_once(
    given: Stocked, shopify: Sandbox, books: Books, run: Run
) -> None:
    books.settings["prevent_negative"] = False
    books.save()
    given.item("LAMP", -5)
    given.locations()
    shopify.control("stock", {"sku": "LAMP", "available": 0})

    run("stock")
    run("stock", which="all")

    assert sent(shopify) == []


def test_g11_of_250_rows_one_bundle_is_reported_and_249_are_set(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    skus = [f"S{number:03}" for number in range(250)]
    given.sells(*skus)
    item = given.item("LAMP", 5)
    given.map_all(skus, item)
    given.locations()
    shopify.control("stock", {"sku": "S100", "bundle": True})

    log = run("stock")

    assert log.counts == {"read": 250, "updated": 249, "rejected": 1}
    assert sent(shopify) == [250, 249]
    assert {given.available(sku) for sku in (skus[0], skus[249])} == {5}
    assert given.available("S100") == 0
    level = given.level("S100")
    assert (level.problem_code, level.sending_key) == ("non_mutable_inventory_item", "")
    assert Issue.objects.open().get().ref.startswith("S100")


def test_g11_a_call_that_blames_nobody_is_halved_until_the_row_is_found(
    given: Stocked, shopify: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    skus = [f"S{number}" for number in range(8)]
    given.sells(*skus)
    item = given.item("LAMP", 5)
    given.map_all(skus, item)
    bad = Variant.objects.get(sku="S5").inventory_item_gid
    given.locations()
    tried: list[int] = []

    def refuses(client: Any, quantities: Any, key: str) -> None:
        tried.append(len(quantities))
        if any(one.item_gid == bad for one in quantities):
            raise UserErrors("No.", errors=[UserError((), "No.", "")])
        set_available(client, quantities, key)

    monkeypatch.setattr("connector.sync.stock_sending.set_available", refuses)

    assert run("stock").counts == {"read": 8, "updated": 7, "rejected": 1}

    assert tried == [8, 4, 4, 2, 1, 1, 2]
    assert given.level("S5").problem == "No."


def test_g12_sold_goods_are_taken_off_once(given: Stocked, shopify: Sandbox, run: Run) -> None:
    """Shopify has ten on hand of which two are sold; the books know of that order."""
    given.item("LAMP", 10)
    given.locations()
    shopify.control("stock", {"sku": "LAMP", "available": 10})
    shopify.place(LAMP)
    run("orders")
    run("documents")

    assert run("stock", which="all").counts == {}
    assert sent(shopify) == []

    given.adjust("LAMP", -1)
    run("stock")
    assert (given.available("LAMP"), given.on_hand("LAMP")) == (7, 9)
    assert run("stock", which="all").counts == {}
    assert sent(shopify) == [1]


@pytest.mark.parametrize(("count", "batches"), [(249, [249]), (250, [250]), (251, [250, 1]),
                                                (600, [250, 250, 100])])  # fmt: skip
def test_g16_a_call_takes_250_rows(
    given: Stocked, shopify: Sandbox, run: Run, count: int, batches: list[int]
) -> None:
    skus = [f"S{number}" for number in range(count)]
    given.sells(*skus)
    item = given.item("LAMP", 5)
    given.map_all(skus, item)
    given.locations()

    assert run("stock").counts == {"read": count, "updated": count}

    assert sent(shopify) == batches


def test_a_second_run_asks_nothing_sends_nothing_and_writes_nothing(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    given.item("LAMP", 9)
    given.item("CHAIR-RED", 20)
    given.locations()
    run("stock")
    before, asked = rows(), shopify.calls()

    assert run("stock").counts == {}
    assert (rows(), shopify.calls()) == (before, asked)

    assert run("stock", which="all").counts == {}
    assert rows() == before
    assert shopify.calls()["InventoryLevels"] == asked["InventoryLevels"] + 1


def test_what_a_merchant_changed_is_found_when_all_is_read(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    given.item("LAMP", 9)
    given.locations()
    run("stock")
    shopify.control("stock", {"sku": "LAMP", "available": 33})

    assert run("stock").counts == {}
    assert given.available("LAMP") == 33

    assert run("stock", which="all").counts == {"read": 1, "updated": 1}
    assert given.available("LAMP") == 9


def test_what_is_sold_between_reading_and_sending_is_not_written_over(
    given: Stocked, shopify: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    given.item("LAMP", 9)
    given.locations()
    changed: list[Any] = []

    def sold_first(client: Any, quantities: Any, key: str) -> None:
        if not changed:
            changed.append(shopify.control("stock", {"sku": "LAMP", "available": 40}))
        set_available(client, quantities, key)

    monkeypatch.setattr("connector.sync.stock_sending.set_available", sold_first)

    assert run("stock").counts == {"read": 1, "updated": 1}

    compared = [
        c["variables"]["input"]["quantities"][0]["changeFromQuantity"] for c in calls(shopify)
    ]
    assert compared == [50, 40]
    assert given.available("LAMP") == 9


def test_what_a_place_does_not_stock_is_stocked_there(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    given.item("LAMP", 9)
    given.item("CHAIR-RED")
    shopify.control("locations", {"name": "West"})
    given.locations()

    run("stock")

    assert given.available("LAMP", "West") == 9
    assert given.available("CHAIR-RED", "West") is None  # none of it: it is not stocked for that
    assert run("stock", which="all").counts == {}


@pytest.mark.parametrize("place", ["inactive", "foreign"])
def test_a_place_that_is_not_ours_or_not_open_gets_no_stock(
    given: Stocked, shopify: Sandbox, run: Run, place: str
) -> None:
    shopify.control("locations", {"name": "West"})
    given.item("LAMP", 9)
    if place == "foreign":
        given.foreign("West")
    given.locations()
    if place == "inactive":
        Location.objects.filter(name="West").update(active=False)

    run("stock")

    assert given.available("LAMP", "West") is None
    assert not StockLevel.objects.filter(location__name="West").exists()
    if place == "foreign":
        Location.objects.filter(name="West").update(ours=True)
        run("stock")
        assert given.available("LAMP", "West") == 9


def _service(item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(type=Item.Type.SERVICE)


def _non_inventory(item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(type=Item.Type.NON_INVENTORY)


def _unmapped(_item: Item) -> None:
    apps.get_model("sync", "VariantLink").objects.update(
        state="unmapped", item=None, item_variant=None
    )


def _untracked(_item: Item) -> None:
    Variant.objects.update(tracked=False)


def _unread(_item: Item) -> None:
    Variant.objects.update(tracked=None)


@pytest.mark.parametrize("change", [_service, _non_inventory, _unmapped, _untracked, _unread])
def test_unknown_is_not_zero(
    given: Stocked, shopify: Sandbox, run: Run, change: Callable[[Item], None]
) -> None:
    change(given.item("LAMP"))
    given.locations()

    assert run("stock", which="all").counts == {}

    assert (given.available("LAMP"), sent(shopify)) == (50, [])


def test_what_shopify_no_longer_tracks_is_left_alone(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    given.item("LAMP", 9)
    given.locations()
    shopify.control("stock", {"sku": "LAMP", "tracked": False})

    assert run("stock").counts == {}

    assert (given.available("LAMP"), given.level("LAMP").calculated) == (50, None)
    assert Variant.objects.get(sku="LAMP").tracked is False


def test_a_variant_that_is_gone_is_told_and_stops_no_other(given: Stocked, run: Run) -> None:
    given.item("LAMP", 9)
    given.item("CHAIR-RED", 3)
    Variant.objects.filter(sku="LAMP").update(inventory_item_gid="gid://shopify/InventoryItem/9")
    given.locations()

    assert run("stock").counts == {"read": 2, "updated": 1, "rejected": 1}

    assert given.level("LAMP").problem.startswith("Shopify no longer has this variant")


def test_each_place_counts_its_own_locations(
    given: Stocked, books: Books, shopify: Sandbox, run: Run
) -> None:
    for code in ("EAST", "WEST"):
        BooksLocation.objects.create(company=books, code=code, name=code)
    given.item("LAMP", 1)
    given.adjust("LAMP", 2, "EAST")
    given.adjust("LAMP", 4, "WEST")
    for name in ("East", "Both", "Rest"):
        shopify.control("locations", {"name": name})
    given.locations()
    for name, expression in (("East", "EAST"), ("Both", "EAST|WEST"), ("Rest", "<>EAST&<>WEST")):
        Location.objects.filter(name=name).update(location_filter=expression)

    run("stock")

    places = ("Main warehouse", "East", "Both", "Rest")
    assert [given.available("LAMP", place) for place in places] == [7, 2, 6, 1]


def test_a_filter_that_cannot_be_read_is_told_on_the_row(given: Stocked, run: Run) -> None:
    given.item("LAMP", 9)
    given.locations(location_filter="EAST|")

    assert run("stock").counts == {"read": 1, "rejected": 1}
    assert "cannot be read" in given.level("LAMP").problem

    Location.objects.update(location_filter="")
    assert run("stock").counts == {"read": 1, "updated": 1}
    assert (given.level("LAMP").problem, Issue.objects.open().count()) == ("", 0)


def test_an_item_variant_counts_itself_and_an_item_all_it_comes_in(
    given: Stocked, run: Run
) -> None:
    item = given.item("LAMP", 1)
    for code, on_hand in (("RED", 2), ("BLUE", 4)):
        variant = ItemVariant.objects.create(item=item, code=code)
        given.adjust("LAMP", on_hand, variant=code)
        given.map(f"CHAIR-{code}", item, variant)
    given.locations()

    run("stock")

    shown = [given.available(sku) for sku in ("LAMP", "CHAIR-RED", "CHAIR-BLUE")]
    assert shown == [7, 2, 4]


def test_two_units_of_one_item_share_its_stock(given: Stocked, shop: Shop, run: Run) -> None:
    """Six pieces are six pieces, or one box of six; a unit nobody knows is told."""
    item = given.item("LAMP", 6, units={"BOX": "6"})
    given.map("CHAIR-RED", item)
    given.map("CHAIR-BLUE", item)
    ProductSettings.objects.create(shop=shop, uom_as_variant=True)
    for sku, unit in (("LAMP", "PCS"), ("CHAIR-RED", "Box"), ("CHAIR-BLUE", "Pallet")):
        variant = Variant.objects.get(sku=sku)
        variant.product = apps.get_model("shops", "Product").objects.create(
            shop=shop,
            gid=f"gid://shopify/Product/{sku}",
            title=sku,
            options=["Unit of Measure"],
            **dict.fromkeys(("created_at", "updated_at", "seen_at"), timezone.now()),
        )
        variant.options = [unit]
        variant.save()
    given.locations()

    assert run("stock").counts == {"read": 3, "updated": 2, "rejected": 1}

    assert [given.available(sku) for sku in ("LAMP", "CHAIR-RED")] == [6, 1]
    assert given.level("CHAIR-BLUE").problem.startswith("“Pallet” is no unit of the item")
    assert given.available("CHAIR-BLUE") == 20


def test_some_are_kept_back_and_more_are_never_shown(given: Stocked, run: Run) -> None:
    given.item("LAMP", 9)
    given.item("CHAIR-RED", 7)
    given.locations(buffer=2, cap=6)

    run("stock")

    assert (given.available("LAMP"), given.available("CHAIR-RED")) == (6, 5)


def test_filters_narrow_what_is_sent(given: Stocked, run: Run) -> None:
    given.item("LAMP", 9)
    given.item("CHAIR-RED", 7)
    given.locations()

    log = run("stock", filters={"sku": "CHAIR*", "item_no": "CHAIR-RED", "title": "Chair"})

    assert log.counts == {"read": 1, "updated": 1}
    assert (given.available("LAMP"), given.available("CHAIR-RED")) == (50, 7)
    row = given.level("LAMP").pk
    assert run("stock", filters={"row": str(row), "location": "Main*"}).counts["updated"] == 1


def test_a_dry_run_tells_what_would_be_sent_and_writes_nothing(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    given.item("LAMP", 9)
    given.item("CHAIR-RED", 20)
    given.locations()
    before = rows()

    log = run("stock", dry_run="yes", filters={"sku": "<>CHAIR-BLUE", "item_no": "*"})

    assert log.counts == {"read": 1, "updated": 1}
    assert (rows(), shopify.mutations()) == (before, 0)
    line = DryRunLine.objects.get()
    assert (line.ref, line.words) == ("LAMP · Lamp · Main warehouse", "9 instead of 50")

    run("stock")
    given.adjust("LAMP", 1)
    before = rows()
    run("stock", dry_run="yes")
    assert rows() == before
    assert DryRunLine.objects.get().words == "10 instead of 9"


def test_however_many_variants_the_books_are_asked_as_often(
    given: Stocked, shop: Shop, books: Books
) -> None:
    item = given.item("LAMP", 5)
    given.locations()
    counts = []
    for number in (1, 60):
        skus = [f"N{number}-{one}" for one in range(number)]
        given.sells(*skus)
        given.map_all(skus, item)
        with CaptureQueriesContext(connection) as queries:
            standing(shop, books, timezone.now())
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_story_of_one_order_in_which_nothing_is_sent_twice(
    given: Stocked, shopify: Sandbox, run: Run
) -> None:
    """Sold, imported, shipped, sent back: Shopify's number is the books' after each step."""
    given.item("LAMP", 10)
    given.locations()
    run("stock")
    assert (given.available("LAMP"), sent(shopify)) == (10, [1])

    name = shopify.place({**LAMP, "quantity": 3})
    run("orders")
    run("documents")
    run("stock")
    assert given.available("LAMP") == given.level("LAMP").calculated == 7

    ship(name, 3)
    run("stock")
    run("shipments")
    run("stock")
    assert given.available("LAMP") == given.level("LAMP").calculated == 7
    assert given.on_hand("LAMP") == 7

    post_order(document_of(name).pk, ship=False, invoice=True, today=TODAY)
    shopify.control("orders/refund", {"name": name, "lines": {"LAMP": 1}})
    run("orders")
    run("refunds")
    run("298")
    run("stock")
    assert given.available("LAMP") == given.level("LAMP").calculated == 8

    given.adjust("LAMP", 5)
    run("stock")
    assert given.available("LAMP") == 13
    run("stock", which="all")
    assert sent(shopify) == [1, 1]
