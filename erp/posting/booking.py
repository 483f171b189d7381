"""An invoice or credit memo in its party's account and in the general ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from erp import money
from erp.errors import PostingError
from erp.models import Document, PartyEntry
from erp.posting.ledger import Ledger


class Roles(NamedTuple):
    """The accounts of a side, by their role."""

    control: str
    goods: str  # of lines without an account
    tax: str


ROLES = {
    Document.Side.SALE: Roles("receivable", "sales", "vat_out"),
    Document.Side.PURCHASE: Roles("payable", "accrual", "vat_in"),
}


class Booked(NamedTuple):
    """What one line contributes, in the document's currency."""

    account: str  # blank for goods
    vat_code: str
    amount: Decimal
    vat: Decimal


class Tax(NamedTuple):
    """One VAT code of a document, in LCY."""

    code: str
    base: Decimal
    charged: Decimal  # by the seller
    reverse: Decimal  # declared by the buyer in the seller's place


def book(
    ledger: Ledger,
    document: Document,
    lines: Iterable[Booked],
    reverse: Mapping[str, Decimal],
) -> tuple[PartyEntry, Decimal]:
    """Note goods and accounts, VAT and what is owed.

    Return the party entry, unsaved, and what the goods came to in LCY, signed as in the G/L.
    `reverse` is the percentage that the buyer declares, by VAT code. Raises PostingError.
    """
    # Where goods are exchanged, what goes out may be worth more than what an invoice gets back.
    exchange = document.kind == Document.Kind.CREDIT_MEMO and document.corrects_id is not None
    if document.amount_incl < 0 and not exchange:
        raise PostingError(
            "negative_total",
            _("The total amount of %(no)s must be 0 or greater.") % {"no": document.asked_no},
            document.asked_no,
        )
    sign, company = document.sign, document.company
    roles = ROLES[Document.Side(document.side)]
    net: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    vat: dict[str, list[Decimal]] = defaultdict(lambda: [money.ZERO, money.ZERO])
    for line in lines:
        net[line.account, line.vat_code] += line.amount
        vat[line.vat_code][0] += line.amount
        vat[line.vat_code][1] += line.vat
    parts = [*net.values(), *(tax for _base, tax in vat.values())]
    lcy = money.in_lcy(parts, document.rate, ledger.precision)
    total = sum(lcy, money.ZERO)
    ledger.add(document, company.account(roles.control), sign * total)
    goods = money.ZERO
    for (account, code), amount in zip(net, lcy[: len(net)], strict=True):
        number = account or company.account(roles.goods)
        ledger.add(document, number, -sign * amount, vat_code=code)
        goods += money.ZERO if account else -sign * amount
    for (code, (base, _tax)), amount in zip(vat.items(), lcy[len(net) :], strict=True):
        worth = money.rounded(base * document.rate, ledger.precision)
        declared = money.rounded(
            worth * reverse.get(code, money.ZERO) / money.HUNDRED, ledger.precision
        )
        _book_tax(ledger, document, Tax(code, worth, amount, declared))
    return _party_entry(ledger, document, total), goods


def _book_tax(ledger: Ledger, document: Document, tax: Tax) -> None:
    """What is declared by the buyer is owed and deducted at once."""
    sign, company = document.sign, document.company
    ledger.add(
        document,
        company.account(ROLES[Document.Side(document.side)].tax),
        -sign * (tax.charged + tax.reverse),
        vat_code=tax.code,
        vat_base=-sign * tax.base,
    )
    if tax.reverse:
        ledger.add(
            document,
            company.account("vat_out"),
            sign * tax.reverse,
            vat_code=tax.code,
            vat_base=sign * tax.base,
        )


def _party_entry(ledger: Ledger, document: Document, lcy: Decimal) -> PartyEntry:
    assert document.invoiced_party_id is not None
    credit = document.kind == Document.Kind.CREDIT_MEMO
    return PartyEntry(
        transaction_no=ledger.transaction_no,
        posting_date=ledger.posting_date,
        document_id=document.pk,
        party_id=document.invoiced_party_id,
        kind=PartyEntry.Kind.CREDIT_MEMO if credit else PartyEntry.Kind.INVOICE,
        due_date=document.due_date,
        currency=document.currency,
        amount=document.sign * document.amount_incl,
        amount_lcy=document.sign * lcy,
    )
