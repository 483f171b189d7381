"""The queries of the audit. Rows are (company, what, found, expected), one a difference.

`->` and `->>` read the settings on both databases (SQLite from 3.38).
"""

from __future__ import annotations

from erp.series import POSTED

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
# What follows the prefix of a posted number; an odd one is told by the count of its series.
_NUMBER = """CASE
    WHEN TRIM(SUBSTR(d.posted_no, LENGTH(s.prefix) + 1), '0123456789') = ''
      AND LENGTH(d.posted_no) > LENGTH(s.prefix)
    THEN CAST(SUBSTR(d.posted_no, LENGTH(s.prefix) + 1) AS bigint)
  END"""
# Numbers with another prefix than the series has now are older than it and not counted.
GAPS = f"""
WITH numbered AS (
  SELECT s.company_id, s.code, COUNT(d.id) AS used,
    COALESCE(MAX({_NUMBER}) - MIN({_NUMBER}) + 1, 0) AS spanned
  FROM erp_numberseries s
  JOIN erp_document d ON d.company_id = s.company_id AND d.state = 'posted'
    AND SUBSTR(d.posted_no, 1, LENGTH(s.prefix)) = s.prefix
  WHERE s.gapless
  GROUP BY s.id, s.company_id, s.code
)
SELECT company_id, 'count of numbers used of series ' || code, used, spanned
FROM numbered WHERE used <> spanned
"""  # noqa: S608 - of our own words
# Each series numbers one kind of documents from 1, so that none is missing at its beginning either.
_SERIES = ", ".join(f"('{side}', '{kind}', '{code}')" for (side, kind), code in POSTED.items())
COUNTED = f"""
WITH numbered (side, kind, code) AS (VALUES {_SERIES})
SELECT s.company_id, 'last number of series ' || s.code, s.last_no, COUNT(d.id)
FROM numbered n JOIN erp_numberseries s ON s.code = n.code AND s.gapless
LEFT JOIN erp_document d ON d.company_id = s.company_id AND d.side = n.side AND d.kind = n.kind
  AND d.state = 'posted'
GROUP BY s.company_id, s.code, s.last_no HAVING COUNT(d.id) <> s.last_no
"""  # noqa: S608 - of our own words
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
WITH invoiced AS (
  SELECT i.source_line_id, i.shipment_line_id, i.quantity FROM erp_documentline i
  JOIN erp_document id ON id.id = i.document_id AND id.kind IN ('invoice', 'credit_memo')
    AND id.state = 'posted'
), parts AS (
  SELECT order_line_id, SUM(quantity) AS quantity FROM (
    SELECT source_line_id AS order_line_id, quantity FROM invoiced WHERE shipment_line_id IS NULL
    UNION ALL
    SELECT s.source_line_id, i.quantity FROM invoiced i
    JOIN erp_documentline s ON s.id = i.shipment_line_id
  ) AS both_ways GROUP BY order_line_id
)
SELECT d.company_id, 'invoiced of ' || d.no || ' line ' || l.line_no, l.qty_invoiced,
  ROUND(COALESCE(c.quantity, 0), 5)
FROM erp_documentline l
JOIN erp_document d ON d.id = l.document_id AND d.kind IN ('order', 'return_order')
LEFT JOIN parts c ON c.order_line_id = l.id
WHERE l.type <> 'comment' AND ROUND(COALESCE(c.quantity, 0), 5) <> l.qty_invoiced
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
# What a posted document put on its party's account is what the document says.
OWED = """
SELECT d.company_id, 'entry of ' || d.posted_no, COALESCE(SUM(e.amount), 0),
  ROUND(d.amount_incl * CASE
    WHEN d.side = 'bank' THEN -1
    WHEN (d.side = 'sale') = (d.kind = 'invoice') THEN 1 ELSE -1 END, 4)
FROM erp_document d
LEFT JOIN erp_partyentry e ON e.document_id = d.id AND e.kind <> 'application'
WHERE d.state = 'posted' AND d.kind IN ('invoice', 'credit_memo', 'payment')
GROUP BY d.id, d.company_id, d.posted_no, d.side, d.kind, d.amount_incl
HAVING COUNT(e.id) <> 1 OR COALESCE(SUM(e.amount), 0) <> ROUND(d.amount_incl * CASE
    WHEN d.side = 'bank' THEN -1
    WHEN (d.side = 'sale') = (d.kind = 'invoice') THEN 1 ELSE -1 END, 4)
"""
# The control account holds of each document what its party entries do.
CONTROLLED = """
WITH parts AS (
  SELECT g.document_id, g.amount AS booked, 0 AS owed
  FROM erp_glentry g JOIN erp_document d ON d.id = g.document_id
  JOIN erp_company c ON c.id = d.company_id
  WHERE g.account IN (
    c.settings->'accounts'->>'receivable', c.settings->'accounts'->>'payable')
    AND EXISTS (SELECT 1 FROM erp_partyentry e WHERE e.document_id = d.id)
  UNION ALL SELECT document_id, 0, amount_lcy FROM erp_partyentry
)
SELECT d.company_id, 'control account of ' || d.posted_no, ROUND(SUM(p.booked), 4),
  ROUND(SUM(p.owed), 4)
FROM parts p JOIN erp_document d ON d.id = p.document_id
WHERE NOT EXISTS (
  SELECT 1 FROM erp_documentline l JOIN erp_company c ON c.id = d.company_id
  WHERE l.document_id = d.id AND d.side <> 'bank' AND l.account IN (
    c.settings->'accounts'->>'receivable', c.settings->'accounts'->>'payable'))
GROUP BY d.company_id, d.id, d.posted_no
HAVING ROUND(SUM(p.booked), 4) <> ROUND(SUM(p.owed), 4)
"""
# VAT in the company's own currency, less what lines put on its accounts by themselves.
TAXED = """
WITH parts AS (
  SELECT g.document_id, g.amount FROM erp_glentry g
  JOIN erp_document d ON d.id = g.document_id JOIN erp_company c ON c.id = d.company_id
  WHERE g.account IN (c.settings->'accounts'->>'vat_out', c.settings->'accounts'->>'vat_in')
  UNION ALL
  SELECT l.document_id, l.amount * CASE
    WHEN (d.side = 'sale') = (d.kind = 'invoice') THEN 1 ELSE -1 END
  FROM erp_documentline l JOIN erp_document d ON d.id = l.document_id
  JOIN erp_company c ON c.id = d.company_id
  WHERE l.account IN (c.settings->'accounts'->>'vat_out', c.settings->'accounts'->>'vat_in')
), summed AS (SELECT document_id, SUM(amount) AS amount FROM parts GROUP BY document_id)
SELECT d.company_id, 'VAT of ' || d.posted_no, ROUND(-COALESCE(s.amount, 0), 4), ROUND(
  d.vat_amount * CASE WHEN (d.side = 'sale') = (d.kind = 'invoice') THEN 1 ELSE -1 END, 4)
FROM erp_document d JOIN erp_company c ON c.id = d.company_id AND c.lcy = d.currency
LEFT JOIN summed s ON s.document_id = d.id
WHERE d.state = 'posted' AND d.side IN ('sale', 'purchase')
  AND d.kind IN ('invoice', 'credit_memo')
  AND ROUND(-COALESCE(s.amount, 0), 4) <> ROUND(
    d.vat_amount * CASE WHEN (d.side = 'sale') = (d.kind = 'invoice') THEN 1 ELSE -1 END, 4)
"""
# All entries of a transaction were posted on one day.
DAYS = """
WITH entries AS (
  SELECT document_id, transaction_no, posting_date FROM erp_glentry
  UNION ALL SELECT document_id, transaction_no, posting_date FROM erp_partyentry
  UNION ALL SELECT document_id, transaction_no, posting_date FROM erp_itementry
)
SELECT d.company_id, 'last day of transaction ' || e.transaction_no, MAX(e.posting_date),
  MIN(e.posting_date)
FROM entries e JOIN erp_document d ON d.id = e.document_id
GROUP BY d.company_id, e.transaction_no HAVING MAX(e.posting_date) <> MIN(e.posting_date)
"""
# Goods moved as the lines say, where they move with them. Entries are summed line by line, by their
# index: right after a big batch PostgreSQL takes them for few, and would join them row by row.
MOVED = """
WITH told AS (
  SELECT d.company_id, d.posted_no, l.line_no,
    ROUND(COALESCE((SELECT SUM(e.quantity) FROM erp_itementry e
      WHERE e.line_id = l.id AND e.type <> 'transfer'), 0), 5) AS found,
    ROUND(l.quantity * l.qty_per_uom * CASE
      WHEN d.side = 'stock' OR (d.side = 'sale') = (d.kind IN ('credit_memo', 'return_receipt'))
      THEN 1 ELSE -1 END, 5) AS expected
  FROM erp_documentline l
  JOIN erp_document d ON d.id = l.document_id AND d.state = 'posted'
  JOIN erp_item i ON i.id = l.item_id AND i.type = 'inventory'
  WHERE d.kind IN ('shipment', 'return_receipt', 'adjustment')
    OR (d.kind IN ('invoice', 'credit_memo') AND d.source_id IS NULL AND l.shipment_line_id IS NULL)
)
SELECT company_id, 'moved by ' || posted_no || ' line ' || line_no, found, expected
FROM told WHERE found <> expected
"""
COMPLETED = """
SELECT d.company_id, 'invoiced of the completed ' || d.no || ' line ' || l.line_no,
  l.qty_invoiced, l.quantity
FROM erp_documentline l
JOIN erp_document d ON d.id = l.document_id AND d.state = 'completed'
WHERE l.type <> 'comment' AND (l.qty_invoiced <> l.quantity OR l.qty_shipped <> l.quantity)
"""
# An entry that is settled whole has given up all it was worth.
SETTLED = """
WITH used AS (
  SELECT applies_to_id AS entry_id, applied_amount, applied_lcy FROM erp_partyentry
  WHERE applies_to_id IS NOT NULL
  UNION ALL
  SELECT a.from_entry_id, a.applied_amount,
    a.applied_lcy - CASE WHEN e.amount > 0 THEN a.amount_lcy ELSE -a.amount_lcy END
  FROM erp_partyentry a JOIN erp_partyentry e ON e.id = a.from_entry_id
)
SELECT p.company_id, 'worth of what was applied of ' || d.posted_no,
  ROUND(SUM(u.applied_lcy), 4), ABS(e.amount_lcy)
FROM used u
JOIN erp_partyentry e ON e.id = u.entry_id
JOIN erp_party p ON p.id = e.party_id
JOIN erp_document d ON d.id = e.document_id
GROUP BY p.company_id, d.posted_no, e.id, e.amount, e.amount_lcy
HAVING ROUND(SUM(u.applied_amount), 4) = ABS(e.amount)
  AND ROUND(SUM(u.applied_lcy), 4) <> ABS(e.amount_lcy)
"""
QUERIES = (
    ("I3", STOCK),
    ("I3", STOCK_VALUE),
    ("I3", STOCK_WITHOUT_ENTRIES),
    ("I3", MOVED),
    ("I4", BALANCE),
    ("I4", DAYS),
    ("I5", PARTIES),
    ("I5", OWED),
    ("I5", CONTROLLED),
    ("I6", INVENTORY),
    ("I7", GAPS),
    ("I7", COUNTED),
    ("I10", QUANTITIES),
    ("I10", SHIPPED),
    ("I10", INVOICED),
    ("I10", COMPLETED),
    ("I11", CREDITED),
    ("I11", COMBINED),
    ("I15", LINE_TOTALS),
    ("I15", TOTALS),
    ("I15", TAXED),
    ("I18", OVERAPPLIED),
    ("I18", STRANGERS),
    ("I18", TAKEN_BACK),
    ("I18", SETTLED),
)
