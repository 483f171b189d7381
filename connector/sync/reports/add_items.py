"""30106: items become products. What a shop sells already is linked, and nothing is made twice."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.product_lookups import variants_by
from connector.sync import dry_runs, order_filters
from connector.sync.errors import RecordError
from connector.sync.lookups import books_of
from connector.sync.mapping.export_plans import Added, set_input
from connector.sync.mapping.options import Unfit
from connector.sync.mapping.wanted import refuse_unsellable, wanted_product
from connector.sync.mapping.wares import WantedProduct, WantedVariant, Ware, WareVariant
from connector.sync.matching import hows
from connector.sync.matching.in_shop import TELLING, Existing, Hits, existing
from connector.sync.models import Issue, ProductExport, ProductLink, VariantLink
from connector.sync.products import channels
from connector.sync.products.channels import Joining
from connector.sync.products.creating import Maker, Order
from connector.sync.products.linking import link_existing
from connector.sync.products.new_prices import NewPrices
from connector.sync.products.rules import rules_of
from connector.sync.products.wares import wares_of
from connector.sync.products.words import as_error, created_in_words
from connector.sync.report import Asked, Context, FilterField, Outcome, Preview, Report, Result
from erp.models import Company, Item
from jobqueue.errors import Halt
from jobqueue.filters import Type
from shops.models import Location, ProductSettings, Shop

BATCH = 50  # items whose SKUs are looked for together
UNFINISHED = (ProductExport.State.CREATING, ProductExport.State.INCOMPLETE)


@dataclass(slots=True)
class Candidate:
    ware: Ware
    linked: bool  # a product of the shop stands for it already
    export: ProductExport | None
    wanted: WantedProduct | None  # None: it cannot be shown, and `problem` says why
    problem: RecordError | None = None
    by_sku: Hits | None = None
    by_barcode: Hits | None = None

    @property
    def half_made(self) -> bool:
        return self.export is not None and self.export.state in UNFINISHED


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A blocked variant of an item that is added without it."""

    ware: Ware
    variant: WareVariant


class AddItems(Report[Candidate | LeftOut]):
    number = 30106
    name = "add_items"
    label = gettext_lazy("Add items to Shopify")
    outgoing = True
    in_sync_all = False  # somebody chooses what a shop sells
    filters = {
        "no": FilterField(
            Type.TEXT,
            gettext_lazy("No."),
            column="no",
            help=gettext_lazy("Of the item. One, or several: 1000..1050 or 1000|1002."),
        ),
        "category": FilterField(Type.TEXT, gettext_lazy("Item category"), column="category"),
        "description": FilterField(
            Type.TEXT,
            gettext_lazy("Description"),
            column="description",
            help=gettext_lazy("@*lamp* means: with “lamp” anywhere, in any case."),
        ),
    }
    options = {
        "retry": order_filters.retry(gettext_lazy("Items that failed before")),
        dry_runs.NAME: dry_runs.OPTION,
    }

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        count = asked_items(shop, asked, now).count()
        text = ngettext("Matches %(count)d item now.", "Matches %(count)d items now.", count)
        return Preview(count, text % {"count": count})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dry = dry_runs.is_dry(context.options)
        self._there = 0
        self.settings = ProductSettings.of(self.shop)
        self.rules = rules_of(self.settings)

    def prepare(self) -> None:
        """Raises Halt without a filter, and where a fulfillment service would get goods without SKU.

        One press of *Sync now* is not to put all the books have into a shop.
        """
        if not self.context.filters:
            raise Halt(_("Say which items are to be added. The number * means all of them."))
        if not self.settings.sku_mapping and _service_stocks(self.shop):
            raise Halt(
                _(
                    "New products would be stocked at a fulfillment service, which needs SKUs, and "
                    "the shop has no SKU mapping. Choose “Item No.” as SKU mapping on the shop "
                    "card, or another default product location on the page of its locations."
                )
            )
        if not self._dry:
            channels.ensure(self.shop, self.client)

    @cached_property
    def books(self) -> Company:
        return books_of(self.shop)

    @cached_property
    def _today(self) -> date:
        return self.now().astimezone(ZoneInfo(self.shop.zone)).date()

    @cached_property
    def _prices(self) -> NewPrices:
        return NewPrices(self.shop, self._today)

    @cached_property
    def _joining(self) -> Joining:
        return Joining(self.shop)

    @cached_property
    def _publications(self) -> list[str]:
        return channels.chosen(self.shop)

    def fetch(self) -> Iterator[Sequence[Candidate | LeftOut]]:
        ids = list(self._items().order_by("no").values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            yield self._batch(ids[start : start + BATCH])

    def total(self) -> int | None:
        return self._items().count()

    def _items(self) -> QuerySet[Item]:
        asked = Asked(self.context.filters, self.context.options)
        return asked_items(self.shop, asked, self.now())

    def _batch(self, ids: Sequence[int]) -> list[Candidate | LeftOut]:
        wares = wares_of(self.books, ids, self.settings, self._today)
        linked = linked_items(self.shop, ids)
        rows = ProductExport.objects.filter(shop=self.shop, item__in=ids).exclude(handle="")
        exports = {row.item_id: row for row in rows.select_related("product")}
        found = [
            self._candidate(wares[pk], exports.get(pk), linked=pk in linked)
            for pk in ids
            if pk in wares
        ]
        self._look(found)
        records: list[Candidate | LeftOut] = []
        for each in found:
            records += [each, *_left_out(each)]
        return records

    def _candidate(self, ware: Ware, export: ProductExport | None, *, linked: bool) -> Candidate:
        half_made = export is not None and export.state in UNFINISHED
        if linked and not half_made:
            return Candidate(ware, linked, export, None)
        try:
            refuse_unsellable(ware)
            return Candidate(ware, linked, export, wanted_product(ware, self.rules))
        except Unfit as unfit:
            return Candidate(ware, linked, export, None, as_error(unfit))

    def _look(self, found: Sequence[Candidate]) -> None:
        """Ask for all SKUs of a batch together, and for the bar codes of what has no SKU there."""
        new = [each for each in found if each.wanted is not None and not each.half_made]
        variants = [v for each in new if each.wanted for v in each.wanted.variants]
        by_sku: Hits = {}
        if self.rules.sku_mapping in TELLING:
            by_sku = variants_by(self.client, "sku", _values(variants, "sku"))
        left = [v for v in variants if v.values["sku"] not in by_sku]
        by_barcode: Hits = {}
        if self.settings.find_mapping_by_barcode:
            by_barcode = variants_by(self.client, "barcode", _values(left, "barcode"))
        for each in new:
            each.by_sku, each.by_barcode = by_sku, by_barcode

    def identity(self, item: Candidate | LeftOut) -> tuple[str, str]:
        if isinstance(item, LeftOut):
            variant = item.variant
            return f"item {item.ware.key} variant {variant.key}", f"{item.ware.no} {variant.code}"
        return f"item {item.ware.key}", item.ware.no

    def apply(self, item: Candidate | LeftOut) -> Result:
        """Raises RecordError when the item cannot be shown or Shopify refused it."""
        if isinstance(item, LeftOut):
            reason = _("Variant %(code)s of item %(item)s is blocked and was left out.")
            words = {"code": item.variant.code, "item": item.ware.no}
            return Result(Outcome.SKIPPED, "variant_blocked", reason % words)
        if item.problem is not None:
            raise item.problem
        if item.wanted is None:
            self._there += 1
            return Result(Outcome.UNCHANGED, "there")
        there = None if item.half_made else self._existing(item, item.wanted)
        if there is not None:
            return self._link(item, there)
        return self._create(item, item.wanted)

    def _existing(self, item: Candidate, wanted: WantedProduct) -> Existing | None:
        return existing(
            item.ware.no,
            wanted.variants,
            item.by_sku or {},
            item.by_barcode or {},
            sku_mapping=self.rules.sku_mapping,
        )

    def _link(self, item: Candidate, there: Existing) -> Result:
        text = _("In Shopify as “%(title)s”, linked (%(how)s).")
        reason = text % {"title": there.title, "how": hows.words(there.how)}
        if not self._dry:
            link_existing(self.shop, self.client, self.context.hold, self.now(), item.ware, there)
        return Result(Outcome.UPDATED, "linked", reason)

    def _create(self, item: Candidate, wanted: WantedProduct) -> Result:
        stands = [variant.stands_for for variant in wanted.variants]
        prices = self._prices.of(stands)
        if self._dry:
            words = created_in_words(
                str(wanted.values["title"]), len(wanted.variants), len(self._publications)
            )
            return Result(Outcome.CREATED, reason=words)
        outcome = Outcome.UPDATED if item.half_made else Outcome.CREATED
        product, added = set_input(item.ware, self.rules, prices, self._joining.of(item.ware))
        self._maker().make(self._order(item.ware, product, added), item.export)
        return Result(outcome)

    def _order(self, ware: Ware, product: dict[str, object], added: list[Added]) -> Order:
        return Order(ware, product, added, self._publications)

    def _maker(self) -> Maker:
        return Maker(self.shop, self.client, self.context.hold, self.now(), self._wait)

    def _wait(self, seconds: float) -> None:
        """While Shopify makes a big product; a run that is to stop does."""
        self.context.hold.checkpoint()
        time.sleep(seconds)

    def closing_note(self) -> str:
        if not self._there:
            return ""
        text = ngettext(
            "%(count)d item was in the shop already.",
            "%(count)d items were in the shop already.",
            self._there,
        )
        return text % {"count": self._there}


def asked_items(shop: Shop, asked: Asked, now: datetime) -> QuerySet[Item]:
    items = Item.objects.filter(company__code=shop.company_code)
    for name, wanted in asked.filters.items():
        items = items.filter(wanted.q(AddItems.filters[name].column))
    if asked.options.get("retry") == "due":
        paused = Issue.objects.open().filter(
            Q(next_try__gt=now), shop=shop, report=AddItems.name, gid__startswith="item "
        )
        numbers = paused.values_list("gid", flat=True)
        items = items.exclude(pk__in=[int(gid.split()[1]) for gid in numbers])
    return items


def linked_items(shop: Shop, items: Sequence[int]) -> set[int]:
    """Those that a product or a variant of the shop stands for, and that are still there."""
    products = ProductLink.objects.filter(
        product__shop=shop, product__gone_at__isnull=True, item__in=items
    )
    variants = VariantLink.objects.filter(
        variant__shop=shop, variant__gone_at__isnull=True, item__in=items
    )
    return {*products.values_list("item", flat=True), *variants.values_list("item", flat=True)}


def _values(variants: Sequence[WantedVariant], field: str) -> list[str]:
    return [str(v.values[field]) for v in variants if v.values[field]]


def _left_out(candidate: Candidate) -> Iterator[LeftOut]:
    """Blocked variants are told of only where the item goes in without them."""
    if candidate.wanted is not None:
        for variant in candidate.ware.variants:
            if variant.blocked:
                yield LeftOut(candidate.ware, variant)


def _service_stocks(shop: Shop) -> bool:
    """Whether new products are stocked at a fulfillment service, which knows goods by their SKU."""
    services = Location.objects.filter(shop=shop, active=True, is_fulfillment_service=True)
    return services.filter(default_product_location=True).exists()
