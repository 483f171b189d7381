"""What each small list holds besides code and description: read, checked, put into its form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

import calcdate
from erp import vat
from erp.countries import is_country_code
from erp.errors import CardError
from erp.models import Company, Lookup
from erp.money import HUNDRED

Values = dict[str, Any]
Kind = Lookup.Kind
VAT_GROUP = 20  # characters, as in the columns of parties, items and lines
TRIAL = date(2027, 1, 31)


def _terms(_company: Company, _code: str, values: Values) -> Values:
    formula = _only(values, "formula")
    if formula:
        try:
            formula = str(calcdate.parse(formula))
            early = calcdate.parse(formula).applied_to(TRIAL) < TRIAL
        except (ValueError, OverflowError) as error:
            raise CardError("formula", str(error)) from None
        if early:
            raise CardError("formula", _("The payment would be due before the document."))
    return {"formula": formula}


def _method(company: Company, _code: str, values: Values) -> Values:
    account = _only(values, "account")
    if account:
        _refuse_missing(company, Kind.GL_ACCOUNT, account)
    return {"account": account}


def _category(company: Company, code: str, values: Values) -> Values:
    parent = _only(values, "parent").upper()
    above = parent
    while above:
        if above == code:
            raise CardError("cycle", _("A category cannot lie within itself: %s.") % code)
        row = _refuse_missing(company, Kind.CATEGORY, above)
        above = row.data.get("parent", "")
    return {"parent": parent}


def _vat(_company: Company, code: str, values: Values) -> Values:
    bus, bar, prod = code.partition("|")
    if not (bus and bar and prod) or "|" in prod or max(len(bus), len(prod)) > VAT_GROUP:
        raise CardError("code", _("Write both VAT groups with a bar between: DOMESTIC|STANDARD."))
    kind = str(values.pop("type", vat.NORMAL))
    if kind not in vat.TYPES:
        raise CardError(
            "type",
            _("%(kind)s is no VAT type. Choose one of: %(known)s.")
            % {"kind": kind, "known": ", ".join(vat.TYPES)},
        )
    text = _only(values, "pct") or "0"
    try:
        pct = Decimal(text)
    except InvalidOperation:
        pct = Decimal(-1)
    if not 0 <= pct <= HUNDRED:
        raise CardError("pct", _("%s is no percentage between 0 and 100.") % text)
    return {"pct": text, "type": kind}


def _account(_company: Company, _code: str, values: Values) -> Values:
    kind = _only(values, "type") or "income"
    if kind not in {"balance", "income"}:
        raise CardError("type", _("An account is of the type balance or income."))
    return {"type": kind}


def _country(_company: Company, code: str, values: Values) -> Values:
    if not is_country_code(code):
        raise CardError("code", _("%s is no country: write its two letters.") % code)
    if values:
        raise CardError("values", _("This list holds a code and a description only."))
    return {}


def _agent(_company: Company, _code: str, values: Values) -> Values:
    address = _only(values, "tracking_url")
    if address and (not address.startswith("https://") or address.count("%s") != 1):
        raise CardError(
            "tracking_url",
            _("A tracking address begins with https:// and has one %%s for the number."),
        )
    return {"tracking_url": address}


def _salesperson(_company: Company, _code: str, values: Values) -> Values:
    return {"email": _only(values, "email")[:80]}


def _currency(_company: Company, code: str, _values: Values) -> Values:
    raise CardError("currency", _("Add %s with its rate.") % code)


def _only(values: Values, name: str) -> str:
    """The one value that the list knows, as text. Raises CardError when there are others."""
    if unknown := sorted(values.keys() - {name}):
        raise CardError(
            "values",
            _("This list holds %(name)s, not %(unknown)s.")
            % {"name": name, "unknown": ", ".join(unknown)},
        )
    return str(values.get(name) or "").strip()


def _refuse_missing(company: Company, kind: Lookup.Kind, code: str) -> Lookup:
    row = Lookup.objects.filter(company=company, kind=kind, code=code).first()
    if row is None:
        raise CardError("unknown", _("%(no)s does not exist.") % {"no": code})
    return row


READERS: dict[str, Callable[[Company, str, Values], Values]] = {
    Kind.CURRENCY: _currency,
    Kind.PAYMENT_TERMS: _terms,
    Kind.PAYMENT_METHOD: _method,
    Kind.CATEGORY: _category,
    Kind.VAT_RATE: _vat,
    Kind.GL_ACCOUNT: _account,
    Kind.COUNTRY: _country,
    Kind.SHIPPING_AGENT: _agent,
    Kind.SALESPERSON: _salesperson,
}
