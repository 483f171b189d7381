"""The people and companies that orders name: each gets a row, and a link row that says unmapped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from connector.shopify.nodes.order import OrderNode
from connector.sync.models import CompanyLink, CustomerLink
from connector.sync.models.links import MappingState
from shops import bulk
from shops.models import Company, Customer, Shop


@dataclass(frozen=True, slots=True)
class _Kind:
    model: type[models.Model]
    link: type[models.Model]
    owner: str  # the link's column that names the record
    columns: tuple[str, ...]  # without seen_at
    unread: Mapping[str, Any]  # what an order does not tell; rows written in bulk have no defaults


_CUSTOMERS = _Kind(
    Customer,
    CustomerLink,
    "customer_id",
    ("first_name", "last_name", "email", "phone"),
    {
        "note": "",
        "tags": "",
        "tax_exempt": False,
        "locale": "",
        "state": "",
        "verified_email": False,
        "withheld": False,
    },
)
_COMPANIES = _Kind(Company, CompanyLink, "company_id", ("name", "email", "phone"), {})

_Texts = tuple[tuple[str, ...], datetime]  # values of the columns, and when they were true


def put_customers(shop: Shop, orders: Sequence[OrderNode]) -> None:
    """Write customers that are new or that changed; the newest order that names one is right."""
    texts: dict[str, _Texts] = {}
    for order in sorted(orders, key=_changed):
        if customer := order.customer:
            texts[customer.gid] = (
                (
                    customer.first_name[:100],
                    customer.last_name[:100],
                    customer.email[:200],
                    customer.phone[:50],
                ),
                order.updated_at,
            )
    _put(shop, _CUSTOMERS, texts)


def put_companies(shop: Shop, orders: Sequence[OrderNode]) -> None:
    """The same for companies; their e-mail and phone are those of who ordered."""
    texts: dict[str, _Texts] = {}
    for order in sorted(orders, key=_changed):
        if company := order.company:
            values = (company.name[:255], order.email[:200], order.phone[:50])
            texts[company.gid] = (values, order.updated_at)
    _put(shop, _COMPANIES, texts)


def _changed(order: OrderNode) -> datetime:
    return order.updated_at


def _put(shop: Shop, kind: _Kind, texts: Mapping[str, _Texts]) -> None:
    if not texts:
        return
    columns = (*kind.columns, "seen_at")
    records = kind.model._default_manager.filter(shop=shop, gid__in=list(texts))
    known = {
        gid: (pk, tuple(was), seen)
        for gid, pk, *was, seen in records.values_list("gid", "id", *columns)
    }
    fresh = [gid for gid in texts if gid not in known]
    rest = kind.unread
    rows = [(shop.pk, gid, *texts[gid][0], texts[gid][1], *rest.values()) for gid in fresh]
    bulk.insert(kind.model, ("shop_id", "gid", *columns, *rest), rows)
    _link(kind, shop, fresh)
    # Shopify withholds all that names a person from an app without that right: nothing is lost by it.
    newer = [
        (*texts[gid][0], texts[gid][1], pk)
        for gid, (pk, was, seen) in known.items()
        if was != texts[gid][0] and texts[gid][1] >= seen and any(texts[gid][0])
    ]
    bulk.update(kind.model, columns, newer)


def _link(kind: _Kind, shop: Shop, gids: Sequence[str]) -> None:
    ids = kind.model._default_manager.filter(shop=shop, gid__in=gids).values_list("id", flat=True)
    rows = [(pk, MappingState.UNMAPPED.value, "", "") for pk in ids]
    bulk.insert(kind.link, (kind.owner, "state", "how", "reason"), rows)
