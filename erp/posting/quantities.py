"""What is shipped, invoiced and left of an order's lines once it is posted."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from erp.models import Document, DocumentLine
from erp.money import ZERO

# Rounded, because SQLite counts in binary fractions.
ADVANCE = """
UPDATE erp_documentline SET
  qty_shipped = ROUND(qty_shipped + qty_to_ship * %(ship)s, 5),
  qty_to_ship = ROUND(quantity - qty_shipped - qty_to_ship * %(ship)s, 5),
  qty_invoiced = ROUND(qty_invoiced + qty_to_invoice * %(invoice)s, 5),
  qty_to_invoice = ROUND(quantity - qty_invoiced - qty_to_invoice * %(invoice)s, 5)
WHERE document_id = %(document)s
"""


def advance(order: Document, *, ship: bool, invoice: bool) -> None:
    """Move all lines on in one statement; what is left is next to be posted."""
    native = connection.features.has_native_uuid_field  # SQLite keeps 32 hexadecimal digits
    document = order.pk if native else order.pk.hex
    with connection.cursor() as cursor:
        cursor.execute(ADVANCE, {"ship": int(ship), "invoice": int(invoice), "document": document})


def completed(lines: Sequence[DocumentLine], *, ship: bool, invoice: bool) -> bool:
    """Whether nothing is left of `lines`, as read before `advance`."""
    return all(_done(line, ship=ship, invoice=invoice) for line in lines)


def _done(line: DocumentLine, *, ship: bool, invoice: bool) -> bool:
    shipped = line.qty_shipped + (line.qty_to_ship if ship else ZERO)
    invoiced = line.qty_invoiced + (line.qty_to_invoice if invoice else ZERO)
    return shipped == invoiced == line.quantity
