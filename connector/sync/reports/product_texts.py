"""50111: changed metafields of products and their texts in other languages are told to Shopify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.translations import TranslationInput
from connector.sync import dry_runs
from connector.sync.item_texts import TextsOf, item_texts
from connector.sync.metafields import Told, sends_metafields, tell, waiting
from connector.sync.models import ProductLink
from connector.sync.report import Asked, FilterField, Outcome, Preview, Report, Result
from connector.sync.translations import register_texts, wanted_translations
from jobqueue.filters import Type
from shops.models import Metafield, Product, ProductSettings, Shop

NUMBER = 50111  # BC keeps 50000 to 99999 for what is not its own
BATCH = 50  # products


@dataclass(frozen=True, slots=True)
class ProductTexts:
    """One product, and what of it is to be told."""

    product: Product
    metafields: Sequence[Metafield] = ()
    translations: Sequence[TranslationInput] = ()


class ProductTextsReport(Report[ProductTexts]):
    number = NUMBER
    name = "product_texts"
    label = gettext_lazy("Sync metafields and translations of products to Shopify")
    outgoing = True
    in_sync_all = False  # the export of products does it; this is for when only texts changed
    filters = {
        "title": FilterField(Type.TEXT, gettext_lazy("Product"), column="product__title"),
        "item": FilterField(Type.TEXT, gettext_lazy("Item no."), column="item__no"),
    }
    options = {dry_runs.NAME: dry_runs.OPTION}

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: object) -> Preview:
        count = linked(shop, asked).count()
        text = ngettext("Matches %(count)d product now.", "Matches %(count)d products now.", count)
        return Preview(count, text % {"count": count})

    @cached_property
    def _settings(self) -> ProductSettings:
        return ProductSettings.of(self.shop)

    @cached_property
    def _texts_of(self) -> TextsOf:
        return item_texts(self._settings, self.now().astimezone(ZoneInfo(self.shop.zone)).date())

    def total(self) -> int | None:
        return self._links().count()

    def _links(self) -> QuerySet[ProductLink]:
        return linked(self.shop, Asked(self.context.filters, self.context.options))

    def fetch(self) -> Iterator[Sequence[ProductTexts]]:
        ids = list(self._links().order_by("product__title", "pk").values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            rows = ProductLink.objects.filter(pk__in=ids[start : start + BATCH])
            yield self._differing(list(rows.select_related("product").order_by("product__title")))

    def _differing(self, links: Sequence[ProductLink]) -> list[ProductTexts]:
        products = [link.product for link in links]
        items = {link.product.gid: link.item_id for link in links if link.item_id}
        wanted = wanted_translations(self.client, self.shop, items, self._texts_of)
        rows = waiting(self.shop, products) if sends_metafields(self._settings) else {}
        return [
            ProductTexts(product, rows.get(product.gid, ()), wanted.get(product.gid, ()))
            for product in products
        ]

    def calls(self, items: Sequence[ProductTexts]) -> Iterable[Sequence[ProductTexts]]:
        """Metafields of several products go in one call."""
        return [items]

    def apply(self, item: ProductTexts) -> Result:
        if dry_runs.is_dry(self.context.options):
            return _rehearsed(item)
        return self.apply_all([item])[0]

    def apply_all(self, items: Sequence[ProductTexts]) -> list[Result]:
        rows = {item.product.gid: item.metafields for item in items if item.metafields}
        told = tell(self.client, self.shop, rows, self.context.hold)
        return [self._told(item, told.get(item.product.gid, Told())) for item in items]

    def _told(self, item: ProductTexts, metafields: Told) -> Result:
        texts = register_texts(
            self.client, self.shop, item.product.gid, item.translations, self.context.hold
        )
        if refused := [*metafields.refused, *texts.refused]:
            return Result(Outcome.REJECTED, "refused", " ".join(refused))
        sent = metafields.sent + texts.sent
        return Result(Outcome.UPDATED if sent else Outcome.UNCHANGED)

    def identity(self, item: ProductTexts) -> tuple[str, str]:
        return item.product.gid, item.product.title


def linked(shop: Shop, asked: Asked) -> QuerySet[ProductLink]:
    """Products that stand for an item and are the books' to change; none where Shopify leads."""
    settings = ProductSettings.of(shop)
    if (
        settings.sync_item != ProductSettings.SyncItem.TO_SHOPIFY
        or not settings.can_update_shopify_products
    ):
        return ProductLink.objects.none()
    links = ProductLink.objects.filter(
        product__shop=shop, product__gone_at=None, item__isnull=False
    )
    for name, wanted in asked.filters.items():
        links = links.filter(wanted.q(ProductTextsReport.filters[name].column))
    return links


def _rehearsed(item: ProductTexts) -> Result:
    parts = [
        *(_("metafield %s") % row for row in item.metafields),
        *(f"{text.key} ({text.locale})" for text in item.translations),
    ]
    if not parts:
        return Result(Outcome.UNCHANGED)
    return Result(Outcome.UPDATED, reason=_("Would be sent: %s.") % ", ".join(parts))
