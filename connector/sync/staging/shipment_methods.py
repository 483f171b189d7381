"""The ways of shipping that orders name: each gets a row in which a person may decide."""

from __future__ import annotations

from collections.abc import Sequence

from connector.shopify.nodes.order import OrderNode
from shops import bulk
from shops.models import ShipmentMethodMapping, Shop

LONGEST = 255  # characters of a title that are kept


def put_shipment_methods(shop: Shop, orders: Sequence[OrderNode]) -> None:
    """Write titles that nobody has seen yet, undecided."""
    titles = {
        line.title[:LONGEST] for order in orders for line in order.shipping_lines if line.title
    }
    if not titles:
        return
    rows = ShipmentMethodMapping.objects.filter(shop=shop, name__in=titles)
    fresh = titles - set(rows.values_list("name", flat=True))
    bulk.insert(
        ShipmentMethodMapping,
        ("shop_id", "name", "shipment_method", "agent", "charge_type", "charge_no"),
        [
            (shop.pk, title, "", "", ShipmentMethodMapping.Charge.SHOP.value, "")
            for title in sorted(fresh)
        ],
    )
