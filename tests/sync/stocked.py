"""A shop whose variants stand for items of the books, with so many of each on hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils import timezone

from connector.shopify.shop import locations
from connector.sync.models import VariantLink
from connector.sync.models.links import MappingState
from connector.sync.sessions import client_for
from connector.sync.staging.locations import put_locations
from erp.adjustments import AdjustmentLine, create_adjustment
from erp.drafts import ItemDraft
from erp.items import create_item
from erp.models import Company as Books
from erp.models import Item, ItemVariant
from erp.posting import post_document
from sandbox.records.product import Product
from sandbox.records.product import Variant as VariantRecord
from sandbox.store import Store
from shops.models import Location, Shop, StockLevel, Variant
from tests.sync.conftest import TODAY, Sandbox


@dataclass(slots=True)
class Stocked:
    """What a test does to the stock of either side, and how it looks at it."""

    shop: Shop
    books: Books
    store: Store
    shopify: Sandbox

    def item(self, sku: str, on_hand: int | str = 0, **fields: Any) -> Item:
        """An item with so many on hand, which the variant with that SKU stands for."""
        kind = fields.pop("type", "inventory")
        item = create_item(self.books, ItemDraft(sku[:20], sku, Decimal(1), type=kind))
        Item.objects.filter(pk=item.pk).update(**fields)
        self.map(sku, item)
        if Decimal(on_hand):
            self.adjust(sku[:20], on_hand)
        return item

    def map(self, sku: str, item: Item, item_variant: ItemVariant | None = None) -> Variant:
        """As an import of the products leaves it."""
        product, record = self.store.variants_by_sku()[sku]
        variant, _new = Variant.objects.update_or_create(
            shop=self.shop,
            gid=record.gid,
            defaults={
                "title": product.title,
                "sku": sku,
                "inventory_item_gid": record.inventory_item_gid,
                "tracked": True,
                "seen_at": timezone.now(),
            },
        )
        mapped = {"state": MappingState.MAPPED, "item": item, "item_variant": item_variant}
        VariantLink.objects.update_or_create(variant=variant, defaults=mapped)
        return variant

    def map_all(self, skus: Sequence[str], item: Item) -> None:
        """Let variants with these SKUs, and no others, stand for the item."""
        Variant.objects.all().delete()
        records = self.store.variants_by_sku()
        Variant.objects.bulk_create(
            Variant(
                shop=self.shop,
                gid=records[sku][1].gid,
                title=sku,
                sku=sku,
                inventory_item_gid=records[sku][1].inventory_item_gid,
                tracked=True,
                seen_at=timezone.now(),
            )
            for sku in skus
        )
        VariantLink.objects.bulk_create(
            VariantLink(variant=variant, state=MappingState.MAPPED, item=item)
            for variant in Variant.objects.order_by("pk")
        )

    def adjust(self, no: str, by: int | str, location: str = "", variant: str = "") -> None:
        """Post that so many more are on hand."""
        line = AdjustmentLine(no, Decimal(by), Decimal(1), variant, location)
        made = create_adjustment(self.books, [line], posting_date=TODAY)
        post_document(made.pk, today=TODAY)

    def locations(self, **fields: Any) -> None:
        """Fetch them from Shopify, and give all of them this rule."""
        put_locations(self.shop, locations(client_for(self.shop)))
        rule = {"stock_calculation": Location.StockCalculation.PROJECTED} | fields
        Location.objects.filter(shop=self.shop).update(**rule)

    def place(self, name: str) -> Location:
        return Location.objects.get(shop=self.shop, name=name)

    def level(self, sku: str, place: str = "Main warehouse") -> StockLevel:
        return StockLevel.objects.get(variant__sku=sku, location__name=place)

    def available(self, sku: str, place: str = "Main warehouse") -> int | None:
        """What Shopify has now."""
        return self._shown(sku, place)["available"]

    def on_hand(self, sku: str, place: str = "Main warehouse") -> int | None:
        return self._shown(sku, place)["on_hand"]

    def _shown(self, sku: str, place: str) -> dict[str, int | None]:
        shown: dict[str, int | None] = self.shopify.control(
            "stock", {"sku": sku, "location": place}
        )
        return shown

    def sells(self, *skus: str, available: int = 0) -> None:
        """Put one product of one variant each into Shopify."""
        now = self.store.clock.now()
        for sku in skus:
            gids = self.store.new_gid("ProductVariant"), self.store.new_gid("InventoryItem")
            record = VariantRecord(
                *gids, "Default Title", Decimal(1), sku=sku, inventory_quantity=available
            )
            gid = self.store.new_gid("Product")
            self.store.put(Product(gid, sku.lower(), sku, (record,), now, now))

    def foreign(self, place: str) -> None:
        """Let the place be another app's warehouse."""
        [record] = [one for one in self.store.locations() if one.name == place]
        self.store.put(replace(record, service_name="Depot"))


def calls(shopify: Sandbox) -> list[dict[str, Any]]:
    """The calls that set stock, in their order."""
    return [
        call
        for call in shopify.state()["mutations"]
        if call["operation"] == "InventorySetQuantities"
    ]


def sent(shopify: Sandbox) -> list[int]:
    """How many rows each call that set stock had."""
    return [len(call["variables"]["input"]["quantities"]) for call in calls(shopify)]
