"""Puts down the places of companies that orders name."""

from __future__ import annotations

from collections.abc import Sequence

from connector.shopify.nodes.order import OrderNode
from shops import bulk
from shops.models import Company, CompanyLocation, Shop


def put_company_locations(shop: Shop, orders: Sequence[OrderNode]) -> None:
    """Write those that are new, and newer names; whom they are sold to is for a person to say."""
    names = {
        (order.company.gid, order.company.location_gid): order.company.location_name[:255]
        for order in sorted(orders, key=lambda order: order.updated_at)
        if order.company
    }
    if not names:
        return
    companies = dict(
        Company.objects.filter(shop=shop, gid__in={gid for gid, _place in names}).values_list(
            "gid", "id"
        )
    )
    wanted = {(companies[company], gid): name for (company, gid), name in names.items()}
    rows = CompanyLocation.objects.filter(company__in=companies.values())
    known = {
        (company, gid): (pk, name)
        for pk, company, gid, name in rows.values_list("pk", "company_id", "gid", "name")
    }
    fresh = [(*key, name, "", "") for key, name in wanted.items() if key not in known]
    columns = ("company_id", "gid", "name", "sell_to_no", "bill_to_no")
    bulk.insert(CompanyLocation, columns, fresh)
    renamed = [
        (name, known[key][0])
        for key, name in wanted.items()
        if key in known and known[key][1] != name
    ]
    bulk.update(CompanyLocation, ("name",), renamed)
