"""The queries of the audit. Rows are (company, what, found, expected), one a difference.

`->` and `->>` read the settings on both databases (SQLite from 3.38).
"""

from __future__ import annotations

STOCK = """
SELECT i.company_id, 'stock of ' || i.no, COALESCE(s.qty, 0), ROUND(SUM(e.quantity), 5)
FROM erp_itementry e
JOIN erp_item i ON i.id = e.item_id
LEFT JOIN erp_stock s ON s.item_id = e.item_id AND s.location_id = e.location_id
  AND COALESCE(s.variant_id, 0) = COALESCE(e.variant_id, 0)
GROUP BY i.company_id, i.no, e.item_id, e.variant_id, e.location_id, s.qty
HAVING ROUND(SUM(e.quantity), 5) <> COALESCE(s.qty, 0)
"""
STOCK_VALUE = """
SELECT i.company_id, 'value of ' || i.no, COALESCE(s.value, 0), ROUND(SUM(e.cost_amount), 4)
FROM erp_itementry e
JOIN erp_item i ON i.id = e.item_id
LEFT JOIN erp_stock s ON s.item_id = e.item_id AND s.location_id = e.location_id
  AND COALESCE(s.variant_id, 0) = COALESCE(e.variant_id, 0)
GROUP BY i.company_id, i.no, e.item_id, e.variant_id, e.location_id, s.value
HAVING ROUND(SUM(e.cost_amount), 4) <> COALESCE(s.value, 0)
"""
STOCK_WITHOUT_ENTRIES = """
SELECT i.company_id, 'stock without entries of ' || i.no, s.qty, 0
FROM erp_stock s JOIN erp_item i ON i.id = s.item_id
WHERE NOT EXISTS (
  SELECT 1 FROM erp_itementry e
  WHERE e.item_id = s.item_id AND e.location_id = s.location_id
    AND COALESCE(e.variant_id, 0) = COALESCE(s.variant_id, 0))
"""
BALANCE = """
SELECT d.company_id, 'balance of transaction ' || g.transaction_no, ROUND(SUM(g.amount), 4), 0
FROM erp_glentry g JOIN erp_document d ON d.id = g.document_id
GROUP BY d.company_id, g.transaction_no HAVING ROUND(SUM(g.amount), 4) <> 0
"""
PARTIES = """
WITH accounts AS (
  SELECT id AS company_id, 'customer' AS kind, settings->'accounts'->>'receivable' AS no
  FROM erp_company
  UNION ALL
  SELECT id, 'vendor', settings->'accounts'->>'payable' FROM erp_company
), booked AS (
  SELECT a.company_id, a.kind, a.no, (
    SELECT ROUND(COALESCE(SUM(g.amount), 0), 4) FROM erp_glentry g
    JOIN erp_document d ON d.id = g.document_id
    WHERE d.company_id = a.company_id AND g.account = a.no
  ) AS found, (
    SELECT ROUND(COALESCE(SUM(e.amount_lcy), 0), 4) FROM erp_partyentry e
    JOIN erp_party p ON p.id = e.party_id
    WHERE p.company_id = a.company_id AND p.kind = a.kind
  ) AS expected FROM accounts a
)
SELECT company_id, 'account ' || no || ', against its ' || kind || ' entries,', found, expected
FROM booked WHERE found <> expected
"""
INVENTORY = """
WITH booked AS (
  SELECT c.id, c.settings->'accounts'->>'inventory' AS no, (
    SELECT ROUND(COALESCE(SUM(g.amount), 0), 4) FROM erp_glentry g
    JOIN erp_document d ON d.id = g.document_id
    WHERE d.company_id = c.id AND g.account = c.settings->'accounts'->>'inventory'
  ) AS found, (
    SELECT ROUND(COALESCE(SUM(e.cost_amount), 0), 4) FROM erp_itementry e
    JOIN erp_item i ON i.id = e.item_id WHERE i.company_id = c.id
  ) AS expected FROM erp_company c
)
SELECT id, 'account ' || no || ', against its item entries,', found, expected
FROM booked WHERE found <> expected
"""
# Numbers with another prefix than the series has now are older than it and not counted.
GAPS = """
WITH numbered AS (
  SELECT s.company_id, s.code, COUNT(d.id) AS used,
    MAX(CAST(SUBSTR(d.posted_no, LENGTH(s.prefix) + 1) AS bigint))
      - MIN(CAST(SUBSTR(d.posted_no, LENGTH(s.prefix) + 1) AS bigint)) + 1 AS spanned
  FROM erp_numberseries s
  JOIN erp_document d ON d.company_id = s.company_id AND d.state = 'posted'
    AND SUBSTR(d.posted_no, 1, LENGTH(s.prefix)) = s.prefix
  WHERE s.gapless
  GROUP BY s.id, s.company_id, s.code
)
SELECT company_id, 'count of numbers used of series ' || code, used, spanned
FROM numbered WHERE used <> spanned
"""
LAST_NUMBERS = """
WITH numbered AS (
  SELECT s.company_id, s.code, s.last_no,
    MAX(CAST(SUBSTR(d.posted_no, LENGTH(s.prefix) + 1) AS bigint)) AS last
  FROM erp_numberseries s
  JOIN erp_document d ON d.company_id = s.company_id AND d.state = 'posted'
    AND SUBSTR(d.posted_no, 1, LENGTH(s.prefix)) = s.prefix
  WHERE s.gapless
  GROUP BY s.id, s.company_id, s.code, s.last_no
)
SELECT company_id, 'last number of series ' || code, last_no, last
FROM numbered WHERE last <> last_no
"""
QUANTITIES = """
SELECT d.company_id, 'invoiced of ' || d.no || ' line ' || l.line_no, l.qty_invoiced, l.qty_shipped
FROM erp_documentline l JOIN erp_document d ON d.id = l.document_id
WHERE l.qty_invoiced < 0 OR l.qty_invoiced > l.qty_shipped
  OR (l.qty_shipped > l.quantity AND l.qty_shipped <> 0)
"""
SHIPPED = """
SELECT d.company_id, 'shipped of ' || d.no || ' line ' || l.line_no, l.qty_shipped,
  ROUND(COALESCE(SUM(c.quantity), 0), 5)
FROM erp_documentline l
JOIN erp_document d ON d.id = l.document_id AND d.kind = 'order'
LEFT JOIN (
  SELECT s.source_line_id, s.quantity FROM erp_documentline s
  JOIN erp_document sd ON sd.id = s.document_id AND sd.kind = 'shipment' AND sd.state = 'posted'
) c ON c.source_line_id = l.id
GROUP BY d.company_id, d.no, l.line_no, l.id, l.qty_shipped
HAVING ROUND(COALESCE(SUM(c.quantity), 0), 5) <> l.qty_shipped
"""
CREDITED = """
SELECT d.company_id, 'credited of ' || d.posted_no || ' line ' || l.line_no,
  ROUND(SUM(c.quantity), 5), l.quantity
FROM erp_documentline l
JOIN erp_document d ON d.id = l.document_id AND d.kind = 'invoice' AND d.state = 'posted'
JOIN erp_documentline c ON c.source_line_id = l.id
JOIN erp_document m ON m.id = c.document_id AND m.kind = 'credit_memo' AND m.state = 'posted'
GROUP BY d.company_id, d.posted_no, l.line_no, l.id, l.quantity
HAVING ROUND(SUM(c.quantity), 5) > l.quantity
"""
COMBINED = """
SELECT d.company_id, 'invoiced of ' || d.posted_no || ' line ' || l.line_no,
  ROUND(SUM(c.quantity), 5), l.quantity
FROM erp_documentline l
JOIN erp_document d ON d.id = l.document_id AND d.kind = 'shipment' AND d.state = 'posted'
JOIN erp_documentline c ON c.shipment_line_id = l.id
JOIN erp_document m ON m.id = c.document_id AND m.kind = 'invoice' AND m.state = 'posted'
GROUP BY d.company_id, d.posted_no, l.line_no, l.id, l.quantity
HAVING ROUND(SUM(c.quantity), 5) > l.quantity
"""
LINE_TOTALS = """
SELECT d.company_id, 'total of ' || d.no || ' line ' || l.line_no, l.amount_incl,
  ROUND(l.amount + l.vat_amount, 4)
FROM erp_documentline l JOIN erp_document d ON d.id = l.document_id
WHERE ROUND(l.amount + l.vat_amount, 4) <> l.amount_incl
"""
TOTALS = """
SELECT d.company_id, 'total of ' || d.no, d.amount_incl,
  ROUND(COALESCE(SUM(l.amount_incl), 0), 4)
FROM erp_document d LEFT JOIN erp_documentline l ON l.document_id = d.id
WHERE d.side IN ('sale', 'purchase')
GROUP BY d.company_id, d.id, d.no, d.amount, d.vat_amount, d.amount_incl
HAVING ROUND(COALESCE(SUM(l.amount_incl), 0), 4) <> d.amount_incl
  OR ROUND(COALESCE(SUM(l.amount), 0), 4) <> d.amount
  OR ROUND(COALESCE(SUM(l.vat_amount), 0), 4) <> d.vat_amount
  OR ROUND(d.amount + d.vat_amount, 4) <> d.amount_incl
"""
QUERIES = (
    ("I3", STOCK),
    ("I3", STOCK_VALUE),
    ("I3", STOCK_WITHOUT_ENTRIES),
    ("I4", BALANCE),
    ("I5", PARTIES),
    ("I6", INVENTORY),
    ("I7", GAPS),
    ("I7", LAST_NUMBERS),
    ("I10", QUANTITIES),
    ("I10", SHIPPED),
    ("I11", CREDITED),
    ("I11", COMBINED),
    ("I15", LINE_TOTALS),
    ("I15", TOTALS),
)
