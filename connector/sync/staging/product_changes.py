"""What an import makes of products, in words, for a dry run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.shopify.nodes.product import ProductNode
from connector.sync.mapping.products import PRODUCT_COLUMNS, product_values
from connector.sync.matching import hows
from connector.sync.models import VariantLink
from connector.sync.report import Outcome, Result
from shops.models import Product, Shop

SILENT = frozenset(
    {"updated_at", "created_at", "category_gid", "image_gid", "only_default_variant"}
)
LONGEST = 60  # characters of a value that is shown

Links = Sequence[VariantLink]


def product_changes(
    shop: Shop, arrived: Sequence[tuple[str, ProductNode | None]]
) -> Callable[[Sequence[Result]], Sequence[str]]:
    """Read what is here of these products now; the answer compares it with what came."""
    gids = [gid for gid, _node in arrived]
    rows = Product.objects.filter(shop=shop, gid__in=gids)
    before = {gid: tuple(values) for gid, *values in rows.values_list("gid", *PRODUCT_COLUMNS)}

    def told(results: Sequence[Result]) -> list[str]:
        links: defaultdict[str, list[VariantLink]] = defaultdict(list)
        found = VariantLink.objects.filter(
            variant__shop=shop, variant__product__gid__in=gids, variant__gone_at__isnull=True
        ).select_related("variant__product", "item")
        for link in found:
            if link.variant.product:
                links[link.variant.product.gid].append(link)
        return [
            _words(node, result, before.get(gid, ()), links[gid])
            for (gid, node), result in zip(arrived, results, strict=True)
        ]

    return told


def _words(node: ProductNode | None, result: Result, before: tuple[Any, ...], links: Links) -> str:
    if node is None or result.outcome in {Outcome.SKIPPED, Outcome.REJECTED}:
        return result.reason
    changes = _changes(before, product_values(node)) if before else [_new(node)]
    return "; ".join([*changes, *_items(links)]) or _("Details that no list shows.")


def _new(node: ProductNode) -> str:
    count = len(node.variants)
    text = ngettext("%(count)d variant", "%(count)d variants", count)
    return text % {"count": count}


def _changes(before: tuple[Any, ...], after: tuple[Any, ...]) -> list[str]:
    changes = []
    for name, old, new in zip(PRODUCT_COLUMNS, before, after, strict=True):
        if name not in SILENT and old != new:
            label = getattr(Product._meta.get_field(name), "verbose_name", name)
            changes.append(f"{capfirst(label)}: {_text(old)} → {_text(new)}")
    return changes


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "–")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _items(links: Links) -> list[str]:
    """The items that are made, those that are found, and how many variants have none."""
    made = sorted({link.item.no for link in links if link.item and link.how == hows.CREATED})
    found = sorted({link.item.no for link in links if link.item and link.how != hows.CREATED})
    without = sum(1 for link in links if not link.item)
    words = []
    if made:
        words.append(_("items made: %s") % ", ".join(made))
    if found:
        words.append(_("items found: %s") % ", ".join(found))
    if without:
        text = ngettext(
            "%(count)d variant without an item", "%(count)d variants without an item", without
        )
        words.append(text % {"count": without})
    return words
