"""What needs a person now: what is wrong, why, and the one place where it is mended.

A row goes by itself when its cause does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.rolecenter.activity import Job
from connector.rolecenter.freshness import ShopState
from connector.sync.models import ShipmentLink
from shops.models import Order

MOST = 7
ORDERS = 30104  # Sync orders from Shopify


@dataclass(frozen=True, slots=True)
class Concern:
    state: str  # decides tone and icon
    title: str
    reason: str
    url: str
    verb: str  # the words of the link
    shop: str


def concerns(
    shops: Iterable[ShopState], failed: Iterable[Job], behind: Iterable[Job]
) -> list[Concern]:
    """At most seven, the widest damage first: shops, tasks, shipments, orders. Two queries."""
    shops = list(shops)
    tasks = [*_tasks(failed), *_late(behind), *_unscheduled(shops)]
    return [*_shops(shops), *tasks, *_shipments(), *_orders()][:MOST]


def _shops(shops: Iterable[ShopState]) -> Iterator[Concern]:
    for shop in shops:
        if shop.needs_attention:
            yield Concern(
                state=shop.health,
                title=_("Shop %(code)s cannot be synchronized") % {"code": shop.code},
                reason=shop.health_note,
                url=reverse("shop", args=[shop.code]),
                verb=_("Open the shop card"),
                shop=shop.code,
            )


def _tasks(failed: Iterable[Job]) -> Iterator[Concern]:
    for job in failed:
        yield Concern(
            state="error",
            title=_("%(task)s has failed") % {"task": job.title},
            reason=job.error,
            url=reverse("job", args=[job.id]),
            verb=_("Show the error"),
            shop=job.shop,
        )


def _late(behind: Iterable[Job]) -> Iterator[Concern]:
    for job in behind:
        yield Concern(
            state="waiting",
            title=_("%(task)s has fallen behind") % {"task": job.title},
            reason=_("It missed three starts or more. Its page says what it waits for."),
            url=reverse("job", args=[job.id]),
            verb=_("Open the entry"),
            shop=job.shop,
        )


def _unscheduled(shops: Iterable[ShopState]) -> Iterator[Concern]:
    for shop in shops:
        if shop.needs_schedule:
            yield Concern(
                state="waiting",
                title=_("Shop %(code)s has no schedule") % {"code": shop.code},
                reason=_("Its orders come in only when somebody starts a sync."),
                url=f"{reverse('job-new')}?{urlencode({'shop': shop.code, 'kind': ORDERS})}",
                verb=_("Schedule the orders"),
                shop=shop.code,
            )


def _shipments() -> Iterator[Concern]:
    groups = (
        ShipmentLink.objects.filter(state=ShipmentLink.State.FAILED)
        .values("order__shop__code", "reason")
        .annotate(number=Count("pk"))
        .order_by("-number")
    )
    for group in groups[:MOST]:
        yield Concern(
            state="failed",
            title=ngettext(
                "%(number)d shipment could not be sent to Shopify",
                "%(number)d shipments could not be sent to Shopify",
                group["number"],
            )
            % {"number": group["number"]},
            reason=group["reason"],
            url=f"{reverse('shipments')}?view=failed&shop={group['order__shop__code']}",
            verb=_("Show the shipments"),
            shop=group["order__shop__code"],
        )


def _orders() -> Iterator[Concern]:
    groups = (
        Order.objects.unprocessed()
        .exclude(reason="")
        .values("shop__code", "reason_code")
        .annotate(number=Count("pk"), first=Min("pk"), name=Min("name"), why=Min("reason"))
        .order_by("-number")
    )
    return (_order_concern(group) for group in groups[:MOST])


def _order_concern(group: Mapping[str, Any]) -> Concern:
    number, code = group["number"], group["shop__code"]
    if number == 1:
        title = _("Order %(name)s has no sales document") % {"name": group["name"]}
        url, verb = reverse("order", args=[group["first"]]), _("Open the order")
    else:
        title = _("%(number)d orders have no sales document") % {"number": number}
        url, verb = f"{reverse('orders')}?view=unprocessed&shop={code}", _("Show the orders")
    return Concern("unprocessed", title, group["why"], url, verb, code)
