"""What new variants cost in a shop: one is never made without a price, for it would be for free."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from connector.sync.errors import RecordError
from connector.sync.mapping.wares import Pricing, Stands
from connector.sync.products.priced import PriceBook, Priced
from erp.models import Item, ItemVariant
from erp.prices import Wanted
from shops.models import Shop


class NewPrices:
    """The prices of one shop on one day; the price book is opened when it is asked first."""

    def __init__(self, shop: Shop, day: date) -> None:
        self._shop, self._day = shop, day
        self._book: PriceBook | None = None

    def of(self, stands: Collection[Stands]) -> dict[Stands, Pricing]:
        """{what a variant stands for: its prices}, in a fixed number of queries.

        Raises RecordError when one has none.
        """
        wanted = list(stands)
        items = Item.objects.in_bulk({item for item, _variant, _uom in wanted})
        variants = ItemVariant.objects.in_bulk({v for _item, v, _uom in wanted if v is not None})
        asked = [
            Wanted(
                items[item],
                variants[variant] if variant is not None else None,
                uom=uom or items[item].sales_uom or items[item].base_uom,
            )
            for item, variant, uom in wanted
        ]
        answers = self._opened().of_wanted(asked)
        return {key: _pricing(answer) for key, answer in zip(wanted, answers, strict=True)}

    def _opened(self) -> PriceBook:
        if self._book is None:
            try:
                self._book = PriceBook.of(self._shop, self._day)
            except KeyError as unknown:
                sentence = _("The books have no currency %s, in which the shop sells.")
                raise RecordError(sentence % self._shop.currency, "currency") from unknown
        return self._book


def _pricing(answer: Priced) -> Pricing:
    if answer.price is None:
        raise RecordError(answer.reason, answer.code)
    return Pricing(answer.price.price, answer.price.compare_at, answer.price.unit_cost)
