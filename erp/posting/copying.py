"""Copying order lines to posted documents: one statement for all orders, inside the database."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from erp import bulk

# A shipment says what went out, not what it costs: its amounts are zero.
SHIPPED = """
INSERT INTO erp_documentline (
  document_id, line_no, type, item_id, variant_id, account, location_id, to_location_id,
  description, description_2, uom, qty_per_uom, quantity, unit_price, line_discount_pct,
  line_discount, line_amount, inv_discount, allow_invoice_disc, vat_prod, vat_pct, given_tax,
  amount, vat_amount, amount_incl, qty_to_ship, qty_shipped, qty_to_invoice, qty_invoiced,
  shipment_date, reserved, source_line_id, shipment_line_id, applies_to_id, unit_cost)
WITH made (order_id, target_id) AS ({rows})
SELECT
  target_id, line_no, type, item_id, variant_id, account, location_id, to_location_id,
  description, description_2, uom, qty_per_uom, qty_to_ship, unit_price, line_discount_pct,
  0, 0, 0, allow_invoice_disc, vat_prod, vat_pct, NULL,
  0, 0, 0, 0, 0, 0, 0,
  shipment_date, 0, id, NULL, NULL, unit_cost
FROM erp_documentline JOIN made ON order_id = document_id
WHERE (qty_to_ship <> 0 OR type = 'comment') ORDER BY document_id, line_no
RETURNING source_line_id, id
"""
INVOICED = """
INSERT INTO erp_documentline (
  document_id, line_no, type, item_id, variant_id, account, location_id, to_location_id,
  description, description_2, uom, qty_per_uom, quantity, unit_price, line_discount_pct,
  line_discount, line_amount, inv_discount, allow_invoice_disc, vat_prod, vat_pct, given_tax,
  amount, vat_amount, amount_incl, qty_to_ship, qty_shipped, qty_to_invoice, qty_invoiced,
  shipment_date, reserved, source_line_id, shipment_line_id, applies_to_id, unit_cost)
WITH made (order_id, target_id) AS ({rows})
SELECT
  target_id, line_no, type, item_id, variant_id, account, location_id, to_location_id,
  description, description_2, uom, qty_per_uom, qty_to_invoice, unit_price, line_discount_pct,
  line_discount, line_amount, inv_discount, allow_invoice_disc, vat_prod, vat_pct, given_tax,
  amount, vat_amount, amount_incl, 0, 0, 0, 0,
  shipment_date, 0, id, NULL, NULL, unit_cost
FROM erp_documentline JOIN made ON order_id = document_id
WHERE (qty_to_invoice <> 0 OR type = 'comment') ORDER BY document_id, line_no
RETURNING source_line_id, id
"""


def copy_shipped(shipments: Mapping[UUID, UUID]) -> dict[int, int]:
    """Copy the lines that ship now, and comments, from orders to {order: shipment}.

    Returns {order line: shipment line}.
    """
    return _copy(SHIPPED, shipments)


def copy_invoiced(invoices: Mapping[UUID, UUID]) -> dict[int, int]:
    """Copy the lines that are invoiced now with the amounts of the whole line, and comments.

    Returns {order line: invoice line}.
    """
    return _copy(INVOICED, invoices)


def _copy(statement: str, made: Mapping[UUID, UUID]) -> dict[int, int]:
    if not made:
        return {}
    rows, keys = bulk.table(made.keys(), made.values())
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=rows), keys)
        return dict(cursor.fetchall())
