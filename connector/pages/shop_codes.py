"""The shops a list can be narrowed to."""

from __future__ import annotations

from collections.abc import Sequence

from connector.ui.lists import ListPage
from shops.models import Shop


def shop_codes() -> Sequence[str]:
    """The shops to choose from; where there is one only, there is no choice."""
    codes = list(Shop.objects.values_list("code", flat=True))
    return codes if len(codes) > 1 else ()


class ShopList(ListPage):
    """A list whose rows belong to a shop."""

    shop_path = "shop__code"

    def shop_codes(self) -> Sequence[str]:
        return shop_codes()
