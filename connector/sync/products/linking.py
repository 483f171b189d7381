"""A product that a shop has already is taken for an item's, as SKUs or bar codes say."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from connector.shopify.client import Client
from connector.sync.errors import RecordError
from connector.sync.mapping.wares import Ware
from connector.sync.matching.in_shop import Existing
from connector.sync.models import ProductLink, VariantLink
from connector.sync.models.links import MappingState
from connector.sync.products.creating import link_product, mapped
from connector.sync.products.seen import Writes, see
from shops.models import Product, Shop


def link_existing(
    shop: Shop, client: Client, hold: Writes, now: datetime, ware: Ware, there: Existing
) -> Product:
    """Nothing is sent. Raises RecordError when it stands for another item; then it still does."""
    product = see(shop, client, [there.gid], now, hold).get(there.gid)
    if product is None:
        raise RecordError(_("The product is gone from Shopify again."), "gone")
    link = ProductLink.objects.filter(product=product).select_related("item").first()
    if link is not None and link.item is not None and link.item_id != ware.key:
        sentence = _("“%(title)s” stands for item %(other)s already.")
        raise RecordError(sentence % {"title": there.title, "other": link.item.no}, "conflict")
    rows = VariantLink.objects.filter(variant__product=product, variant__gid__in=there.variants)
    links = list(rows.select_related("variant", "item"))
    for row in links:
        if row.state == MappingState.MAPPED and row.item_id != ware.key:
            sentence = _("Variant %(variant)s stands for item %(other)s already.")
            other = row.item.no if row.item else ""
            raise RecordError(sentence % {"variant": row.variant, "other": other}, "conflict")
    changed = [mapped(row, there.variants[row.variant.gid], there.how) for row in links]
    with hold.transaction():
        link_product(product, ware.key, there.how)
        VariantLink.objects.bulk_update(
            changed, ["item", "item_variant", "uom", "state", "how", "reason"]
        )
    return product
