"""A product and its variants, as Shopify shows them."""

from __future__ import annotations

from decimal import Decimal

from sandbox.nodes import Node
from sandbox.nodes.values import legacy_id, written
from sandbox.records.product import Product, Variant


def product_node(record: Product) -> Node:
    """Return the product without its variants, which refer back to it."""
    return {
        "__typename": "Product",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "handle": record.handle,
        "title": record.title,
        "descriptionHtml": record.description_html,
        "vendor": record.vendor,
        "productType": record.product_type,
        "tags": list(record.tags),
        "status": record.status,
        "isGiftCard": record.is_gift_card,
        "createdAt": written(record.created_at),
        "updatedAt": written(record.updated_at),
        "publishedAt": written(record.created_at) if record.status == "ACTIVE" else None,
        "totalInventory": sum(variant.inventory_quantity for variant in record.variants),
        "hasOnlyDefaultVariant": [v.title for v in record.variants] == ["Default Title"],
        "variantsCount": {"count": len(record.variants), "precision": "EXACT"},
    }


def variant_node(record: Variant, product: Product, parent: Node, position: int) -> Node:
    default = record.title == "Default Title"
    return {
        "__typename": "ProductVariant",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "title": record.title,
        "displayName": f"{product.title} - {record.title}",
        "sku": record.sku,
        "barcode": record.barcode,
        "position": position,
        "price": _price(record.price),
        "compareAtPrice": None
        if record.compare_at_price is None
        else _price(record.compare_at_price),
        "taxable": record.taxable,
        "availableForSale": product.status == "ACTIVE",
        "inventoryQuantity": record.inventory_quantity,
        "inventoryPolicy": "DENY",
        "selectedOptions": [
            {"name": name, "value": value}
            for name, value in ((("Title", record.title),) if default else record.options)
        ],
        "createdAt": written(product.created_at),
        "updatedAt": written(product.updated_at),
        "product": parent,
        "inventoryItem": {
            "__typename": "InventoryItem",
            "id": record.inventory_item_gid,
            "sku": record.sku,
            "tracked": True,
            "requiresShipping": record.requires_shipping,
            "createdAt": written(product.created_at),
            "updatedAt": written(product.updated_at),
        },
    }


def _price(amount: Decimal) -> str:
    return f"{amount:.2f}"
