"""Stock in the sandbox: what orders do to it, and what the API lets one set."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sandbox.footprint import Moved, difference
from sandbox.records.product import Product, Variant

from .conftest import NOON, Client, document

LEVELS = """
query($id: ID!) { inventoryItem(id: $id) {
  tracked variant { inventoryQuantity product { totalInventory } }
  inventoryLevels(first: 5) { nodes { id isActive location { name }
    quantities(names: ["available", "committed", "on_hand", "incoming"]) { name quantity } } } } }
"""
SET = document("inventory_set_quantities")
ACTIVATE = document("inventory_activate")


@pytest.fixture
def shop(given_empty_shop: Client) -> Client:
    """Ten lamps and three chairs at the main warehouse; a second place has nothing."""
    store = given_empty_shop.api.store
    for number, (sku, quantity) in enumerate([("LAMP", 10), ("CHAIR", 3)], 1):
        gids = store.new_gid("ProductVariant"), store.new_gid("InventoryItem")
        variant = Variant(
            *gids, "Default Title", Decimal(number), sku=sku, inventory_quantity=quantity
        )
        store.put(Product(store.new_gid("Product"), sku.lower(), sku, (variant,), NOON, NOON))
    given_empty_shop.control("locations", {"name": "West"})
    return given_empty_shop


def item(shop: Client, sku: str = "LAMP") -> str:
    return shop.api.store.variants_by_sku()[sku][1].inventory_item_gid


def place(shop: Client, name: str = "Main warehouse") -> str:
    return next(one.gid for one in shop.api.store.locations() if one.name == name)


def levels(shop: Client, sku: str = "LAMP") -> dict[str, tuple[int, int, int, int]]:
    """Place → available, committed, incoming, on hand."""
    nodes = shop.data(LEVELS, id=item(shop, sku))["inventoryItem"]["inventoryLevels"]["nodes"]
    return {
        node["location"]["name"]: tuple(quantity["quantity"] for quantity in node["quantities"])
        for node in nodes
    }


def order(shop: Client, quantity: int = 2, **more: Any) -> str:
    line = {"sku": "LAMP", "title": "Lamp", "quantity": quantity, "price": "10.00"}
    return str(shop.control("orders", {"email": "a@b.no", "lines": [line], **more})["name"])


def quantity(shop: Client, value: int, sku: str = "LAMP", **more: Any) -> dict[str, Any]:
    base = {"inventoryItemId": item(shop, sku), "locationId": place(shop)}
    return {**base, "quantity": value, "changeFromQuantity": None, **more}


def put(shop: Client, *rows: dict[str, Any], key: str = "k1", **more: Any) -> dict[str, Any]:
    given = {"name": "available", "reason": "correction", "quantities": list(rows), **more}
    answer: dict[str, Any] = shop.post(SET, input=given, key=key)
    return answer


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    errors = answer["data"]["inventorySetQuantities"]["userErrors"]
    return [(error["code"], ".".join(error["field"])) for error in errors]


def test_an_order_commits_shipping_it_takes_it_away(shop: Client) -> None:
    name = order(shop)
    assert levels(shop) == {"Main warehouse": (8, 2, 0, 10)}

    shop.control("orders/fulfill", {"name": name})
    assert levels(shop) == {"Main warehouse": (8, 0, 0, 8)}

    shop.control("orders/refund", {"name": name, "lines": {"LAMP": 1}})
    assert levels(shop) == {"Main warehouse": (9, 0, 0, 9)}
    variant = shop.data(LEVELS, id=item(shop))["inventoryItem"]["variant"]
    assert variant == {"inventoryQuantity": 9, "product": {"totalInventory": 9}}


def test_a_cancelled_order_gives_back_what_it_committed(shop: Client) -> None:
    name = order(shop)

    shop.control("orders/cancel", {"name": name})

    assert levels(shop) == {"Main warehouse": (10, 0, 0, 10)}


def test_what_is_refunded_unsent_without_restock_is_gone(shop: Client) -> None:
    name = order(shop)

    shop.control("orders/refund", {"name": name, "lines": {"LAMP": 2}, "restock": False})

    assert levels(shop) == {"Main warehouse": (8, 0, 0, 8)}


def test_what_is_moved_is_committed_elsewhere(shop: Client) -> None:
    name = order(shop)

    shop.control("orders/move", {"name": name, "to": "West"})

    assert levels(shop) == {"Main warehouse": (10, 0, 0, 10), "West": (-2, 2, 0, 0)}


def test_an_item_that_is_not_tracked_stays_as_it_is(shop: Client) -> None:
    shop.control("stock", {"sku": "LAMP", "tracked": False})

    order(shop)

    assert levels(shop) == {"Main warehouse": (10, 0, 0, 10)}
    assert shop.data(LEVELS, id=item(shop))["inventoryItem"]["tracked"] is False


def test_the_stock_is_as_it_was_after_a_snapshot_is_restored(shop: Client) -> None:
    order(shop)
    shop.control("snapshot", {"name": "s"})
    shop.control("stock", {"sku": "LAMP", "available": 77})
    order(shop)

    shop.control("restore", {"name": "s"})

    assert levels(shop) == {"Main warehouse": (8, 2, 0, 10)}
    order(shop, 1)
    assert levels(shop) == {"Main warehouse": (7, 3, 0, 10)}


def test_a_product_that_changes_keeps_its_stock(shop: Client) -> None:
    store = shop.api.store
    shop.control("stock", {"sku": "LAMP", "available": 4, "incoming": 6})

    store.put(replace(store.products()[0], title="Lantern"))

    assert levels(shop) == {"Main warehouse": (4, 0, 6, 4)}
    variant = shop.data(LEVELS, id=item(shop))["inventoryItem"]["variant"]
    assert variant == {"inventoryQuantity": 4, "product": {"totalInventory": 4}}


def test_what_is_available_is_set_and_what_is_committed_stays(shop: Client) -> None:
    order(shop)

    answer = put(shop, quantity(shop, 5, changeFromQuantity=8))

    assert codes(answer) == []
    assert levels(shop) == {"Main warehouse": (5, 2, 0, 7)}


def test_on_hand_is_set_less_what_is_committed(shop: Client) -> None:
    order(shop)

    put(shop, quantity(shop, 7), name="on_hand")

    assert levels(shop) == {"Main warehouse": (5, 2, 0, 7)}


def test_a_key_is_answered_twice_and_done_once(shop: Client) -> None:
    first = put(shop, quantity(shop, 5))
    shop.control("stock", {"sku": "LAMP", "available": 9})

    again = put(shop, quantity(shop, 5))

    assert again["data"] == first["data"]
    assert levels(shop)["Main warehouse"][0] == 9
    other = put(shop, quantity(shop, 6))["data"]["inventorySetQuantities"]["userErrors"]
    assert other[0]["code"] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


def test_without_the_directive_or_what_to_compare_with_nothing_is_done(shop: Client) -> None:
    bare = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
    given = {"name": "available", "reason": "correction", "quantities": [quantity(shop, 5)]}

    [error] = shop.post(bare, input=given)["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}

    row = quantity(shop, 5)
    del row["changeFromQuantity"]
    [error] = put(shop, row)["errors"]
    assert error["extensions"] == {"code": "INVALID_FIELD_ARGUMENTS"}
    assert levels(shop)["Main warehouse"][0] == 10


def test_of_a_refused_call_nothing_is_done_and_each_row_at_fault_is_named(shop: Client) -> None:
    shop.control("stock", {"sku": "CHAIR", "bundle": True})
    unknown = {"inventoryItemId": "gid://shopify/InventoryItem/9"}
    west = {"locationId": place(shop, "West")}
    nowhere = {"locationId": "gid://shopify/Location/9"}

    answer = put(
        shop,
        quantity(shop, 5),
        quantity(shop, 5, **unknown),
        quantity(shop, 5, **nowhere),
        quantity(shop, 5, "CHAIR"),
        quantity(shop, 5, **west),
    )

    row = "input.quantities"
    assert codes(answer) == [
        ("INVALID_INVENTORY_ITEM", f"{row}.1.inventoryItemId"),
        ("INVALID_LOCATION", f"{row}.2.locationId"),
        ("NON_MUTABLE_INVENTORY_ITEM", f"{row}.3.inventoryItemId"),
        ("ITEM_NOT_STOCKED_AT_LOCATION", f"{row}.4.locationId"),
    ]
    assert levels(shop)["Main warehouse"][0] == 10


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("available", 1_000_000_001, "INVALID_QUANTITY_TOO_HIGH"),
        ("available", -1_000_000_001, "INVALID_QUANTITY_TOO_LOW"),
        ("on_hand", -1, "INVALID_QUANTITY_NEGATIVE"),
    ],
)
def test_quantities_have_bounds(shop: Client, name: str, value: int, code: str) -> None:
    answer = put(shop, quantity(shop, value), name=name)

    assert codes(answer) == [(code, "input.quantities.0.quantity")]


def test_reason_name_doubles_and_what_is_stale_are_refused(shop: Client) -> None:
    assert codes(put(shop, quantity(shop, 1), reason="made_up")) == [
        ("INVALID_REASON", "input.reason")
    ]
    assert codes(put(shop, quantity(shop, 1), name="incoming")) == [("INVALID_NAME", "input.name")]
    assert codes(put(shop, quantity(shop, 1), quantity(shop, 2))) == [
        ("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "input.quantities.1.locationId")
    ]
    assert codes(put(shop, quantity(shop, 1, changeFromQuantity=4))) == [
        ("CHANGE_FROM_QUANTITY_STALE", "input.quantities.0.changeFromQuantity")
    ]


def test_an_item_is_stocked_at_a_place_once(shop: Client) -> None:
    given = {"itemId": item(shop), "locationId": place(shop, "West"), "available": 4}
    first = shop.data(ACTIVATE, **given, key="a")
    again = shop.data(ACTIVATE, **given, key="a")
    other = shop.data(ACTIVATE, **given, key="b")

    assert first == again
    assert other["inventoryActivate"]["userErrors"][0]["field"] == ["available"]
    assert levels(shop)["West"] == (4, 0, 0, 4)


def test_places_are_switched_on_and_off_in_one_call(shop: Client) -> None:
    text = """mutation($id: ID!, $updates: [InventoryBulkToggleActivationInput!]!) {
      inventoryBulkToggleActivation(inventoryItemId: $id, inventoryItemUpdates: $updates) {
        inventoryLevels { isActive } userErrors { code field } } }"""
    order(shop)
    on = [{"locationId": place(shop, "West"), "activate": True}]
    off = [{"locationId": place(shop), "activate": False}]

    assert shop.data(text, id=item(shop), updates=on)["inventoryBulkToggleActivation"] == {
        "inventoryLevels": [{"isActive": True}],
        "userErrors": [],
    }
    refused = shop.data(text, id=item(shop), updates=off)["inventoryBulkToggleActivation"]

    assert [error["code"] for error in refused["userErrors"]] == ["COMMITTED_INVENTORY_AT_LOCATION"]
    assert set(levels(shop)) == {"Main warehouse", "West"}


def test_quantities_are_adjusted_by_a_difference(shop: Client) -> None:
    text = """mutation($input: InventoryAdjustQuantitiesInput!, $key: String!) {
      inventoryAdjustQuantities(input: $input) @idempotent(key: $key) {
        inventoryAdjustmentGroup { changes { name delta } } userErrors { code } } }"""
    change = {"inventoryItemId": item(shop), "locationId": place(shop), "changeFromQuantity": 10}
    given = {"name": "available", "reason": "received", "changes": [{**change, "delta": 3}]}

    done = shop.data(text, input=given, key="a")["inventoryAdjustQuantities"]
    stale = shop.data(text, input=given, key="b")["inventoryAdjustQuantities"]

    assert done["inventoryAdjustmentGroup"]["changes"] == [
        {"name": "available", "delta": 3},
        {"name": "on_hand", "delta": 3},
    ]
    assert stale["userErrors"] == [{"code": "CHANGE_FROM_QUANTITY_STALE"}]
    assert levels(shop)["Main warehouse"][0] == 13


def test_levels_of_a_place_and_items_come_in_pages(shop: Client) -> None:
    text = """query($id: ID!, $after: String) { location(id: $id) {
      inventoryLevels(first: 1, after: $after) { nodes { item { sku } }
        pageInfo { hasNextPage endCursor } } }
      inventoryItems(first: 5, query: "sku:CHAIR") { nodes { sku
        inventoryLevel(locationId: $id) { quantities(names: ["available"]) { quantity } } } } }"""
    seen, after = [], None
    while True:
        data = shop.data(text, id=place(shop), after=after)
        page = data["location"]["inventoryLevels"]
        seen += [node["item"]["sku"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert seen == ["LAMP", "CHAIR"]
    assert data["inventoryItems"]["nodes"] == [
        {"sku": "CHAIR", "inventoryLevel": {"quantities": [{"quantity": 3}]}}
    ]


def test_equal_footprints_move_nothing() -> None:
    both = {("v", "p"): Moved(0, 2)}

    assert difference(both, dict(both)) == {}
    assert difference(both, {("v", "q"): Moved(0, 2)}) == {
        ("v", "p"): Moved(0, -2),
        ("v", "q"): Moved(0, 2),
    }
