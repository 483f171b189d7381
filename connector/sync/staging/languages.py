"""Keeps which languages a shop has, as Shopify lists them."""

from __future__ import annotations

from collections.abc import Iterable

from connector.shopify.translations import LocaleNode
from shops.models import Language, Shop


def put_languages(shop: Shop, nodes: Iterable[LocaleNode]) -> int:
    """Write what Shopify says of them but for the shop's own; return how many there are.

    What a person chose stays. A language that Shopify lists no more goes.
    """
    seen = set()
    for node in nodes:
        if node.primary:
            continue
        seen.add(node.locale)
        Language.objects.update_or_create(
            shop=shop,
            locale=node.locale,
            defaults={"name": node.name[:100], "published": node.published},
        )
    Language.objects.filter(shop=shop).exclude(locale__in=seen).delete()
    return len(seen)
