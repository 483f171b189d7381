"""Several shop cards on one store share its orders: each belongs to the card that took it first.

The orders that are here are the claims, so none can be lost or stand beside an import that failed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from connector.sync.models import StagedOrder
from shops.models import Order, Shop

TAKEN = "taken"


def taken_elsewhere(shop: Shop, gids: Collection[str]) -> Mapping[str, str]:
    """Gid → code of the other card of the store that has taken the order.

    Within a transaction that goes on to import: until it ends no other card of the store takes one.
    """
    others = other_cards(shop)
    if not others:
        return {}
    # Not the keys: orders of these shops may be written meanwhile by whoever claims none.
    cards = Shop.objects.select_for_update(no_key=True).filter(pk__in=[shop.pk, *others])
    list(cards.order_by("pk").values_list("pk", flat=True))
    return claimed(shop, gids)


def claimed(shop: Shop, gids: Collection[str]) -> Mapping[str, str]:
    """The same for whoever only looks."""
    others = other_cards(shop)
    if not others:
        return {}
    taken = Order.objects.filter(shop__in=others, gid__in=list(gids))
    return dict(taken.values_list("gid", "shop__code"))


def other_cards(shop: Shop) -> list[int]:
    """The keys of the other shop cards on the same store."""
    return list(Shop.objects.filter(url=shop.url).exclude(pk=shop.pk).values_list("pk", flat=True))


def forget_staged(shop: Shop, *, taken_here: Collection[str], taken_there: Collection[str]) -> None:
    """What one card has taken waits at no other any more."""
    if others := other_cards(shop) if taken_here else []:
        StagedOrder.objects.filter(shop__in=others, gid__in=list(taken_here)).delete()
    if taken_there:
        StagedOrder.objects.filter(shop=shop, gid__in=list(taken_there)).delete()
