"""30108 for prices alone: what the books ask for each mapped variant, and what Shopify has.

Shopify's prices are read first, so that what a merchant edited there is noticed. From a hundred
changes on one bulk operation tells them; else one call a product. Nothing is noted as told before
Shopify confirmed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.prices import MOST, PriceNode, price_pages, tell_prices
from connector.sync import dry_runs
from connector.sync.bulk_prices import BULK, ended, in_bulk, under_way
from connector.sync.mapping.prices import Verdict, variant_input, verdict
from connector.sync.models import VariantLink
from connector.sync.models.links import MappingState
from connector.sync.price_changes import Change, known_prices, put_seen, put_told, result, theirs_of
from connector.sync.priced import PriceBook
from connector.sync.report import Asked, Context, Preview, Report, Result
from shops.models import ProductSettings, Shop

AT_ONCE = 20_000  # changes that are gathered before they are told


class Prices(Report[Change]):
    number = 30108
    name = "products"
    label = gettext_lazy("Sync prices")
    outgoing = True

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        count = _links(shop).count()
        text = ngettext(
            "Compares the price of %(count)d variant.",
            "Compares the prices of %(count)d variants.",
            count,
        )
        return Preview(count, text % {"count": count})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dry = dry_runs.is_dry(context.options)
        self._leave = ProductSettings.of(self.shop).price_drift == ProductSettings.PriceDrift.ACCEPT
        self._left_under_way = 0

    def prepare(self) -> None:
        today = self.now().astimezone(ZoneInfo(self.shop.zone)).date()
        self._book = PriceBook.of(self.shop, today)

    def total(self) -> int | None:
        return _links(self.shop).count()

    def fetch(self) -> Iterator[Sequence[Change]]:
        if not self._dry and (settled := ended(self.context)):
            yield settled
        skipped = under_way(self.shop)
        waiting: list[Change] = []
        for page in price_pages(self.client):
            changes_ = self._changes([node for node in page.nodes if node.gid not in skipped])
            waiting += [change for change in changes_ if change.verdict is Verdict.SEND]
            yield [change for change in changes_ if change.verdict is not Verdict.SEND]
            if len(waiting) >= AT_ONCE:
                yield waiting
                waiting = []
        yield waiting

    def _changes(self, nodes: Sequence[PriceNode]) -> list[Change]:
        theirs = {node.gid: node for node in nodes}
        links = list(_links(self.shop).filter(variant__gid__in=theirs))
        known = known_prices([link.variant_id for link in links])
        return [
            Change.of(
                link,
                priced,
                theirs[link.variant.gid],
                None
                if priced.price is None
                else verdict(
                    priced.price,
                    theirs_of(theirs[link.variant.gid]),
                    known.get(link.variant_id),
                    leave_edited=self._leave,
                ),
            )
            for link, priced in zip(links, self._book.of_all(links), strict=True)
        ]

    def identity(self, item: Change) -> tuple[str, str]:
        return item.variant.gid, str(item.variant)

    def calls(self, items: Sequence[Change]) -> Iterable[Sequence[Change]]:
        if not items:
            return []
        if items[0].verdict is not Verdict.SEND or len(items) >= BULK:
            return [items]
        return _by_product(items)

    def apply(self, item: Change) -> Result:
        if self._dry:
            return result(item, dry=True)
        return self.apply_all([item])[0]

    def apply_all(self, items: Sequence[Change]) -> list[Result]:
        """Raises UserErrors when it is about a product as a whole, and as Client.execute."""
        if items[0].verdict is not Verdict.SEND:
            with self.context.hold.transaction():
                put_seen(items, self.now())
                put_told(items, self.now())
        elif len(items) < BULK or not in_bulk(self.context, items):
            for group in _by_product(items):
                self.context.hold.checkpoint()
                self._tell(group)
        self._left_under_way += sum(item.on_its_way for item in items)
        return [result(item) for item in items]

    def _tell(self, group: Sequence[Change]) -> None:
        inputs = [variant_input(item.variant.gid, item.told) for item in group]
        answers = tell_prices(self.client, group[0].variant.product_gid, inputs)
        for item in group:
            item.answer = answers[item.variant.gid]
        with self.context.hold.transaction():
            put_told(group, self.now())

    def closing_note(self) -> str:
        if not self._left_under_way:
            return ""
        text = ngettext(
            "%(count)d price is on its way: Shopify is still at it, and the next run takes the result.",
            "%(count)d prices are on their way: Shopify is still at it, and the next run takes the results.",
            self._left_under_way,
        )
        return text % {"count": self._left_under_way}


def _links(shop: Shop) -> QuerySet[VariantLink]:
    """Mapped variants that were read from Shopify and are still there."""
    return VariantLink.objects.filter(
        variant__shop=shop, variant__gone_at=None, state=MappingState.MAPPED
    ).select_related("variant__product", "item", "item_variant")


def _by_product(items: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """At most as many at once as Shopify takes."""
    groups: dict[str, list[Change]] = defaultdict(list)
    for item in items:
        groups[item.variant.product_gid].append(item)
    for group in groups.values():
        for start in range(0, len(group), MOST):
            yield group[start : start + MOST]
