"""An inventory item, the thing in the warehouse behind a variant, as Shopify shows it."""

from __future__ import annotations

from sandbox.money import text
from sandbox.nodes import Node
from sandbox.nodes.lazy import Around, Lazy
from sandbox.nodes.values import legacy_id, money, written
from sandbox.records.product import Product, Variant


def item_node(record: Variant, product: Product, around: Around) -> Lazy:
    changed = record.item_updated_at or record.updated_at or product.updated_at
    fields = {
        "__typename": "InventoryItem",
        "id": record.inventory_item_gid,
        "sku": record.sku,
        "tracked": record.tracked,
        "requiresShipping": record.requires_shipping,
        "createdAt": written(record.created_at or product.created_at),
        "updatedAt": written(changed),
    }
    return ItemNode(fields, record, around)


def _cost(record: Variant, around: Around) -> Node | None:
    return None if record.unit_cost is None else money(text(record.unit_cost), around.currency)


def _variants(record: Variant, around: Around) -> list[Node]:
    return [around.nodes[record.gid]]


class ItemNode(Lazy):
    makers = {
        "legacyResourceId": lambda record, _: legacy_id(record.inventory_item_gid),
        "variant": lambda record, around: around.nodes[record.gid],
        "variants": _variants,
        "unitCost": _cost,
        "harmonizedSystemCode": lambda record, _: record.hs_code,
        "countryCodeOfOrigin": lambda record, _: record.origin_country,
        "provinceCodeOfOrigin": lambda record, _: record.origin_province,
        "countryHarmonizedSystemCodes": lambda _record, _around: [],
        "trackedEditable": lambda _record, _around: {"locked": False, "reason": None},
        "inventoryHistoryUrl": lambda record, around: (
            f"https://{around.domain}/admin/products/inventory/"
            f"{legacy_id(record.inventory_item_gid)}/inventory_history"
        ),
        "measurement": lambda record, _: {
            "__typename": "InventoryItemMeasurement",
            "id": record.inventory_item_gid.replace(
                "/InventoryItem/", "/InventoryItemMeasurement/"
            ),
            "weight": {"unit": record.weight_unit, "value": float(record.weight)},
        },
    }
