"""What the books ask for variants, many at once: the price engine's answer in a shop's terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from connector.sync.mapping.prices import VariantPrice, variant_price
from connector.sync.mapping.units import unit_of
from connector.sync.models import VariantLink
from erp.currencies import Currencies
from erp.errors import CardError
from erp.models import Company
from erp.prices import Asking, Found, Wanted, best_prices, units_in
from shops.models import OrderSettings, ProductSettings, Shop


@dataclass(frozen=True, slots=True)
class Priced:
    """The books' price of a variant, or why there is none; `found` is how it came about."""

    price: VariantPrice | None
    code: str = ""
    reason: str = ""
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class PriceBook:
    """The prices of one shop on one day."""

    asking: Asking
    settings: ProductSettings
    unit_option: int
    rate: Decimal | None  # LCY for one of the shop's currency
    smallest: Decimal

    @classmethod
    def of(cls, shop: Shop, day: date) -> PriceBook:
        """Raises Company.DoesNotExist, and KeyError where the books do not know the currency."""
        books, settings = Company.objects.get(code=shop.company_code), ProductSettings.of(shop)
        currency = shop.currency or books.lcy
        currencies = Currencies.of(books, {currency})
        asking = Asking(
            books,
            day,
            currency,
            price_group=settings.customer_price_group,
            incl_vat=settings.prices_including_vat,
            vat_bus=settings.price_vat_bus,
            line_discounts=settings.allow_line_disc,
        )
        option = OrderSettings.of(shop).unit_option
        smallest = currencies.precision(currency)
        return cls(asking, settings, option, currencies.rate(currency, day), smallest)

    def of_all(self, links: Sequence[VariantLink]) -> list[Priced]:
        """The prices of mapped variants, in their order, with a fixed number of queries.

        The links come with variant, item and item_variant, and the variant with its product.
        """
        wanted = [self._wanted(link) for link in links]
        answers = best_prices(self.asking, wanted)
        return [self._priced(*pair) for pair in zip(wanted, answers, strict=True)]

    def _wanted(self, link: VariantLink) -> Wanted:
        item = link.item
        assert item is not None, "only what is mapped has a price"
        units = [item.base_uom, *item.units]
        uom = unit_of(link.variant.options, self._option(link), units, item.sales_uom)
        return Wanted(item, link.item_variant, uom=uom)

    def _option(self, link: VariantLink) -> int:
        """Which option is the unit: the one that the shop names so, else the one it counts out."""
        product = link.variant.product
        names = [name.upper() for name in product.options] if product else []
        named = self.settings.option_name_for_uom.upper()
        if self.settings.uom_as_variant and named in names:
            return names.index(named) + 1
        return self.unit_option

    def _priced(self, wanted: Wanted, answer: Found | CardError) -> Priced:
        if isinstance(answer, CardError):
            return Priced(None, answer.code, answer.sentence)
        price = variant_price(answer, self._cost(wanted), self.smallest)
        if price is None:
            sentence = _("Item %(no)s has no price: enter one on the item card or in a price list.")
            return Priced(None, "no_price", sentence % {"no": wanted.item.no}, answer)
        return Priced(price, found=answer)

    def _cost(self, wanted: Wanted) -> Decimal | None:
        if not wanted.item.unit_cost or self.rate is None:
            return None
        per_uom = units_in(wanted.item, wanted.uom or wanted.item.base_uom)
        return wanted.item.unit_cost * per_uom / self.rate
