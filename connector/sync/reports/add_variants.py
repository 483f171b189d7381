"""30117: items become variants of another item's product, for shops whose books have flat items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.errors import UserErrors
from connector.shopify.product_writes import create_variants, rename_default_option
from connector.sync import dry_runs
from connector.sync.errors import RecordError
from connector.sync.lookups import books_of
from connector.sync.mapping.export_plans import Added, child
from connector.sync.mapping.options import VARIANT_OPTION, Unfit, child_values
from connector.sync.mapping.wanted import refuse_unsellable
from connector.sync.mapping.wares import Ware
from connector.sync.matching.hows import AS_VARIANT
from connector.sync.models import VariantLink
from connector.sync.models.links import MappingState
from connector.sync.products.creating import link_variants
from connector.sync.products.new_prices import NewPrices
from connector.sync.products.rules import rules_of
from connector.sync.products.seen import see
from connector.sync.products.wares import wares_of
from connector.sync.products.words import as_error
from connector.sync.report import Asked, Context, FilterField, Outcome, Preview, Report, Result
from erp.models import Item
from jobqueue.errors import Halt
from jobqueue.filters import Type
from shops.models import Product, ProductSettings, Shop

BATCH = 50


@dataclass(frozen=True, slots=True)
class Child:
    ware: Ware
    there: bool  # a variant of the product stands for it, or the product itself


class AddVariants(Report[Child]):
    number = 30117
    name = "add_variants"
    label = gettext_lazy("Add items as variants of a product")
    outgoing = True
    in_sync_all = False
    filters = {
        "product": FilterField(
            Type.TEXT,
            gettext_lazy("Product"),
            column="handle",
            help=gettext_lazy("The handle of the one product that the items become variants of."),
        ),
        "no": FilterField(
            Type.TEXT,
            gettext_lazy("No."),
            column="no",
            help=gettext_lazy("Of the item. One, or several: 1000..1050 or 1000|1002."),
        ),
        "category": FilterField(Type.TEXT, gettext_lazy("Item category"), column="category"),
    }
    options = {dry_runs.NAME: dry_runs.OPTION}

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        del now
        count = _items(shop, asked).count()
        text = ngettext("Matches %(count)d item now.", "Matches %(count)d items now.", count)
        return Preview(count, text % {"count": count})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dry = dry_runs.is_dry(context.options)
        self.settings = ProductSettings.of(self.shop)
        self.rules = rules_of(self.settings)
        self._asked = Asked(context.filters, context.options)

    def prepare(self) -> None:
        """Find the product and make it ready. Raises Halt where items cannot become its variants."""
        if self.settings.uom_as_variant:
            raise Halt(_("Units of measure are variants in this shop: items cannot be."))
        if not self._asked.filters.keys() & {"no", "category"}:
            raise Halt(_("Say which items are to become variants."))
        self.product = self._found()
        self.parent = self._parent(self.product)
        self._refuse_options()

    def _found(self) -> Product:
        wanted = self._asked.filters.get("product")
        rows = Product.objects.filter(shop=self.shop, gone_at__isnull=True)
        found = list(rows.filter(wanted.q("handle"))[:2]) if wanted else []
        if len(found) != 1:
            raise Halt(_("Name the one product that the items are to become variants of."))
        if not self._dry:  # which keeps nothing, also of what it reads
            gids = [found[0].gid]
            if not see(self.shop, self.client, gids, self.now(), self.context.hold):
                raise Halt(_("The product is gone from Shopify again."))
        return Product.objects.select_related("link__item").get(pk=found[0].pk)

    def _parent(self, product: Product) -> Ware:
        item = product.link.item
        if item is None:
            raise Halt(_("“%s” stands for no item: map it first.") % product.title)
        return self._wares([item.pk])[item.pk]

    def _refuse_options(self) -> None:
        """Raises Halt when the options are others than the parent's attributes."""
        try:
            child_values(self._names, self.parent, self.parent, self.rules)
        except Unfit as unfit:
            raise Halt(str(as_error(unfit))) from unfit

    @property
    def _names(self) -> list[str]:
        return [VARIANT_OPTION] if self.product.only_default_variant else self.product.options

    def _wares(self, ids: Sequence[int]) -> dict[int, Ware]:
        return wares_of(books_of(self.shop), ids, self.settings, self._today)

    @property
    def _today(self) -> date:
        return self.now().astimezone(ZoneInfo(self.shop.zone)).date()

    def fetch(self) -> Iterator[Sequence[Child]]:
        ids = list(_items(self.shop, self._asked).order_by("no").values_list("pk", flat=True))
        linked = VariantLink.objects.filter(
            variant__product=self.product, variant__gone_at__isnull=True, item__isnull=False
        )
        there = {*linked.values_list("item", flat=True), self.parent.key}
        for start in range(0, len(ids), BATCH):
            chunk = ids[start : start + BATCH]
            wares = self._wares(chunk)
            yield [Child(wares[pk], pk in there) for pk in chunk]

    def total(self) -> int | None:
        return _items(self.shop, self._asked).count()

    def identity(self, item: Child) -> tuple[str, str]:
        return f"item {item.ware.key} of {self.product.gid}"[:80], item.ware.no

    def apply(self, item: Child) -> Result:
        """Raises RecordError when the item cannot be shown or Shopify refused it."""
        if item.there:
            return Result(Outcome.UNCHANGED, "there")
        try:
            refuse_unsellable(item.ware)
            added = self._added(item.ware)
        except Unfit as unfit:
            raise as_error(unfit) from unfit
        if self._dry:
            return Result(Outcome.CREATED, reason=_("New variant %s.") % " / ".join(added.options))
        try:
            self._create(added)
        except UserErrors as refusal:
            raise RecordError(_("Shopify refused: %s") % refusal, "refused") from refusal
        return Result(Outcome.CREATED)

    def _added(self, ware: Ware) -> Added:
        stands_for = (ware.key, None, "")
        pricing = NewPrices(self.shop, self._today).of([stands_for])[stands_for]
        return child(self._names, self.parent, ware, pricing, self.rules)

    def _create(self, added: Added) -> None:
        """Create it, unless an earlier run did and ended before it was noted."""
        if self.product.only_default_variant:
            rename_default_option(self.client, self.product.gid, VARIANT_OPTION, self.parent.no)
            self._see()
        if not self._link(added):
            create_variants(self.client, self.product.gid, [added.input])
            self._see()
            if not self._link(added):
                raise RecordError(
                    _("Shopify has a variant %s already that stands for something else.")
                    % " / ".join(added.options),
                    "taken",
                )

    def _see(self) -> None:
        see(self.shop, self.client, [self.product.gid], self.now(), self.context.hold)
        self.product = Product.objects.select_related("link__item").get(pk=self.product.pk)

    def _link(self, added: Added) -> bool:
        with self.context.hold.transaction():
            link_variants(self.product, [added], AS_VARIANT)
        item, _variant, _uom = added.stands_for
        rows = VariantLink.objects.filter(variant__product=self.product, item=item)
        return rows.filter(state=MappingState.MAPPED).exists()


def _items(shop: Shop, asked: Asked) -> QuerySet[Item]:
    items = Item.objects.filter(company__code=shop.company_code)
    for name, wanted in asked.filters.items():
        if name != "product":
            items = items.filter(wanted.q(AddVariants.filters[name].column))
    return items
