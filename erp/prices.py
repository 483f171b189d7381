"""The best prices for a customer, for many items at once, and why they are what they are.

Of all price lines that match, those in the currency asked for come before those in the company's
own; among them the lowest price after discount counts. Without a line it is the item's own price.
Source: BC codeunit "Sales Price Calc. Mgt."; but a line of a variant does not come before one of
all variants, as it does there: the lower one counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from erp import vat
from erp.currencies import Currencies
from erp.errors import CardError
from erp.models import Company, Item, ItemVariant, Party, Price
from erp.money import HUNDRED, ONE, UNIT_COST, ZERO, rounded


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for prices, when, and how they are to be told."""

    company: Company
    day: date
    currency: str  # ISO 4217
    customer_no: str = ""
    price_group: str = ""
    incl_vat: bool = False
    vat_bus: str = ""  # blank: the company's
    line_discounts: bool = True  # whether the discounts of price lines count

    @classmethod
    def of(cls, party: Party, day: date, currency: str = "") -> Asking:
        """As a customer's card has it."""
        company = party.company
        return cls(
            company,
            day,
            currency or party.currency or company.lcy,
            party.no,
            party.price_group,
            party.prices_incl_vat,
            party.vat_bus,
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    item: Item
    variant: ItemVariant | None = None
    quantity: Decimal = ONE  # in `uom`
    uom: str = ""  # blank: the item's base unit


@dataclass(frozen=True, slots=True)
class Found:
    """A price for one `uom`, in the currency and with or without VAT as asked."""

    unit_price: Decimal
    line_discount_pct: Decimal
    incl_vat: bool
    allow_invoice_disc: bool
    currency: str
    line: Price | None  # None: the item's own price
    rate: Decimal  # by which it was divided; 1 where nothing was converted
    vat_pct: Decimal  # that was added or taken out; 0 where nothing was

    @property
    def net_price(self) -> Decimal:
        """After the line discount."""
        return self.unit_price * (HUNDRED - self.line_discount_pct) / HUNDRED

    @property
    def explanation(self) -> str:
        """Sentences: which line made the price, and what was done to it."""
        parts = [_of_line(self.line) if self.line else _("The price of the item card.")]
        if self.rate != ONE:
            parts.append(_("Converted at the rate %(rate)s.") % {"rate": _plain(self.rate)})
        if self.vat_pct:
            words = _("%(pct)s %% VAT added.") if self.incl_vat else _("%(pct)s %% VAT taken out.")
            parts.append(words % {"pct": _plain(self.vat_pct)})
        return " ".join(parts)


def best_price(asking: Asking, wanted: Wanted) -> Found:
    """Raises CardError when the item, the variant or the unit cannot be sold so."""
    (answer,) = best_prices(asking, [wanted])
    if isinstance(answer, CardError):
        raise answer
    return answer


def best_prices(asking: Asking, wanted: Sequence[Wanted]) -> list[Found | CardError]:
    """The best price of each, in the order asked, with three queries for all of them."""
    finder = _Finder.of(asking, wanted)
    answers: list[Found | CardError] = []
    for one in wanted:
        try:
            answers.append(finder.find(one))
        except CardError as refusal:
            answers.append(refusal)
    return answers


@dataclass(frozen=True, slots=True)
class _Finder:
    asking: Asking
    lines: dict[int, list[Price]]
    rate: Decimal | None
    percentages: dict[str, Decimal]

    @classmethod
    def of(cls, asking: Asking, wanted: Sequence[Wanted]) -> _Finder:
        lines = defaultdict(list)
        for line in _lines(asking, {one.item.pk for one in wanted}):
            lines[line.item_id].append(line)
        currencies = Currencies.of(asking.company, {asking.currency})
        known = asking.currency in currencies
        return cls(
            asking,
            lines,
            currencies.rate(asking.currency, asking.day) if known else None,
            vat.percentages(asking.company),
        )

    def find(self, wanted: Wanted) -> Found:
        _refuse_blocked(wanted)
        per_uom = units_in(wanted.item, wanted.uom or wanted.item.base_uom)
        matching = [line for line in self.lines[wanted.item.pk] if _fits(line, wanted, per_uom)]
        own = [line for line in matching if line.currency] or matching
        if not own:
            item = wanted.item
            return self._told(item, item.unit_price * per_uom, incl=item.price_incl_vat)
        found = [self._of_line(line, wanted, per_uom) for line in own]
        return min(found, key=lambda one: (one.net_price, one.line.pk if one.line else 0))

    def _of_line(self, line: Price, wanted: Wanted, per_uom: Decimal) -> Found:
        price = line.unit_price * (ONE if line.uom else per_uom)
        return self._told(wanted.item, price, incl=line.incl_vat, line=line)

    def _told(self, item: Item, price: Decimal, *, incl: bool, line: Price | None = None) -> Found:
        rate = ONE if line and line.currency else self._rate()
        pct = self._pct(item) if incl != self.asking.incl_vat else ZERO
        factor = ONE + pct / HUNDRED
        price = price / rate
        return Found(
            rounded(price * factor if self.asking.incl_vat else price / factor, UNIT_COST),
            line.line_discount_pct if line and self.asking.line_discounts else ZERO,
            self.asking.incl_vat,
            line.allow_invoice_disc if line else True,
            self.asking.currency,
            line,
            rate,
            pct,
        )

    def _rate(self) -> Decimal:
        if self.rate is None:
            raise CardError(
                "no_rate",
                _("There is no exchange rate for %(code)s on %(day)s. Add one.")
                % {"code": self.asking.currency, "day": self.asking.day},
            )
        return self.rate

    def _pct(self, item: Item) -> Decimal:
        pair = vat.code(
            self.asking.vat_bus or self.asking.company.setting("vat_bus"), item.vat_prod
        )
        if pair not in self.percentages:
            raise CardError(
                "no_vat",
                _("There is no VAT rate for %(pair)s. Add it to the VAT set-up.") % {"pair": pair},
            )
        return self.percentages[pair]


def units_in(item: Item, uom: str) -> Decimal:
    """Base units in one `uom`. Raises CardError when the item is not sold in it."""
    if uom == item.base_uom:
        return ONE
    if uom not in item.units:
        raise CardError(
            "no_uom", _("Item %(no)s has no unit %(uom)s.") % {"no": item.no, "uom": uom}
        )
    return Decimal(item.units[uom])


def _lines(asking: Asking, items: Iterable[int]) -> Iterable[Price]:
    source = Price.Source
    who = Q(source_type=source.ALL)
    if asking.price_group:
        who |= Q(source_type=source.GROUP, source_no=asking.price_group)
    if asking.customer_no:
        who |= Q(source_type=source.CUSTOMER, source_no=asking.customer_no)
    home = asking.currency == asking.company.lcy
    return Price.objects.filter(
        who,
        Q(starts__isnull=True) | Q(starts__lte=asking.day),
        Q(ends__isnull=True) | Q(ends__gte=asking.day),
        item__in=set(items),
        currency__in=[""] if home else ["", asking.currency],
    )


def _fits(line: Price, wanted: Wanted, per_uom: Decimal) -> bool:
    if line.variant_id is not None and line.variant_id != getattr(wanted.variant, "pk", None):
        return False
    if line.uom:
        uom = wanted.uom or wanted.item.base_uom
        return line.uom == uom and line.min_qty <= wanted.quantity
    return line.min_qty <= wanted.quantity * per_uom


def _refuse_blocked(wanted: Wanted) -> None:
    item, variant = wanted.item, wanted.variant
    if item.blocked or item.sales_blocked:
        raise CardError("item_blocked", _("Item %(no)s is blocked.") % {"no": item.no})
    if variant is not None and variant.blocked:
        raise CardError(
            "item_blocked",
            _("Variant %(code)s of item %(no)s is blocked.")
            % {"no": item.no, "code": variant.code},
        )


def _of_line(line: Price) -> str:
    words = {
        Price.Source.ALL: _("The price for all customers: %(price)s."),
        Price.Source.GROUP: _("The price of price group %(who)s: %(price)s."),
        Price.Source.CUSTOMER: _("The price of customer %(who)s: %(price)s."),
    }[Price.Source(line.source_type)]
    price = f"{_plain(line.unit_price)} {line.currency}".strip()
    if line.line_discount_pct:
        price += f" −{_plain(line.line_discount_pct)} %"
    parts = [words % {"who": line.source_no, "price": price}]
    if line.min_qty:
        parts.append(_("From a quantity of %(quantity)s.") % {"quantity": _plain(line.min_qty)})
    if line.starts or line.ends:
        days = {"first": line.starts or "…", "last": line.ends or "…"}
        parts.append(_("Valid %(first)s to %(last)s.") % days)
    return " ".join(parts)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
