"""Taking numbers. A rollback gives them back, so gapless series have no gaps."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from erp.errors import SetupError
from erp.models import Company, Document, Party

# The series of numbers given at posting, by side and kind.
POSTED = {
    (Document.Side.SALE, Document.Kind.SHIPMENT): "S-SHPT",
    (Document.Side.SALE, Document.Kind.INVOICE): "S-INV+",
    (Document.Side.SALE, Document.Kind.CREDIT_MEMO): "S-CR+",
    (Document.Side.SALE, Document.Kind.RETURN_RECEIPT): "S-RCPT",
    (Document.Side.PURCHASE, Document.Kind.SHIPMENT): "P-RCPT",
    (Document.Side.PURCHASE, Document.Kind.RETURN_RECEIPT): "P-SHPT",
    (Document.Side.PURCHASE, Document.Kind.INVOICE): "P-INV+",
    (Document.Side.PURCHASE, Document.Kind.CREDIT_MEMO): "P-CR+",
    (Document.Side.BANK, Document.Kind.PAYMENT): "PAY+",
    (Document.Side.STOCK, Document.Kind.ADJUSTMENT): "ADJ+",
    (Document.Side.STOCK, Document.Kind.TRANSFER): "TRF+",
}
# The series of numbers given at creation.
CREATED = {
    (Document.Side.SALE, Document.Kind.ORDER): "S-ORD",
    (Document.Side.SALE, Document.Kind.INVOICE): "S-INV",
    (Document.Side.SALE, Document.Kind.CREDIT_MEMO): "S-CR",
    (Document.Side.SALE, Document.Kind.RETURN_ORDER): "S-RET",
    (Document.Side.PURCHASE, Document.Kind.ORDER): "P-ORD",
    (Document.Side.PURCHASE, Document.Kind.INVOICE): "P-INV",
    (Document.Side.PURCHASE, Document.Kind.CREDIT_MEMO): "P-CR",
    (Document.Side.PURCHASE, Document.Kind.RETURN_ORDER): "P-RET",
    (Document.Side.BANK, Document.Kind.PAYMENT): "PAY",
    (Document.Side.STOCK, Document.Kind.ADJUSTMENT): "ADJ",
    (Document.Side.STOCK, Document.Kind.TRANSFER): "TRF",
}
PARTIES = {Party.Kind.CUSTOMER: "CUST", Party.Kind.VENDOR: "VEND"}
ITEMS = "ITEM"

TAKE = """
UPDATE erp_numberseries SET last_no = last_no + %s WHERE company_id = %s AND code = %s
RETURNING prefix, width, last_no
"""


def take(company: Company, code: str, count: int = 1) -> list[str]:
    """Return the next `count` numbers of a series and keep its row locked until the commit.

    Take it as the last lock of a transaction: everyone else who needs a number waits for it.
    Raises SetupError when there is no such series.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [count, company.pk, code])
        row = cursor.fetchone()
    if row is None:
        raise SetupError("no_series", _("Number series %(code)s is not set up.") % {"code": code})
    prefix, width, last = row
    return [f"{prefix}{n:0{width}d}" for n in range(last - count + 1, last + 1)]
