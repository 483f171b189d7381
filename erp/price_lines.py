"""Writing the price lines that `erp.prices` picks among."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from erp.errors import CardError
from erp.models import Company, Item, Lookup, Party, Price
from erp.money import HUNDRED


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """A price for everybody, a price group or a customer, from a quantity on, for a time."""

    item_no: str
    unit_price: Decimal  # in `currency`; 0 or more
    variant_code: str = ""  # blank: all variants
    source_type: Price.Source = Price.Source.ALL
    source_no: str = ""  # of the group or customer
    uom: str = ""  # blank: for one base unit, in whatever unit is sold
    currency: str = ""  # blank: the company's
    min_qty: Decimal = Decimal(0)
    starts: date | None = None  # first day
    ends: date | None = None  # last day
    line_discount_pct: Decimal = Decimal(0)
    incl_vat: bool = False
    allow_invoice_disc: bool = True


@transaction.atomic
def put_price(company: Company, draft: PriceDraft) -> Price:
    """Create a line, or change the one for the same buyer, quantity and days. Raises CardError."""
    item = Item.objects.filter(company=company, no=draft.item_no.strip().upper()).first()
    if item is None:
        raise CardError("no_item", _("%(no)s does not exist.") % {"no": draft.item_no})
    _refuse_numbers(draft)
    variant = item.variants.filter(code=draft.variant_code.upper()).first()
    if draft.variant_code and variant is None:
        raise CardError(
            "no_variant",
            _("Item %(no)s has no variant %(code)s.") % {"no": item.no, "code": draft.variant_code},
        )
    if draft.uom and draft.uom not in {item.base_uom, *item.units}:
        raise CardError(
            "no_uom", _("Item %(no)s has no unit %(uom)s.") % {"no": item.no, "uom": draft.uom}
        )
    line, _new = Price.objects.update_or_create(
        item=item,
        variant=variant,
        source_type=draft.source_type,
        source_no=_source(company, draft),
        uom=draft.uom,
        currency=_currency(company, draft.currency),
        min_qty=draft.min_qty,
        starts=draft.starts,
        ends=draft.ends,
        defaults={
            "unit_price": draft.unit_price,
            "line_discount_pct": draft.line_discount_pct,
            "incl_vat": draft.incl_vat,
            "allow_invoice_disc": draft.allow_invoice_disc,
        },
    )
    return line


def _refuse_numbers(draft: PriceDraft) -> None:
    if draft.unit_price < 0 or draft.min_qty < 0:
        raise CardError("price", _("Neither a price nor a quantity may be below zero."))
    if not 0 <= draft.line_discount_pct <= HUNDRED:
        raise CardError(
            "discount", _("%s is no percentage between 0 and 100.") % draft.line_discount_pct
        )
    if draft.starts and draft.ends and draft.ends < draft.starts:
        raise CardError("dates", _("The last day lies before the first."))


def _source(company: Company, draft: PriceDraft) -> str:
    no = draft.source_no.strip().upper()
    if draft.source_type == Price.Source.ALL:
        return ""
    if draft.source_type == Price.Source.GROUP:
        there = Lookup.objects.filter(
            company=company, kind=Lookup.Kind.PRICE_GROUP, code=no
        ).exists()
    else:
        there = Party.objects.filter(company=company, kind=Party.Kind.CUSTOMER, no=no).exists()
    if not there:
        raise CardError("source", _("%(no)s does not exist.") % {"no": draft.source_no or "–"})
    return no


def _currency(company: Company, code: str) -> str:
    """Blank for the company's own."""
    if code in {"", company.lcy}:
        return ""
    if not Lookup.objects.filter(company=company, kind=Lookup.Kind.CURRENCY, code=code).exists():
        raise CardError(
            "no_currency",
            _("Currency %(code)s is not set up. Add it with its rate.") % {"code": code},
        )
    return code
