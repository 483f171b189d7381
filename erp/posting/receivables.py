"""An invoice or credit memo in the customer's account and in the general ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from erp import money
from erp.errors import PostingError
from erp.models import Document, PartyEntry
from erp.posting.ledger import Ledger


class Booked(NamedTuple):
    """What one line contributes, in the document's currency."""

    account: str  # blank for items: the sales account
    vat_code: str
    amount: Decimal
    vat: Decimal


def book(ledger: Ledger, document: Document, lines: Iterable[Booked]) -> PartyEntry:
    """Write the party entry and note revenue, VAT and receivable. Raises PostingError.

    Signs: an invoice debits the receivable, a credit memo credits it.
    """
    if document.amount_incl < 0:
        raise PostingError(
            "negative_total",
            _("The total amount of %(no)s must be 0 or greater.") % {"no": document.asked_no},
            document.asked_no,
        )
    sign = -1 if document.kind == Document.Kind.CREDIT_MEMO else 1
    company = document.company
    revenue: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    vat: dict[str, list[Decimal]] = defaultdict(lambda: [money.ZERO, money.ZERO])
    for line in lines:
        revenue[line.account or company.account("sales"), line.vat_code] += line.amount
        vat[line.vat_code][0] += line.amount
        vat[line.vat_code][1] += line.vat
    parts = [*revenue.values(), *(tax for _base, tax in vat.values())]
    lcy = money.in_lcy(parts, document.rate, ledger.precision)
    ledger.add(document, company.account("receivable"), sign * sum(lcy, money.ZERO))
    for (account, code), amount in zip(revenue, lcy[: len(revenue)], strict=True):
        ledger.add(document, account, -sign * amount, vat_code=code)
    for (code, (base, _tax)), amount in zip(vat.items(), lcy[len(revenue) :], strict=True):
        base_lcy = money.rounded(base * document.rate, ledger.precision)
        ledger.add(
            document,
            company.account("vat_out"),
            -sign * amount,
            vat_code=code,
            vat_base=-sign * base_lcy,
        )
    return _party_entry(ledger, document, sign, sum(lcy, money.ZERO))


def _party_entry(ledger: Ledger, document: Document, sign: int, lcy: Decimal) -> PartyEntry:
    assert document.invoiced_party_id is not None
    credit = document.kind == Document.Kind.CREDIT_MEMO
    return PartyEntry.objects.create(
        transaction_no=ledger.transaction_no,
        posting_date=ledger.posting_date,
        document=document,
        party_id=document.invoiced_party_id,
        kind=PartyEntry.Kind.CREDIT_MEMO if credit else PartyEntry.Kind.INVOICE,
        due_date=document.due_date,
        currency=document.currency,
        amount=sign * document.amount_incl,
        amount_lcy=sign * lcy,
    )
