"""30108, to Shopify: what changed of items is sent to the products that stand for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.sync import dry_runs
from connector.sync.errors import RecordError
from connector.sync.lookups import books_of
from connector.sync.mapping.export_plans import Plan, plan
from connector.sync.mapping.options import Unfit
from connector.sync.mapping.orders import bracketed
from connector.sync.models import Issue
from connector.sync.models.links import MappingState
from connector.sync.products.declared import ProductReport
from connector.sync.products.filters import FILTERS, FULL, ONLY_PRICES
from connector.sync.products.linked import Sendable, sendables
from connector.sync.products.new_prices import NewPrices
from connector.sync.products.rules import rules_of
from connector.sync.products.seen import see
from connector.sync.products.sending import Sender
from connector.sync.products.words import as_error, in_words
from connector.sync.report import Asked, Context, Outcome, Preview, Result
from erp.models import Company
from jobqueue.filters import Filter
from shops.models import Language, Metafield, Product, ProductSettings, Shop, Variant

BATCH = 50  # products that are examined together


class ProductsToShopify(ProductReport[Sendable]):
    outgoing = True

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        count = linked_products(shop, asked, now).count()
        text = ngettext(
            "Looks at %(count)d linked product.", "Looks at %(count)d linked products.", count
        )
        return Preview(count, text % {"count": count})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dry = dry_runs.is_dry(context.options)
        self.settings = ProductSettings.of(self.shop)
        self.rules = rules_of(self.settings)

    @cached_property
    def books(self) -> Company:
        return books_of(self.shop)

    @cached_property
    def _today(self) -> date:
        return self.now().astimezone(ZoneInfo(self.shop.zone)).date()

    @cached_property
    def _prices(self) -> NewPrices:
        return NewPrices(self.shop, self._today)

    def fetch(self) -> Iterator[Sequence[Sendable]]:
        if not self.settings.can_update_shopify_products:
            return
        ids = list(self._products().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            rows = Product.objects.filter(pk__in=ids[start : start + BATCH])
            if self.context.options.get(FULL) == "all" and not self._dry:
                gids = list(rows.values_list("gid", flat=True))
                see(self.shop, self.client, gids, self.now(), self.context.hold)
                rows = rows.filter(gone_at__isnull=True)
            products = list(rows.select_related("link__item").order_by("pk"))
            yield sendables(self.books, products, self.settings, self._today)

    def total(self) -> int | None:
        return self._products().count() if self.settings.can_update_shopify_products else 0

    def _products(self) -> QuerySet[Product]:
        asked = Asked(self.context.filters, self.context.options)
        return linked_products(self.shop, asked, self.now())

    def identity(self, item: Sendable) -> tuple[str, str]:
        return item.product.gid, item.product.title

    def apply(self, item: Sendable) -> Result:
        """Raises RecordError when Shopify refused something, or a new variant fits nowhere."""
        try:
            todo, problem = self._plan(item)
        except Unfit as unfit:
            raise as_error(unfit) from unfit
        if todo and not self._dry:
            Sender(self.shop, self.client, self.context.hold, self.now()).send(item, todo)
        if problem is not None:
            raise problem
        if not todo:
            return Result(Outcome.UNCHANGED)
        return Result(Outcome.UPDATED, reason=_told(todo) if self._dry else "")

    def closing_note(self) -> str:
        if self.settings.can_update_shopify_products:
            return ""
        return _("Products of this shop do not follow their items: see the shop card.")

    def follow_ups(self) -> dict[str, dict[str, str]]:
        """Prices of what is there are told by the price run, which knows what was edited there.

        Metafields and translations have a run of their own, where there is anything for it to do.
        """
        due: dict[str, dict[str, str]] = {}
        if self.settings.sync_prices:
            due[self.name] = {ONLY_PRICES: "yes"}
        if self._has_texts():
            due["product_texts"] = {}
        return due

    def _has_texts(self) -> bool:
        languages = Language.objects.filter(shop=self.shop, sync=True)
        waiting = Metafield.objects.filter(Q(dirty=True) | Q(deleted=True), shop=self.shop)
        return languages.exists() or waiting.exists()

    def _plan(self, item: Sendable) -> tuple[Plan, RecordError | None]:
        """What is to be sent, and why not all of it can be.

        Prices of what is there already are the price run's; new variants start with theirs. Raises
        Unfit for a blocked item whose product is to stay as it is.
        """
        todo = plan(item.linked, item.wares, {}, self.rules)
        if todo.problem is not None:
            return todo, as_error(todo.problem)
        if not todo.added:
            return todo, None
        try:
            prices = self._prices.of([added.stands_for for added in todo.added])
        except RecordError as problem:
            return replace(todo, added=()), problem
        return plan(item.linked, item.wares, prices, self.rules), None


def linked_products(shop: Shop, asked: Asked, now: datetime) -> QuerySet[Product]:
    """Products that are there and stand for an item, as far as they were asked for."""
    products = Product.objects.filter(
        shop=shop, gone_at__isnull=True, link__state=MappingState.MAPPED
    )
    for name, wanted in asked.filters.items():
        column = FILTERS[name].column
        products = products.filter(wanted.q(column) if column else _listed(products, name, wanted))
    if asked.options.get("retry") == "due":
        paused = Issue.objects.open().filter(
            Q(next_try__gt=now), shop=shop, report=ProductsToShopify.name
        )
        products = products.exclude(gid__in=paused.values("gid"))
    return products


def _listed(products: QuerySet[Product], name: str, wanted: Filter) -> Q:
    """Tags and SKUs are lists, which no column can be compared with."""
    if name == "tag":
        rows = products.values_list("pk", "tags")
        return Q(pk__in=[pk for pk, tags in rows if wanted.matches(bracketed(tags))])
    skus: dict[int, list[str]] = {pk: [] for pk in products.values_list("pk", flat=True)}
    variants = Variant.objects.filter(product__in=products, gone_at__isnull=True)
    for pk, sku in variants.values_list("product", "sku"):
        skus[pk].append(sku)
    return Q(pk__in=[pk for pk, each in skus.items() if wanted.matches(bracketed(each))])


def _told(todo: Plan) -> str:
    """Field by field what would be sent."""
    words = in_words(todo.changes)
    for changed in todo.changed:
        words += in_words(changed.changes, of=changed.name)
    words += [_("New variant %s.") % " / ".join(added.options) for added in todo.added]
    return "; ".join(words)
