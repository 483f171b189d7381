"""30108 from Shopify: products come in, find their items, and make or change them where allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.shopify.nodes.product import ProductNode
from connector.shopify.paging import Page
from connector.shopify.products import product_count, product_gids, product_pages
from connector.shopify.search import one_of, updated_since
from connector.sync.ahead import ahead
from connector.sync.dry_runs import is_dry
from connector.sync.lookups import books_of
from connector.sync.matching.items import RELATED, match_items
from connector.sync.models import Issue, VariantLink
from connector.sync.products.declared import ProductReport
from connector.sync.products.filters import FULL
from connector.sync.products.item_creation import make_items
from connector.sync.products.item_updates import update_items
from connector.sync.report import Asked, Outcome, Preview, Result
from connector.sync.shop_facts import refresh
from connector.sync.staging.product_changes import product_changes
from connector.sync.staging.products import mark_gone, missing, put_products
from connector.sync.staging.waiting import moment
from shops.models import OrderSettings, Product, ProductSettings, Shop

PAGE = 100  # products; a page's cost grows with the logarithm of its size
VARIANTS = 10  # of a product that come with its page
NAMED = 50  # products that are asked for by their ids in one search
MOST = 2000  # variants that are looked at together, however many a page brings
FILTERED = "filtered"
NO_ITEM = "no_item"  # an item could not be made


@dataclass(frozen=True, slots=True)
class Arrived:
    """A product as it came, or why it cannot be read."""

    gid: str
    name: str
    node: ProductNode | None = None
    error: str = ""
    updated_at: datetime | None = None
    asked: bool = False  # by its id, because it failed before
    gone: bool = False  # it was asked for, and Shopify has it no more

    @property
    def weight(self) -> int:
        return 1 + (len(self.node.variants) if self.node else 0)


class ProductsFromShopify(ProductReport[Arrived]):
    """Cursor on Shopify's updated_at; what failed is asked for again though it did not change."""

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        """What is in Shopify nobody knows before it is read; what failed we do."""
        count = _failed(shop, asked.options, now).count()
        text = ngettext(
            "%(count)d product failed before and is read again. Changes in Shopify come on top.",
            "%(count)d products failed before and are read again. Changes in Shopify come on top.",
            count,
        )
        return Preview(count, text % {"count": count})

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._settings = ProductSettings.of(self.shop)
        self._create = OrderSettings.of(self.shop).auto_create_unknown_items
        self._again: set[str] = set()  # asked for by id in this run
        self._gone: list[str] = []  # products that are here and not in Shopify any more

    def prepare(self) -> None:
        """Prices mean nothing without the shop's currency."""
        refresh(self.shop, self.client, keep=not is_dry(self.context.options))

    def fetch(self) -> Iterator[Sequence[Arrived]]:
        """First what failed before, then what changed; at last, whether products are missing."""
        yield from self._failed_before()
        for page in ahead(
            product_pages(self.client, query=self._query, first=PAGE, variants=VARIANTS)
        ):
            fresh = [node for node in page.nodes if node["id"] not in self._again]
            yield from _divided([_arrived(node) for node in fresh])
        self._gone = self._missing()

    @property
    def _full(self) -> bool:
        return self.context.options.get(FULL) == "all"

    @property
    def _query(self) -> str:
        since = None if self._full else self.context.since
        return updated_since(since) if since else ""

    def total(self) -> int | None:
        failed = _failed(self.shop, self.context.options, self.now()).count()
        return failed + product_count(self.client, query=self._query)

    def _failed_before(self) -> Iterator[Sequence[Arrived]]:
        rows = _failed(self.shop, self.context.options, self.now()).order_by("pk")
        wanted = dict(rows.values_list("gid", "ref"))
        self._again = set(wanted)
        gids = list(wanted)
        for start in range(0, len(gids), NAMED):
            named = gids[start : start + NAMED]
            found: set[str] = set()
            for page in self._named(named):
                found |= {node["id"] for node in page.nodes}
                yield from _divided([_arrived(node, asked=True) for node in page.nodes])
            yield [
                Arrived(gid, wanted[gid], asked=True, gone=True)
                for gid in named
                if gid not in found
            ]

    def _named(self, gids: Sequence[str]) -> Iterator[Page[dict[str, Any]]]:
        return product_pages(self.client, query=one_of(gids), first=NAMED, variants=VARIANTS)

    def _missing(self) -> list[str]:
        """Deleted products leave no trace in a list of changes: they are counted, then looked for."""
        here = Product.objects.filter(shop=self.shop, gone_at__isnull=True, gift_card=False)
        if not self._full and product_count(self.client) >= here.count():
            return []
        return missing(self.shop, set(product_gids(self.client)))

    def finish(self) -> None:
        """Mark what was deleted, and look once more for items that the books may have by now."""
        mark_gone(self.shop, self._gone, self.now())
        rows = VariantLink.objects.filter(
            variant__shop=self.shop,
            variant__product__isnull=False,
            variant__gone_at__isnull=True,
            item__isnull=True,
        )
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), MOST):
            links = rows.filter(pk__in=keys[start : start + MOST]).select_related(*RELATED)
            match_items(self.shop, books_of(self.shop), list(links))

    def closing_note(self) -> str:
        """What the counts do not tell."""
        return " ".join(filter(None, [self._deleted(), self._contested()]))

    def _deleted(self) -> str:
        if not self._gone:
            return ""
        text = ngettext(
            "%(count)d product was deleted in Shopify.",
            "%(count)d products were deleted in Shopify.",
            len(self._gone),
        )
        return text % {"count": len(self._gone)}

    def _contested(self) -> str:
        rows = VariantLink.objects.filter(variant__shop=self.shop, conflict=True)
        count = rows.filter(variant__gone_at__isnull=True).count()
        if not count:
            return ""
        text = ngettext(
            "%(count)d variant may stand for several items, or shares its SKU: choose its item.",
            "%(count)d variants may stand for several items, or share their SKU: choose their items.",
            count,
        )
        return text % {"count": count}

    def identity(self, item: Arrived) -> tuple[str, str]:
        return item.gid, item.name

    def position(self, items: Sequence[Arrived]) -> datetime | None:
        """The newest change of a page; also of products that could not be taken."""
        return max((a.updated_at for a in items if a.updated_at and not a.asked), default=None)

    def witness(self, items: Sequence[Arrived]) -> Callable[[Sequence[Result]], Sequence[str]]:
        return product_changes(self.shop, [(item.gid, item.node) for item in items])

    def apply(self, item: Arrived) -> Result:
        return self.apply_all([item])[0]

    def apply_all(self, items: Sequence[Arrived]) -> list[Result]:
        """Put products down, then find, make and change their items."""
        mark_gone(self.shop, [item.gid for item in items if item.gone], self.now())
        known = set(
            Product.objects.filter(
                shop=self.shop, gid__in=[item.gid for item in items]
            ).values_list("gid", flat=True)
        )
        results = {item.gid: self._left_out(item, known) for item in items}
        newest = {item.gid: item for item in items}  # a page may name a product twice
        wanted = [a.node for a in newest.values() if a.node and results[a.gid] is None]
        outcomes = put_products(self.shop, wanted, self.now(), closely=self._full)
        results |= {
            node.gid: Result(outcome) for node, outcome in zip(wanted, outcomes, strict=True)
        }
        self._bring_in_line(self._news(results, newest), results)
        return [r for item in items if (r := results[item.gid])]

    def _left_out(self, item: Arrived, known: set[str]) -> Result | None:
        """Why a product does not come in; None when it does."""
        if item.gone:
            return Result(Outcome.UPDATED)
        if item.node is None:
            return Result(Outcome.REJECTED, "unreadable", item.error)
        if item.gid in known or item.asked:
            return None  # what came in once is kept up to date, whatever the filters say
        for name, wanted in self.context.filters.items():
            read = self.filters[name].read
            if read is not None and not wanted.matches(read(item.node)):
                text = _("Left out by the filter on %(field)s.")
                text %= {"field": self.filters[name].label}
                return Result(Outcome.SKIPPED, FILTERED, text, listed=False)
        return None

    def _news(
        self, results: Mapping[str, Result | None], items: Mapping[str, Arrived]
    ) -> list[str]:
        """The products whose items are to be looked at: changed ones, and those that failed."""
        taken = [
            gid
            for gid, result in results.items()
            if result
            and items[gid].node
            and result.outcome not in {Outcome.SKIPPED, Outcome.REJECTED}
        ]
        unsettled = set(
            Issue.objects.open()
            .filter(shop=self.shop, report=self.name, gid__in=taken)
            .values_list("gid", flat=True)
        )
        return [
            gid
            for gid in taken
            if self._full
            or items[gid].asked
            or gid in unsettled
            or (result := results[gid]) is None
            or result.outcome is not Outcome.UNCHANGED
        ]

    def _bring_in_line(self, gids: Sequence[str], results: dict[str, Result | None]) -> None:
        if not gids:
            return
        books = books_of(self.shop)
        links = list(
            VariantLink.objects.filter(
                variant__shop=self.shop,
                variant__product__gid__in=gids,
                variant__gone_at__isnull=True,
            )
            .select_related(*RELATED)
            .order_by("variant__product", "variant__position")
        )
        old = [link for link in links if link.item_id]
        touched = {_gid(link) for link in match_items(self.shop, books, links)}
        failed: list[VariantLink] = []
        if self._create:
            unmapped = [link for link in links if not link.item_id]
            failed = make_items(self.shop, books, unmapped, self.now().date())
            touched |= {_gid(link) for link in unmapped if link.item_id}
        if self._settings.shopify_can_update_items:
            keys = update_items(self.shop, books, self._settings, old)
            touched |= {_gid(link) for link in old if link.variant.product_id in keys}
        for gid in touched:
            result = results[gid]
            if result and result.outcome is Outcome.UNCHANGED:
                results[gid] = Result(Outcome.UPDATED)
        results |= _rejected(failed)


def _rejected(failed: Sequence[VariantLink]) -> dict[str, Result]:
    reasons: dict[str, dict[str, None]] = {}
    for link in failed:
        reasons.setdefault(_gid(link), {})[link.reason] = None
    return {
        gid: Result(Outcome.REJECTED, NO_ITEM, " ".join(sentences))
        for gid, sentences in reasons.items()
    }


def _gid(link: VariantLink) -> str:
    product = link.variant.product
    assert product is not None
    return product.gid


def _failed(shop: Shop, options: Mapping[str, str], now: datetime) -> QuerySet[Issue]:
    """Products that failed before and are to be tried again now."""
    rows = Issue.objects.open().filter(
        shop=shop, report=ProductReport.name, outcome=Outcome.REJECTED.value
    )
    if options.get("retry") == "due":
        rows = rows.filter(Q(next_try__isnull=True) | Q(next_try__lte=now))
    return rows


def _arrived(node: dict[str, Any], *, asked: bool = False) -> Arrived:
    gid, name = str(node["id"]), str(node.get("title") or node["id"])
    try:
        read = ProductNode.from_node(node)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        text = _("Shopify's answer is not understood (%s). Report this.") % repr(error)
        return Arrived(gid, name, error=text, updated_at=moment(node, "updatedAt"), asked=asked)
    return Arrived(gid, name, read, updated_at=read.updated_at, asked=asked)


def _divided(items: Sequence[Arrived]) -> Iterator[Sequence[Arrived]]:
    """Batches of about MOST variants: a page may bring products with thousands."""
    batch: list[Arrived] = []
    weight = 0
    for item in items:
        if batch and weight + item.weight > MOST:
            yield batch
            batch, weight = [], 0
        batch.append(item)
        weight += item.weight
    if batch:
        yield batch
