"""What a person decides about products: which item each is, and that items are found or made now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from connector.sync.errors import RecordError
from connector.sync.issues import pause
from connector.sync.lookups import books_of
from connector.sync.matching import hows
from connector.sync.matching.items import RELATED, link_products, match_items, rules_of, save
from connector.sync.models import Issue, ProductLink, VariantLink
from connector.sync.models.links import MappingState
from connector.sync.products.declared import ProductReport
from connector.sync.products.item_creation import make_items
from erp.models import Item, ItemVariant
from shops.models import OrderSettings, Product, ProductSettings, Shop

NO_ITEM = "no_item"


@transaction.atomic
def map_variant(link: VariantLink, item_no: str, code: str = "") -> None:
    """Map one variant to an item, or to a variant of it. Raises RecordError; then nothing changed."""
    item = _item(link.variant.shop, item_no)
    variant = _variant(item, code)
    _set(link, item, variant, "", hows.BY_HAND)
    save([link])
    link_products([link], rules_of(ProductSettings.of(link.variant.shop)))
    _settled(link.variant.product)


@transaction.atomic
def map_product(product: Product, item_no: str) -> None:
    """Map a product, and its only variant with it; others then find their own. Raises RecordError."""
    item = _item(product.shop, item_no)
    ProductLink.objects.filter(product=product).update(
        item=item, state=MappingState.MAPPED, how=hows.BY_HAND, reason=""
    )
    match_again([product])


@transaction.atomic
def choose(link: VariantLink, place: int) -> None:
    """Map to one of the candidates that were listed. Raises RecordError when it is gone."""
    try:
        item_id, variant_id, uom, how = link.candidates[place]
        item = Item.objects.get(pk=item_id)
        variant = ItemVariant.objects.get(pk=variant_id, item=item) if variant_id else None
    except (IndexError, Item.DoesNotExist, ItemVariant.DoesNotExist):
        raise RecordError(_("This item is not offered any more: look again."), "gone") from None
    _set(link, item, variant, uom, how)
    save([link])
    link_products([link], rules_of(ProductSettings.of(link.variant.shop)))
    _settled(link.variant.product)


@transaction.atomic
def unmap(product: Product) -> None:
    """Let go of the items of a product and of its variants."""
    links = list(VariantLink.objects.filter(variant__product=product, item__isnull=False))
    for link in links:
        link.item_id, link.item_variant_id, link.uom = None, None, ""
        link.state, link.how = MappingState.UNMAPPED, ""
        link.reason = _("A person has taken its item off.")
    save(links)
    ProductLink.objects.filter(product=product).update(
        item=None, state=MappingState.UNMAPPED, how="", reason=""
    )


@transaction.atomic
def match_again(products: Iterable[Product]) -> int:
    """Look for the items of variants that have none; return how many found theirs."""
    count = 0
    for shop, rows in _by_shop(products):
        links = _open_links(rows)
        match_items(shop, books_of(shop), links)
        count += sum(1 for link in links if link.item_id)
    return count


@transaction.atomic
def create(products: Iterable[Product], now: datetime) -> tuple[int, list[str]]:
    """Find or make the items that these products lack; return how many variants got one, and why not.

    What cannot be made is listed with the skipped records until it is. Source: BC, where the shop
    has to allow it, also when a person asks.
    """
    count = 0
    told: list[str] = []
    for shop, rows in _by_shop(products):
        links = _open_links(rows)
        if not links:
            continue
        if not OrderSettings.of(shop).auto_create_unknown_items:
            sentence = _(
                "Shop %s makes no items: allow it with “auto create unknown items” on the shop card."
            )
            failed = {row.pk: sentence % shop.code for row in rows}
        else:
            match_items(shop, books_of(shop), links)
            broken = make_items(shop, books_of(shop), links, now.date())
            failed = {link.variant.product_id or 0: link.reason for link in broken}
            count += sum(1 for link in links if link.item_id)
        told += _note(shop, rows, failed, now)
    return count, told


def _by_shop(products: Iterable[Product]) -> list[tuple[Shop, list[Product]]]:
    groups: dict[Shop, list[Product]] = {}
    for product in products:
        groups.setdefault(product.shop, []).append(product)
    return list(groups.items())


def _open_links(products: Sequence[Product]) -> list[VariantLink]:
    rows = VariantLink.objects.filter(
        variant__product__in=products, variant__gone_at__isnull=True, item__isnull=True
    )
    return list(rows.select_related(*RELATED).order_by("variant__product", "variant__position"))


def _note(
    shop: Shop, products: Sequence[Product], failed: dict[int, str], now: datetime
) -> list[str]:
    """Open the issues of those that failed and close those of the others."""
    name = ProductReport.name
    for product in products:
        if reason := failed.get(product.pk):
            values = {
                "ref": product.title[:100],
                "outcome": Issue.Outcome.REJECTED,
                "code": NO_ITEM,
                "reason": reason,
                "state": Issue.State.OPEN,
                "next_try": now + pause(1),
                "last_seen": now,
            }
            Issue.objects.update_or_create(
                shop=shop,
                report=name,
                gid=product.gid,
                defaults=values,
                create_defaults=values | {"first_seen": now},
            )
        else:
            _settled(product)
    return [
        f"{product.title}: {failed[product.pk]}" for product in products if product.pk in failed
    ]


def _settled(product: Product | None) -> None:
    """Nothing is wrong any more with a product that has its items."""
    if product is None or _open_links([product]):
        return
    issues = Issue.objects.open().filter(
        shop=product.shop_id, report=ProductReport.name, gid=product.gid
    )
    issues.update(state=Issue.State.RESOLVED, next_try=None)


def _set(link: VariantLink, item: Item, variant: ItemVariant | None, uom: str, how: str) -> None:
    link.item, link.item_variant, link.uom = item, variant, uom
    link.state, link.how, link.reason = MappingState.MAPPED, how, ""
    link.conflict, link.candidates = False, []


def _item(shop: Shop, no: str) -> Item:
    found = Item.objects.filter(company=books_of(shop), no=no.strip().upper()).first()
    if found is None:
        raise RecordError(_("There is no item %s.") % (no or "–"), "item")
    return found


def _variant(item: Item, code: str) -> ItemVariant | None:
    if not code.strip():
        return None
    found = item.variants.filter(code=code.strip().upper()).first()
    if found is None:
        raise RecordError(
            _("Item %(no)s has no variant %(code)s.") % {"no": item.no, "code": code}, "variant"
        )
    return found
