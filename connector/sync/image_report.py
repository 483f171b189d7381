"""What 30107 may be asked, whichever way pictures go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, ngettext

from connector.sync import dry_runs, order_filters
from connector.sync.models import Issue
from connector.sync.pictured import mapped_products
from connector.sync.report import Asked, Context, FilterField, Option, Preview, Report
from jobqueue.filters import Type
from shops.models import Product, Shop

T = TypeVar("T")


class ImageReport(Report[T]):
    number = 30107
    name = "images"
    label = gettext_lazy("Sync images")
    filters = {
        "title": FilterField(Type.TEXT, gettext_lazy("Product"), column="title"),
        "sku": FilterField(Type.TEXT, gettext_lazy("SKU"), column="variants__sku"),
        "item_no": FilterField(Type.TEXT, gettext_lazy("Item no."), column="link__item__no"),
    }
    options = {
        "retry": order_filters.retry(gettext_lazy("Pictures that failed before")),
        "full": Option(
            gettext_lazy("Compare"),
            {
                "no": gettext_lazy("What changed since the last run"),
                "yes": gettext_lazy("Everything with what Shopify shows now"),
            },
            help=gettext_lazy("Everything: pictures of ours that were removed there come back."),
            remembered=False,
        ),
        dry_runs.NAME: dry_runs.OPTION,
    }

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        count = mapped_products(shop, asked.filters).count()
        text = ngettext(
            "Looks at the pictures of %(count)d product.",
            "Looks at the pictures of %(count)d products.",
            count,
        )
        return Preview(count, text % {"count": count})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dry = dry_runs.is_dry(context.options)
        self._full = context.options.get("full") == "yes"
        self._again = context.options.get("retry") != "due"

    def _products(self) -> QuerySet[Product]:
        return mapped_products(self.shop, self.context.filters)

    def _issues(self) -> QuerySet[Issue]:
        return Issue.objects.open().filter(shop=self.shop, report=self.name)

    def _paused(self) -> set[str]:
        """Products that failed and whose next try is not due, by gid."""
        if self._again:
            return set()
        return set(self._issues().filter(next_try__gt=self.now()).values_list("gid", flat=True))

    def _due(self) -> set[str]:
        """Products that failed and are to be tried again, by gid."""
        issues = self._issues().exclude(outcome=Issue.Outcome.SKIPPED)
        if not self._again:
            issues = issues.filter(Q(next_try=None) | Q(next_try__lte=self.now()))
        return set(issues.values_list("gid", flat=True))


def in_batches(products: QuerySet[Product], size: int) -> Iterator[list[Product]]:
    """All of them, in memory no more than `size` and the keys."""
    ids = list(products.values_list("pk", flat=True))
    for start in range(0, len(ids), size):
        yield list(Product.objects.filter(pk__in=ids[start : start + size]).order_by("pk"))


def gids_in_batches(gids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(gids), size):
        yield gids[start : start + size]
