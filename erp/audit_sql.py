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
JOIN erp_document d ON d.id = l.document_id AND d.kind IN ('order', 'return_order')
LEFT JOIN (
  SELECT s.source_line_id, s.quantity FROM erp_documentline s
  JOIN erp_document sd ON sd.id = s.document_id AND sd.kind IN ('shipment', 'return_receipt')
    AND sd.state = 'posted'
) c ON c.source_line_id = l.id
GROUP BY d.company_id, d.no, l.line_no, l.id, l.qty_shipped
HAVING ROUND(COALESCE(SUM(c.quantity), 0), 5) <> l.qty_shipped
"""
# By invoices of the order itself, and by those that combine its shipments.
INVOICED = """
SELECT d.company_id, 'invoiced of ' || d.no || ' line ' || l.line_no, l.qty_invoiced,
  ROUND(COALESCE(SUM(c.quantity), 0), 5)
FROM erp_documentline l
JOIN erp_document d ON d.id = l.document_id AND d.kind IN ('order', 'return_order')
LEFT JOIN (
  SELECT COALESCE(s.source_line_id, i.source_line_id) AS order_line_id, i.quantity
  FROM erp_documentline i
  JOIN erp_document id ON id.id = i.document_id AND id.kind IN ('invoice', 'credit_memo')
    AND id.state = 'posted'
  LEFT JOIN erp_documentline s ON s.id = i.shipment_line_id
) c ON c.order_line_id = l.id
WHERE l.type <> 'comment'
GROUP BY d.company_id, d.no, l.line_no, l.id, l.qty_invoiced
HAVING ROUND(COALESCE(SUM(c.quantity), 0), 5) <> l.qty_invoiced
"""
# By credit memos, and by return orders as far as they are credited.
CREDITED = """
SELECT d.company_id, 'credited of ' || d.posted_no || ' line ' || l.line_no,
  ROUND(SUM(CASE m.kind WHEN 'credit_memo' THEN c.quantity ELSE c.qty_invoiced END), 5), l.quantity
FROM erp_documentline l
JOIN erp_document d ON d.id = l.document_id AND d.kind = 'invoice' AND d.state = 'posted'
JOIN erp_documentline c ON c.source_line_id = l.id
JOIN erp_document m ON m.id = c.document_id
  AND (m.kind = 'return_order' OR (m.kind = 'credit_memo' AND m.state = 'posted'))
GROUP BY d.company_id, d.posted_no, l.line_no, l.id, l.quantity
HAVING ROUND(SUM(CASE m.kind WHEN 'credit_memo' THEN c.quantity ELSE c.qty_invoiced END), 5)
  > l.quantity
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
OVERAPPLIED = """
WITH used AS (
  SELECT applies_to_id AS entry_id, applied_amount FROM erp_partyentry
  WHERE applies_to_id IS NOT NULL
  UNION ALL
  SELECT from_entry_id, applied_amount FROM erp_partyentry WHERE from_entry_id IS NOT NULL
)
SELECT p.company_id, 'applied of ' || d.posted_no, ROUND(SUM(u.applied_amount), 4), ABS(e.amount)
FROM used u
JOIN erp_partyentry e ON e.id = u.entry_id
JOIN erp_party p ON p.id = e.party_id
JOIN erp_document d ON d.id = e.document_id
GROUP BY p.company_id, d.posted_no, e.id, e.amount
HAVING ROUND(SUM(u.applied_amount), 4) > ABS(e.amount) OR ROUND(SUM(u.applied_amount), 4) < 0
"""
STRANGERS = """
SELECT p.company_id, 'account of what is applied to ' || d.posted_no, s.party_id, t.party_id
FROM erp_partyentry a
JOIN erp_partyentry t ON t.id = a.applies_to_id
JOIN erp_partyentry s ON s.id = a.from_entry_id
JOIN erp_party p ON p.id = t.party_id
JOIN erp_document d ON d.id = t.document_id
WHERE s.party_id <> t.party_id OR a.party_id <> t.party_id OR s.currency <> t.currency
  OR s.amount * t.amount >= 0
"""
TAKEN_BACK = """
SELECT p.company_id, 'taken back of what is applied to ' || d.posted_no,
  ROUND(b.applied_amount, 4), ROUND(-a.applied_amount, 4)
FROM erp_partyentry b
JOIN erp_partyentry a ON a.id = b.reverses_id
JOIN erp_partyentry t ON t.id = a.applies_to_id
JOIN erp_party p ON p.id = t.party_id
JOIN erp_document d ON d.id = t.document_id
WHERE b.applied_amount <> -a.applied_amount OR b.amount_lcy <> -a.amount_lcy
  OR b.applied_lcy <> -a.applied_lcy
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
WHERE d.side IN ('sale', 'purchase') OR (d.side = 'bank' AND d.state = 'posted')
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
    ("I10", INVOICED),
    ("I11", CREDITED),
    ("I11", COMBINED),
    ("I15", LINE_TOTALS),
    ("I15", TOTALS),
    ("I18", OVERAPPLIED),
    ("I18", STRANGERS),
    ("I18", TAKEN_BACK),
)
