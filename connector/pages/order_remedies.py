"""Where that is mended which keeps an order out of the books. No query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from connector.pages.order_lines import Line
from connector.sync.models import CustomerLink
from shops.models import Order


class Remedy(NamedTuple):
    label: Promise
    url: str


def remedies(order: Order, lines: Sequence[Line], customer: CustomerLink | None) -> list[Remedy]:
    """Links to the pages that the reason speaks of; none where they would not help."""
    if order.state != Order.State.UNPROCESSED:
        return []
    if order.reason_code in {"test", "high_risk"}:
        return [Remedy(_("Orders on the shop card"), _card(order, "orders"))]
    if order.reason_code == "unmapped":
        return list(_mappings(order, lines, customer))
    return []


def _mappings(
    order: Order, lines: Sequence[Line], customer: CustomerLink | None
) -> Iterator[Remedy]:
    """An account is named in the reason alone, so the way to the accounts is always there."""
    if any(line.needs_item for line in lines):
        yield Remedy(_("Map products"), _unmapped("products", order))
    if order.company_gid:
        yield Remedy(_("Map companies"), _unmapped("companies", order))
    elif not order.customer_gid:
        yield Remedy(_("Default customer of the shop"), _card(order, "customers"))
    elif customer is None or customer.party_id is None:
        yield Remedy(_("Map customers"), _unmapped("shopify-customers", order))
    yield Remedy(_("Accounts of the shop"), _card(order, "accounts"))


def _unmapped(page: str, order: Order) -> str:
    return f"{reverse(page)}?{urlencode({'view': 'unmapped', 'shop': order.shop.code})}"


def _card(order: Order, anchor: str) -> str:
    return f"{reverse('shop', args=[order.shop.code])}#{anchor}"
