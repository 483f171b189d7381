"""Copying order lines to posted documents: one statement for all lines, inside the database."""

from __future__ import annotations

from django.db import connection

from erp.models import Document

# A shipment says what went out, not what it costs: its amounts are zero.
SHIPPED = """
INSERT INTO erp_documentline (
  document_id, line_no, type, item_id, variant_id, account, location_id, to_location_id,
  description, description_2, uom, qty_per_uom, quantity, unit_price, line_discount_pct,
  line_discount, line_amount, inv_discount, allow_invoice_disc, vat_prod, vat_pct, given_tax,
  amount, vat_amount, amount_incl, qty_to_ship, qty_shipped, qty_to_invoice, qty_invoiced,
  shipment_date, reserved, source_line_id, shipment_line_id, applies_to_id, unit_cost)
SELECT
  %s, line_no, type, item_id, variant_id, account, location_id, to_location_id,
  description, description_2, uom, qty_per_uom, qty_to_ship, unit_price, line_discount_pct,
  0, 0, 0, allow_invoice_disc, vat_prod, vat_pct, NULL,
  0, 0, 0, 0, 0, 0, 0,
  shipment_date, 0, id, NULL, NULL, unit_cost
FROM erp_documentline
WHERE document_id = %s AND (qty_to_ship <> 0 OR type = 'comment') ORDER BY line_no
RETURNING source_line_id, id
"""
INVOICED = """
INSERT INTO erp_documentline (
  document_id, line_no, type, item_id, variant_id, account, location_id, to_location_id,
  description, description_2, uom, qty_per_uom, quantity, unit_price, line_discount_pct,
  line_discount, line_amount, inv_discount, allow_invoice_disc, vat_prod, vat_pct, given_tax,
  amount, vat_amount, amount_incl, qty_to_ship, qty_shipped, qty_to_invoice, qty_invoiced,
  shipment_date, reserved, source_line_id, shipment_line_id, applies_to_id, unit_cost)
SELECT
  %s, line_no, type, item_id, variant_id, account, location_id, to_location_id,
  description, description_2, uom, qty_per_uom, qty_to_invoice, unit_price, line_discount_pct,
  line_discount, line_amount, inv_discount, allow_invoice_disc, vat_prod, vat_pct, given_tax,
  amount, vat_amount, amount_incl, 0, 0, 0, 0,
  shipment_date, 0, id, NULL, NULL, unit_cost
FROM erp_documentline
WHERE document_id = %s AND (qty_to_invoice <> 0 OR type = 'comment') ORDER BY line_no
RETURNING source_line_id, id
"""


def copy_shipped(order: Document, shipment: Document) -> dict[int, int]:
    """Copy the lines that ship now, and comments. Returns {order line: shipment line}."""
    return _copy(SHIPPED, order, shipment)


def copy_invoiced(order: Document, invoice: Document) -> dict[int, int]:
    """Copy the lines that are invoiced now with the amounts of the whole line, and comments.

    Returns {order line: invoice line}.
    """
    return _copy(INVOICED, order, invoice)


def _copy(statement: str, order: Document, target: Document) -> dict[int, int]:
    native = connection.features.has_native_uuid_field  # SQLite keeps 32 hexadecimal digits
    keys = [key if native else key.hex for key in (target.pk, order.pk)]
    with connection.cursor() as cursor:
        cursor.execute(statement, keys)
        return dict(cursor.fetchall())
