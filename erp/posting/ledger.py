"""The entries of one posting: gathered while it goes on, written together at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from erp.models import Company, Document, GLEntry
from erp.money import ZERO

NEXT = "SELECT nextval('erp_transaction_no')"
NEXT_ON_SQLITE = """
SELECT 1 + MAX(
  COALESCE((SELECT MAX(transaction_no) FROM erp_itementry), 0),
  COALESCE((SELECT MAX(transaction_no) FROM erp_partyentry), 0),
  COALESCE((SELECT MAX(transaction_no) FROM erp_glentry), 0))
"""
# Rounded, because SQLite adds binary fractions.
BALANCE = "SELECT ROUND(COALESCE(SUM(amount), 0), 4) FROM erp_glentry WHERE transaction_no = %s"


class OutOfBalance(Exception):
    """Debit and credit of a posting differ: a fault of the program, never of a document."""


@dataclass(slots=True)
class Ledger:
    """General ledger rows of one transaction, in local currency."""

    company: Company
    posting_date: date
    precision: Decimal  # of the local currency
    transaction_no: int
    rows: list[GLEntry] = field(default_factory=list)

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
            GLEntry(
                transaction_no=self.transaction_no,
                posting_date=self.posting_date,
                document=document,
                account=account,
                amount=amount,
                vat_code=vat_code,
                vat_base=vat_base,
                party_id=document.invoiced_party_id,
            )
        )

    def write(self) -> None:
        """Raises OutOfBalance; the caller's transaction then leaves nothing behind."""
        _refuse_difference(self.transaction_no, (row.amount for row in self.rows))
        GLEntry.objects.bulk_create(self.rows)
        if connection.vendor == "sqlite":  # PostgreSQL sees to it at the commit
            check_balance(self.transaction_no)


def check_balance(transaction_no: int) -> None:
    """Look the transaction up in the table itself. Raises OutOfBalance."""
    _refuse_difference(transaction_no, [Decimal(str(_value(BALANCE, [transaction_no])))])


def _refuse_difference(transaction_no: int, amounts: Iterable[Decimal]) -> None:
    difference = sum(amounts, ZERO)
    if difference:
        raise OutOfBalance(f"transaction {transaction_no} is out of balance by {difference}")


def next_transaction_no() -> int:
    """PostgreSQL counts with a sequence. SQLite has none, but only one writer at a time."""
    number: int = _value(NEXT_ON_SQLITE if connection.vendor == "sqlite" else NEXT)
    return number


def _value(statement: str, params: Sequence[int] = ()) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()[0]
