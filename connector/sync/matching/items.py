"""Product variants → items. By SKU; a variant without an item gets one where the shop allows it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from connector.sync.models import VariantLink
from connector.sync.models.links import MappingState
from erp.drafts import ItemDraft
from erp.errors import CardError
from erp.items import create_items
from erp.models import Company, Item
from shops import bulk

LONGEST_NO = 20  # characters of an item number


def match_items(books: Company, links: Sequence[VariantLink], *, create: bool) -> None:
    """Map links of variants to the item that has their SKU as its number, else create it.

    Item numbers know no case, so SKUs that differ only in case are one item. Source: BC's SKU
    mapping "Item No.".
    """
    items = _by_no(books, links)
    left = [link for link in links if not _settle(link, items)]
    if create:
        _create(books, left)
    for link in left:
        if not link.item_id and not link.reason:
            sku = link.variant.sku
            unknown = _("No item has the number %s: map an item, or allow items to be created.")
            blank = _("The product has no SKU: map an item, or allow items to be created.")
            link.reason = unknown % sku if sku else blank
    rows = [(link.item_id, link.state, link.how, link.reason, link.pk) for link in links]
    bulk.update(VariantLink, ("item_id", "state", "how", "reason"), rows)


def item_no(sku: str) -> str:
    """The item number that a SKU stands for; "" when it cannot be one."""
    number = sku.strip().upper()
    return number if len(number) <= LONGEST_NO else ""


def _by_no(books: Company, links: Sequence[VariantLink]) -> dict[str, Item]:
    numbers = {number for link in links if (number := item_no(link.variant.sku))}
    return {item.no: item for item in Item.objects.filter(company=books, no__in=numbers)}


def _settle(link: VariantLink, items: dict[str, Item]) -> bool:
    link.reason = ""
    item = items.get(item_no(link.variant.sku))
    if item is not None:
        _map(link, item, "SKU")
    return item is not None


def _create(books: Company, links: Sequence[VariantLink]) -> None:
    """One item a number, also where several variants share it."""
    drafts: dict[str, tuple[ItemDraft, list[VariantLink]]] = {}
    for link in links:
        number = item_no(link.variant.sku)
        key = number or f"variant {link.pk}"
        draft = ItemDraft(
            no=number, description=str(link.variant)[:100], unit_price=link.variant.price
        )
        drafts.setdefault(key, (draft, []))[1].append(link)
    made = create_items(books, [draft for draft, _links in drafts.values()])
    for item, (_draft, owners) in zip(made, drafts.values(), strict=True):
        for link in owners:
            if isinstance(item, CardError):
                link.reason = _("The item could not be created: %s") % item.sentence
            else:
                _map(link, item, "created")


def _map(link: VariantLink, item: Item, how: str) -> None:
    link.item, link.state, link.how, link.reason = item, MappingState.MAPPED, how, ""
