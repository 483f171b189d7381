"""50110: what is finished on both sides is archived in Shopify, where the shop wants it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import uuid4

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.sync import dry_runs, order_filters
from connector.sync.archivable import archivable
from connector.sync.models import Issue, OrderAction
from connector.sync.order_actions import archive
from connector.sync.presses import Press
from connector.sync.report import Asked, FilterField, Outcome, Preview, Report, Result
from jobqueue.filters import Type
from shops.models import Order, Shop

NUMBER = 50110  # BC keeps 50000 to 99999 for what is not its own
BATCH = 50  # orders that are read together
BY = "Shopkontor"


class Archive(Report[Order]):
    number = NUMBER
    name = "archive"
    label = gettext_lazy("Archive processed orders in Shopify")
    outgoing = True
    in_sync_all = False  # the import asks for it
    filters = {
        "name": FilterField(
            Type.TEXT, gettext_lazy("Order no."), column="name", help=order_filters.ORDER_NO
        ),
        "created_at": FilterField(
            Type.DATE, gettext_lazy("Created at"), column="created_at", help=order_filters.DAYS
        ),
    }
    options = {
        "retry": order_filters.retry(gettext_lazy("Orders that failed before")),
        dry_runs.NAME: dry_runs.OPTION,
    }

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        count = finished_orders(shop, asked, now).count()
        text = ngettext("Matches %(count)d order now.", "Matches %(count)d orders now.", count)
        return Preview(count, text % {"count": count})

    def fetch(self) -> Iterator[Sequence[Order]]:
        ids = list(self._orders().order_by("created_at", "pk").values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            orders = Order.objects.filter(pk__in=ids[start : start + BATCH])
            yield list(orders.select_related("shop").order_by("created_at", "pk"))

    def total(self) -> int | None:
        return self._orders().count()

    def _orders(self) -> QuerySet[Order]:
        asked = Asked(self.context.filters, self.context.options)
        return finished_orders(self.shop, asked, self.now())

    def identity(self, item: Order) -> tuple[str, str]:
        return item.gid, item.name

    def apply(self, item: Order) -> Result:
        """Raises as Client.execute; what is archived twice is archived once."""
        if dry_runs.is_dry(self.context.options):
            return Result(Outcome.UPDATED, reason=_("It would be archived in Shopify."))
        press = Press(BY, uuid4(), self.now, self.context.hold.transaction)
        action = archive(self.client, item, press)
        if action.state == OrderAction.State.REFUSED:
            return Result(Outcome.REJECTED, "refused", action.answer)
        return Result(Outcome.UPDATED)


def finished_orders(shop: Shop, asked: Asked, now: datetime) -> QuerySet[Order]:
    """The orders to archive that were asked for."""
    orders = archivable(shop)
    for name, wanted in asked.filters.items():
        orders = orders.filter(wanted.q(Archive.filters[name].column))
    if asked.options.get("retry") == "due":
        paused = Issue.objects.open().filter(Q(next_try__gt=now), shop=shop, report=Archive.name)
        orders = orders.exclude(gid__in=paused.values("gid"))
    return orders
