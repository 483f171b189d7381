"""Setting up a company with what it needs to sell, ship, invoice and post."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from erp import series
from erp.errors import CardError
from erp.models import Company, Location, Lookup, NumberSeries, Party

# role: (account no., name, type)
ACCOUNTS = {
    "bank": ("1100", gettext_noop("Bank"), "balance"),
    "receivable": ("1200", gettext_noop("Receivables"), "balance"),
    "vat_in": ("1250", gettext_noop("VAT receivable"), "balance"),
    "inventory": ("1300", gettext_noop("Inventory"), "balance"),
    "payable": ("2000", gettext_noop("Payables"), "balance"),
    "accrual": ("2010", gettext_noop("Goods received, not invoiced"), "balance"),
    "vat_out": ("2200", gettext_noop("VAT payable"), "balance"),
    "gift_card": ("2300", gettext_noop("Gift cards not yet redeemed"), "balance"),
    "sales": ("4000", gettext_noop("Sales"), "income"),
    "shipping": ("4100", gettext_noop("Shipping charges"), "income"),
    "tips": ("4200", gettext_noop("Tips"), "income"),
    "refund": ("4800", gettext_noop("Refunds of cancelled goods"), "income"),
    "refund_not_restocked": ("4900", gettext_noop("Refunds of goods not restocked"), "income"),
    "cogs": ("5000", gettext_noop("Cost of goods sold"), "income"),
    "purchases": ("5050", gettext_noop("Purchases that are not stocked"), "income"),
    "inventory_adj": ("5100", gettext_noop("Inventory adjustments"), "income"),
    "fx": ("7910", gettext_noop("Currency gains and losses"), "income"),
    "cash_rounding": ("7920", gettext_noop("Cash rounding"), "income"),
    "currency_rounding": ("7930", gettext_noop("Currency rounding"), "income"),
}
# code: (prefix, gapless); numbers of drafts may be lost, those of posted documents may not
SERIES = {
    series.PARTIES[Party.Kind.CUSTOMER]: ("C", False),
    series.PARTIES[Party.Kind.VENDOR]: ("V", False),
    series.ITEMS: ("I", False),
    "S-ORD": ("SO", False),
    "S-INV": ("SI", False),
    "S-CR": ("SC", False),
    "S-RET": ("SR", False),
    "P-ORD": ("PO", False),
    "P-INV": ("PI", False),
    "P-CR": ("PC", False),
    "P-RET": ("PR", False),
    "PAY": ("PA", False),
    "ADJ": ("AD", False),
    "TRF": ("TR", False),
    "S-SHPT": ("SS+", True),
    "S-INV+": ("SI+", True),
    "S-CR+": ("SC+", True),
    "S-RCPT": ("RR+", True),
    "P-RCPT": ("PR+", True),
    "P-SHPT": ("PS+", True),
    "P-INV+": ("PI+", True),
    "P-CR+": ("PC+", True),
    "PAY+": ("PA+", True),
    "ADJ+": ("AD+", True),
    "TRF+": ("TR+", True),
}
THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
WHOLE = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
)
# Of currencies whose smallest unit is not 0.01. Source: ISO 4217.
PRECISION = dict.fromkeys(THOUSANDTHS, "0.001") | dict.fromkeys(WHOLE, "1")
VAT_BUS = "DOMESTIC"
VAT_PROD = "STANDARD"
FIRST_DAY = "1900-01-01"  # rates given without a day hold from the beginning


@transaction.atomic
def create_company(  # noqa: PLR0913 - one optional argument for each thing a company may settle
    code: str,
    lcy: str,
    *,
    name: str = "",
    vat_rates: Mapping[str, Decimal] | None = None,
    currencies: Mapping[str, Decimal] | None = None,
    accounts: Mapping[str, str] | None = None,
    location: str = "MAIN",
    prevent_negative: bool = False,
) -> Company:
    """Create a company ready to trade; everything not given gets a default. Raises CardError.

    `vat_rates` are {"BUS|PROD": percent}, `currencies` {code: LCY for one unit}, `accounts`
    {role: account no.} on top of the default chart. The first VAT rate is the default of items and
    parties.

    `prevent_negative` is off: a shop has sold what it sold, and whether it was counted before or
    after must not keep an order out of the books. An item may say otherwise.
    """
    if Company.objects.filter(code=code).exists():
        raise CardError("exists", _("Company %(code)s exists already.") % {"code": code})
    rates = vat_rates or {f"{VAT_BUS}|{VAT_PROD}": Decimal(25)}
    bus, prod = next(iter(rates)).split("|")
    numbers = {role: no for role, (no, *_rest) in ACCOUNTS.items()} | dict(accounts or {})
    company = Company.objects.create(
        code=code,
        name=name,
        lcy=lcy,
        settings={
            "accounts": numbers,
            "prevent_negative": prevent_negative,
            "default_location": location,
            "vat_bus": bus,
            "vat_prod": prod,
        },
    )
    Location.objects.create(company=company, code=location, name=location)
    add_series(company)
    _add_lookups(company, Lookup.Kind.GL_ACCOUNT, chart(numbers))
    _add_lookups(
        company,
        Lookup.Kind.VAT_RATE,
        ((pair, pair, {"pct": str(pct), "type": "normal"}) for pair, pct in rates.items()),
    )
    for currency, rate in {**(currencies or {}), lcy: Decimal(1)}.items():
        add_currency(company, currency, rate=None if currency == lcy else rate)
    return company


def add_currency(
    company: Company,
    code: str,
    *,
    rate: Decimal | None = None,
    rounding: str = "",
    starts: str = FIRST_DAY,
) -> Lookup:
    """Add a currency, or another rate to one that is there; `rate` is LCY for one unit.

    Raises CardError for a rate that is not above zero.
    """
    if rate is not None and not (rate.is_finite() and rate > 0):
        raise CardError("rate", _("A rate must be above zero: %s.") % rate)
    found, _new = Lookup.objects.get_or_create(
        company=company,
        kind=Lookup.Kind.CURRENCY,
        code=code,
        defaults={
            "description": code,
            "data": {
                "rounding": rounding or PRECISION.get(code, "0.01"),
                "unit_rounding": "0.00001",
                "rates": [],
            },
        },
    )
    if rate is not None:
        kept = [row for row in found.data["rates"] if row["from"] != starts]
        found.data["rates"] = [*kept, {"from": starts, "rate": str(rate)}]
        found.save(update_fields=["data"])
    return found


def chart(numbers: Mapping[str, str]) -> Iterable[tuple[str, str, dict[str, Any]]]:
    """(no., name, data), one row an account number: several roles may share an account."""
    rows: dict[str, tuple[str, str, dict[str, Any]]] = {}
    for role, no in numbers.items():
        _no, description, kind = ACCOUNTS.get(role, (no, role, "income"))
        rows.setdefault(no, (no, gettext(description), {"type": kind}))
    return rows.values()


def add_series(company: Company, leave_out: Container[str] = ()) -> None:
    """Add the number series that the books need, but for those to `leave_out`."""
    NumberSeries.objects.bulk_create(
        NumberSeries(company=company, code=code, prefix=prefix, gapless=gapless)
        for code, (prefix, gapless) in SERIES.items()
        if code not in leave_out
    )


def _add_lookups(
    company: Company, kind: Lookup.Kind, rows: Iterable[tuple[str, str, dict[str, Any]]]
) -> None:
    Lookup.objects.bulk_create(
        Lookup(company=company, kind=kind, code=code, description=description, data=data)
        for code, description, data in rows
    )
