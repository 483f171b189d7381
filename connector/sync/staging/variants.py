"""The product variants that orders name, with a link row each that says unmapped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connector.shopify.nodes.order import OrderLineNode, OrderNode
from connector.sync.models import VariantLink
from connector.sync.models.links import MappingState
from shops import bulk
from shops.models import Shop, Variant

_COLUMNS = ("product_gid", "title", "variant_title", "sku", "price", "seen_at")
# What an order does not tell of a variant. Rows that are written in bulk have no defaults.
_UNREAD: dict[str, Any] = {
    "position": 0,
    "options": "[]",
    "barcode": "",
    "taxable": True,
    "inventory_policy": "",
    "inventory_item_gid": "",
    "requires_shipping": True,
    "weight_unit": "",
    "hs_code": "",
    "country_of_origin": "",
    "image_gid": "",
}
LINK_COLUMNS = ("variant_id", "state", "how", "reason", "uom", "conflict", "candidates")
UNMAPPED = (MappingState.UNMAPPED.value, "", "", "", False, "[]")  # of a new link


def put_variants(shop: Shop, orders: Sequence[OrderNode]) -> None:
    """Write variants that nobody has seen yet. A known one is the product report's to refresh."""
    newest: dict[str, tuple[OrderLineNode, OrderNode]] = {
        line.variant_gid: (line, order)
        for order in orders
        for line in order.lines
        if line.variant_gid
    }
    known = set(
        Variant.objects.filter(shop=shop, gid__in=list(newest)).values_list("gid", flat=True)
    )
    fresh = {gid: pair for gid, pair in newest.items() if gid not in known}
    rows = [
        (
            shop.pk,
            gid,
            line.product_gid or "",
            line.title[:255],
            line.variant_title[:255],
            line.sku[:255],
            line.unit_price.shop,
            order.updated_at,
            *_UNREAD.values(),
        )
        for gid, (line, order) in fresh.items()
    ]
    bulk.insert(Variant, ("shop_id", "gid", *_COLUMNS, *_UNREAD), rows)
    ids = Variant.objects.filter(shop=shop, gid__in=list(fresh)).values_list("id", flat=True)
    bulk.insert(
        VariantLink,
        LINK_COLUMNS,
        [(pk, *UNMAPPED) for pk in ids],
    )
