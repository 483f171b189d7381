"""The general ledger entries of one posting: gathered while it goes on, written at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection

from erp import bulk
from erp.models import Company, Document, GLEntry
from erp.money import ZERO

NEXT = "SELECT nextval('erp_transaction_no') FROM generate_series(1, %s)"
LAST_ON_SQLITE = """
SELECT MAX(
  COALESCE((SELECT MAX(transaction_no) FROM erp_itementry), 0),
  COALESCE((SELECT MAX(transaction_no) FROM erp_partyentry), 0),
  COALESCE((SELECT MAX(transaction_no) FROM erp_glentry), 0))
"""
# Rounded, because SQLite adds binary fractions.
DIFFERENCE = """
SELECT transaction_no, ROUND(SUM(amount), 4) FROM erp_glentry
WHERE transaction_no BETWEEN %s AND %s
GROUP BY transaction_no HAVING ROUND(SUM(amount), 4) <> 0
"""


class OutOfBalance(Exception):
    """Debit and credit of a posting differ: a fault of the program, never of a document."""


@dataclass(slots=True)
class GLRow:
    """A `GLEntry` to be written: its columns, without the cost of a model's instance."""

    transaction_no: int
    posting_date: date
    document_id: UUID
    account: str
    amount: Decimal
    vat_code: str
    vat_base: Decimal
    party_id: int | None


@dataclass(slots=True)
class Ledger:
    """General ledger rows of one transaction, in local currency."""

    company: Company
    posting_date: date
    precision: Decimal  # of the local currency
    transaction_no: int
    rows: list[GLRow] = field(default_factory=list)

    def add(
        self,
        document: Document,
        account: str,
        amount: Decimal,
        *,
        vat_code: str = "",
        vat_base: Decimal = ZERO,
    ) -> None:
        """Note a row; debit is positive. Rows without amount and base are left out."""
        if not (amount or vat_base):
            return
        self.rows.append(
            GLRow(
                transaction_no=self.transaction_no,
                posting_date=self.posting_date,
                document_id=document.pk,
                account=account,
                amount=amount,
                vat_code=vat_code,
                vat_base=vat_base,
                party_id=document.invoiced_party_id,
            )
        )

    def write(self) -> None:
        """Raises OutOfBalance; the caller's transaction then leaves nothing behind."""
        write([self])


def write(ledgers: Sequence[Ledger]) -> None:
    """Write the rows of several postings with one statement. Raises OutOfBalance."""
    for ledger in ledgers:
        _refuse_difference(ledger.transaction_no, sum((row.amount for row in ledger.rows), ZERO))
    bulk.insert([row for ledger in ledgers for row in ledger.rows], GLEntry)
    if connection.vendor == "sqlite":  # PostgreSQL sees to it by itself
        check_balance(*(ledger.transaction_no for ledger in ledgers))


def check_balance(*transaction_nos: int) -> None:
    """Look transactions up in the table itself, and those between. Raises OutOfBalance."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCE, [min(transaction_nos), max(transaction_nos)])
        for number, difference in cursor.fetchall():
            _refuse_difference(number, Decimal(str(difference)))


def _refuse_difference(transaction_no: int, difference: Decimal) -> None:
    if difference:
        raise OutOfBalance(f"transaction {transaction_no} is out of balance by {difference}")


def next_transaction_no() -> int:
    (number,) = next_transaction_nos(1)
    return number


def next_transaction_nos(count: int) -> Iterable[int]:
    """PostgreSQL counts with a sequence. SQLite has none, but only one writer at a time."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(LAST_ON_SQLITE)
            last: int = cursor.fetchone()[0]
            return range(last + 1, last + count + 1)
        cursor.execute(NEXT, [count])
        return [number for (number,) in cursor.fetchall()]
