"""The guards in PostgreSQL's words.

Lines, stock and the balance are guarded once a statement, through transition tables: a trigger for
each row would cost more than the posting. Refusals carry SQLSTATE 23001, an integrity error.

A function keeps its plan as long as its connection lives. So the guard of lines must not be planned
by the size that the table of documents has when a connection is young: it looks each up by its key.
"""

from __future__ import annotations

_FROZEN = ("erp_itementry", "erp_partyentry", "erp_glentry")

_FUNCTIONS = (
    "CREATE SEQUENCE IF NOT EXISTS erp_transaction_no",
    """
CREATE OR REPLACE FUNCTION erp_entry_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger entries are append-only (%)', TG_TABLE_NAME USING ERRCODE = '23001';
END $$""",
    """
CREATE OR REPLACE FUNCTION erp_document_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'posted documents are frozen (% is %)', OLD.no, OLD.state USING ERRCODE = '23001';
END $$""",
    """
CREATE OR REPLACE FUNCTION erp_lines_frozen() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT document_id FROM changed) AS touched
    WHERE (SELECT state FROM erp_document WHERE id = touched.document_id) IN ('posted', 'completed')
  ) THEN
    RAISE EXCEPTION 'lines of posted documents are frozen' USING ERRCODE = '23001';
  END IF;
  RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION erp_stock_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO erp_stock AS s (item_id, variant_id, location_id, qty, value, last_entry_id)
  SELECT item_id, NULL::bigint, location_id, sum(quantity), sum(cost_amount), max(id)
  FROM added WHERE variant_id IS NULL GROUP BY item_id, location_id ORDER BY item_id, location_id
  ON CONFLICT (item_id, location_id) WHERE variant_id IS NULL DO UPDATE SET
    qty = s.qty + excluded.qty,
    value = s.value + excluded.value,
    last_entry_id = excluded.last_entry_id;
  INSERT INTO erp_stock AS s (item_id, variant_id, location_id, qty, value, last_entry_id)
  SELECT item_id, variant_id, location_id, sum(quantity), sum(cost_amount), max(id)
  FROM added WHERE variant_id IS NOT NULL GROUP BY item_id, variant_id, location_id
  ORDER BY item_id, variant_id, location_id
  ON CONFLICT (item_id, variant_id, location_id) WHERE variant_id IS NOT NULL DO UPDATE SET
    qty = s.qty + excluded.qty,
    value = s.value + excluded.value,
    last_entry_id = excluded.last_entry_id;
  RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION erp_stock_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'stock is written by the ledger only' USING ERRCODE = '23001';
  END IF;
  RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION erp_gl_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  SELECT transaction_no, sum(amount) AS difference INTO wrong FROM added
  GROUP BY transaction_no HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'transaction % is out of balance by %', wrong.transaction_no, wrong.difference
      USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$""",
)
_LEDGERS = tuple(
    f"CREATE OR REPLACE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION erp_entry_frozen()"
    for table in _FROZEN
)
_DOCUMENTS = (
    "CREATE OR REPLACE TRIGGER erp_document_frozen BEFORE UPDATE OR DELETE ON erp_document "
    "FOR EACH ROW WHEN (OLD.state IN ('posted', 'completed')) "
    "EXECUTE FUNCTION erp_document_frozen()",
)
_LINES = tuple(
    f"CREATE OR REPLACE TRIGGER erp_documentline_{name} AFTER {verb} ON erp_documentline "
    f"REFERENCING {side} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION erp_lines_frozen()"
    for name, verb, side in (
        ("inserted", "INSERT", "NEW"),
        ("updated_from", "UPDATE", "OLD"),
        ("updated_to", "UPDATE", "NEW"),
        ("deleted", "DELETE", "OLD"),
    )
)
_STOCK = (
    "CREATE OR REPLACE TRIGGER erp_itementry_stock AFTER INSERT ON erp_itementry "
    "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION erp_stock_add()",
    "CREATE OR REPLACE TRIGGER erp_stock_guarded BEFORE INSERT OR UPDATE OR DELETE ON erp_stock "
    "FOR EACH STATEMENT EXECUTE FUNCTION erp_stock_guard()",
)
_BALANCE = (  # the rows of a transaction come in one statement, see `erp.posting.ledger`
    "DROP TRIGGER IF EXISTS erp_glentry_balance ON erp_glentry",  # was a constraint trigger once
    "CREATE TRIGGER erp_glentry_balance AFTER INSERT ON erp_glentry "
    "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION erp_gl_balance()",
)

INSTALL = (*_FUNCTIONS, *_LEDGERS, *_DOCUMENTS, *_LINES, *_STOCK, *_BALANCE)
NAMES = tuple(
    statement.partition(" TRIGGER ")[2].split()[0]
    for statement in (*_LEDGERS, *_DOCUMENTS, *_LINES, *_STOCK, _BALANCE[-1])
)
THERE = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
REMOVE = (
    *(
        f"DROP FUNCTION IF EXISTS {name}() CASCADE"
        for name in (
            "erp_entry_frozen",
            "erp_document_frozen",
            "erp_lines_frozen",
            "erp_stock_add",
            "erp_stock_guard",
            "erp_gl_balance",
        )
    ),
    "DROP SEQUENCE IF EXISTS erp_transaction_no",
)
