"""Makes the product of an item in a shop, once: what is asked for is written down beforehand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from connector.shopify.client import Client
from connector.shopify.errors import UserErrors
from connector.shopify.product_writes import (
    Input,
    Wait,
    finished_product,
    product_by_handle,
    publish,
    set_product,
)
from connector.sync.errors import RecordError
from connector.sync.mapping.export_plans import Added
from connector.sync.mapping.wanted import handle
from connector.sync.mapping.wares import Stands, Ware
from connector.sync.matching.hows import MADE
from connector.sync.models import ProductExport, ProductLink, VariantLink
from connector.sync.models.links import MappingState
from connector.sync.products.seen import Writes, see
from shops.models import Product, Shop, Variant

State = ProductExport.State


@dataclass(frozen=True, slots=True)
class Order:
    """One product that is to be made."""

    ware: Ware
    input: Input  # ProductSetInput
    variants: Sequence[Added]
    publications: Sequence[str]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes products for one shop."""

    shop: Shop
    client: Client
    hold: Writes
    now: datetime
    wait: Wait

    def make(self, order: Order, export: ProductExport | None) -> Product:
        """Make the product, or go on where an earlier run ended. Raises RecordError.

        A product of which something was refused stays, incomplete, and the next run mends it.
        """
        export = export if export and export.state != State.DONE else self._noted(order, export)
        try:
            gid = self._set(order, export)
        except UserErrors as refusal:
            raise self._incomplete(export, refusal) from refusal
        refused = self._published(gid, order.publications)
        product = self._linked(order, export, gid)
        if refused is not None:
            raise self._incomplete(export, refused) from refused
        export.state, export.reason, export.sent_at = State.DONE, "", self.now
        with self.hold.transaction():
            export.save(update_fields=["state", "reason", "sent_at"])
        return product

    def _noted(self, order: Order, earlier: ProductExport | None) -> ProductExport:
        """Choose a handle that no product has, and write it down before anything is made.

        An earlier product of the item that was deleted in Shopify is forgotten.
        """
        number = 1
        while product_by_handle(self.client, handle(order.ware, number)):
            number += 1
        export = earlier or ProductExport(
            shop=self.shop, item_id=order.ware.key, created_at=self.now
        )
        export.handle, export.product = handle(order.ware, number), None
        export.state, export.operation, export.altered = State.CREATING, "", {}
        export.former_status = export.made_status = ""
        with self.hold.transaction():
            export.save()
        return export

    def _set(self, order: Order, export: ProductExport) -> str:
        """The gid of the product; one that Shopify is making already is waited for."""
        if export.operation and (gid := self._finished(export)):
            return gid
        gid, operation = set_product(self.client, export.handle, order.input)
        if operation:
            export.operation = operation
            with self.hold.transaction():
                export.save(update_fields=["operation"])
            gid = self._finished(export)
        if not gid:
            raise RecordError(
                _("Shopify took the product and named none. The next run looks for it."), "no_id"
            )
        return gid

    def _finished(self, export: ProductExport) -> str:
        try:
            gid = finished_product(self.client, export.operation, self.wait)
        except UserErrors:
            self._forget(export)
            raise
        self._forget(export)
        return gid

    def _forget(self, export: ProductExport) -> None:
        export.operation = ""
        with self.hold.transaction():
            export.save(update_fields=["operation"])

    def _linked(self, order: Order, export: ProductExport, gid: str) -> Product:
        """Keep what Shopify made, and which variant stands for what: told by their options."""
        product = see(self.shop, self.client, [gid], self.now, self.hold).get(gid)
        if product is None:
            raise RecordError(_("The product is gone from Shopify again."), "gone")
        with self.hold.transaction():
            link_product(product, order.ware.key, MADE)
            link_variants(product, order.variants, MADE)
            export.product = product
            export.save(update_fields=["product"])
        return product

    def _published(self, gid: str, publications: Sequence[str]) -> UserErrors | None:
        """Offer it before it is read, for that changes it in Shopify; return the refusal."""
        try:
            if publications:
                publish(self.client, gid, publications)
        except UserErrors as refusal:
            return refusal
        return None

    def _incomplete(self, export: ProductExport, refusal: UserErrors) -> RecordError:
        export.state, export.reason = State.INCOMPLETE, str(refusal)
        with self.hold.transaction():
            export.save(update_fields=["state", "reason"])
        return RecordError(_("Shopify refused: %s") % refusal, "refused")


def link_product(product: Product, item: int, how: str) -> None:
    told = {"item_id": item, "state": MappingState.MAPPED, "how": how, "reason": ""}
    ProductLink.objects.update_or_create(product=product, defaults=told)


def link_variants(product: Product, made: Collection[Added], how: str) -> None:
    """Map the variants that have these options; one that stands for something already stays."""
    by_options = {_folded(each.options): each.stands_for for each in made}
    rows = VariantLink.objects.filter(
        variant__product=product, state=MappingState.UNMAPPED
    ).select_related("variant")
    changed = []
    for link in rows:
        stands_for = by_options.get(_folded(options_of(link.variant)))
        if stands_for is not None:
            changed.append(mapped(link, stands_for, how))
    VariantLink.objects.bulk_update(
        changed, ["item", "item_variant", "uom", "state", "how", "reason"]
    )


def mapped(link: VariantLink, stands_for: Stands, how: str) -> VariantLink:
    link.item_id, link.item_variant_id, link.uom = stands_for
    link.state, link.how, link.reason = MappingState.MAPPED, how, ""
    return link


def options_of(variant: Variant) -> Sequence[str]:
    return variant.options or ("Default Title",)


def _folded(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(value.casefold() for value in values)
