"""What needs a person now: what is wrong, why, and the one place where it is mended.

A row goes by itself when its cause does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Min, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.rolecenter.activity import Job
from connector.rolecenter.freshness import ShopState
from connector.sync.models import OrderAction, ShipmentLink
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
    shops: Iterable[ShopState], failed: Iterable[Job], behind: Iterable[Job], now: datetime
) -> list[Concern]:
    """At most seven, the widest damage first: shops, tasks, what is not told, orders. Two queries."""
    shops = list(shops)
    tasks = [*_tasks(failed), *_late(behind), *_unscheduled(shops)]
    return [*_shops(shops), *tasks, *_untold(now), *_orders()][:MOST]


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


def _untold(now: datetime) -> Iterator[Concern]:
    """What Shopify was not told, or has not answered. One query."""
    groups = _stuck(now).union(_failed_shipments(), all=True).order_by("what", "-number")
    for what, shop, words, number, order, name in groups[:MOST]:
        if what:
            yield _shipment_concern(shop, words, number)
        else:
            yield _action_concern(shop, OrderAction.Kind(words), number, order, name)


def _failed_shipments() -> QuerySet[Any, Any]:
    rows = ShipmentLink.objects.filter(state=ShipmentLink.State.FAILED)
    return _grouped(rows, 1, "reason")


def _stuck(now: datetime) -> QuerySet[Any, Any]:
    return _grouped(OrderAction.objects.stuck(now), 0, "kind")


def _grouped(rows: QuerySet[Any, Any], what: int, words: str) -> QuerySet[Any, Any]:
    """By shop and words: how many, and the first one's order."""
    grouped: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(what=Value(what), shop=F("order__shop__code"), words=Cast(words, TextField()))
        .values("what", "shop", "words")
        .annotate(number=Count("pk"), first=Min("order_id"), name=Min("order__name"))
        .values_list("what", "shop", "words", "number", "first", "name")
    )
    return grouped


def _action_concern(
    shop: str, kind: OrderAction.Kind, number: int, order: int, name: str
) -> Concern:
    """Each has a page of its own, so that of the first is shown until it has ended."""
    title = ngettext(
        "Shopify has not answered: %(action)s, order %(name)s",
        "Shopify has not answered: %(action)s, order %(name)s and others (%(number)d)",
        number,
    )
    return Concern(
        state="sending",
        title=title % {"action": kind.label, "name": name, "number": number},
        reason=_("It is being sent for more than three minutes. Ask Shopify what became of it."),
        url=reverse("order", args=[order]),
        verb=_("Open the order"),
        shop=shop,
    )


def _shipment_concern(shop: str, reason: str, number: int) -> Concern:
    title = ngettext(
        "%(number)d shipment could not be sent to Shopify",
        "%(number)d shipments could not be sent to Shopify",
        number,
    )
    return Concern(
        state="failed",
        title=title % {"number": number},
        reason=reason,
        url=f"{reverse('shipments')}?view=failed&shop={shop}",
        verb=_("Show the shipments"),
        shop=shop,
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
