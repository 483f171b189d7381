"""What is shipped, invoiced and left of an order's lines once it is posted."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from erp import bulk
from erp.models import Document, DocumentLine
from erp.money import ZERO

# Rounded, because SQLite counts in binary fractions.
ADVANCE = """
WITH orders (id) AS ({rows})
UPDATE erp_documentline SET
  reserved = CASE WHEN reserved > 0
    THEN ROUND((quantity - qty_shipped - qty_to_ship * %s) * qty_per_uom, 5) ELSE 0 END,
  qty_shipped = ROUND(qty_shipped + qty_to_ship * %s, 5),
  qty_to_ship = ROUND(quantity - qty_shipped - qty_to_ship * %s, 5),
  qty_invoiced = ROUND(qty_invoiced + qty_to_invoice * %s, 5),
  qty_to_invoice = ROUND(quantity - qty_invoiced - qty_to_invoice * %s, 5)
WHERE type <> 'comment' AND document_id IN (SELECT id FROM orders)
"""

INVOICED = ("qty_invoiced", "qty_to_invoice")


def advance(orders: Sequence[Document], *, ship: bool, invoice: bool) -> None:
    """Move the lines of all orders on in one statement; what is left is next to be posted."""
    if not orders:
        return
    rows, keys = bulk.table([order.pk for order in orders])
    values = [int(ship), int(ship), int(ship), int(invoice), int(invoice)]
    with connection.cursor() as cursor:
        cursor.execute(ADVANCE.format(rows=rows), [*keys, *values])


def completed(lines: Sequence[DocumentLine], *, ship: bool, invoice: bool) -> bool:
    """Whether nothing is left of `lines`, as read before `advance`."""
    return all(_done(line, ship=ship, invoice=invoice) for line in lines)


def _done(line: DocumentLine, *, ship: bool, invoice: bool) -> bool:
    shipped = line.qty_shipped + (line.qty_to_ship if ship else ZERO)
    invoiced = line.qty_invoiced + (line.qty_to_invoice if invoice else ZERO)
    return shipped == invoiced == line.quantity
