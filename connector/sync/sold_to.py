"""Gathers what decides whom an order is sold to besides its customer: its country, its location."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.shopify.nodes.order import OrderNode
from connector.sync.mapping.buyers import SoldTo
from shops.models import CompanyLocation, CustomerTemplate, Shop


def of_countries(shop: Shop, orders: Sequence[OrderNode]) -> dict[str, str]:
    """Order gid → default customer of the country it is sent to; not of companies' orders."""
    rows = CustomerTemplate.objects.filter(shop=shop).exclude(default_customer_no="")
    defaults = dict(rows.values_list("country", "default_customer_no"))
    return {
        order.gid: defaults[order.shipping_address.country_code]
        for order in orders
        if not order.company
        and order.shipping_address
        and order.shipping_address.country_code in defaults
    }


def of_locations(shop: Shop, orders: Sequence[OrderNode]) -> Mapping[str, SoldTo]:
    """Order gid → what its company's location says, where that is anything."""
    gids = {order.company.location_gid for order in orders if order.company}
    if not gids:
        return {}
    rows = CompanyLocation.objects.filter(company__shop=shop, gid__in=gids)
    columns = rows.values_list("company__gid", "gid", "sell_to_no", "bill_to_no")
    places = {(company, gid): SoldTo(sell, bill) for company, gid, sell, bill in columns}
    return {
        order.gid: place
        for order in orders
        if order.company and (place := places.get((order.company.gid, order.company.location_gid)))
    }
