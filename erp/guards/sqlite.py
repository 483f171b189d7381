"""The guards in SQLite's words.

It has no deferred triggers: the balance of a transaction is checked by the posting itself. It
cannot tell a write by a trigger from any other either: so a stock row names the last ledger entry
in it, and only a write that adds exactly one newer entry of the same key passes.
"""

from __future__ import annotations

_FROZEN = ("erp_itementry", "erp_partyentry", "erp_glentry")
_FINAL = "('posted', 'completed')"
_OLD_FINAL = (
    "(SELECT state FROM erp_document WHERE id = OLD.document_id) IN ('posted', 'completed')"
)
_NEW_FINAL = (
    "(SELECT state FROM erp_document WHERE id = NEW.document_id) IN ('posted', 'completed')"
)
_OPEN_ENTRY = """
    SELECT 1 FROM erp_itementry e
    WHERE e.id = NEW.last_entry_id AND e.item_id = NEW.item_id
      AND e.variant_id IS NEW.variant_id AND e.location_id = NEW.location_id
"""


def _refuse(name: str, moment: str, table: str, condition: str, reason: str) -> str:
    when = f"WHEN {condition}" if condition else ""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {moment} ON {table} FOR EACH ROW {when} "
        f"BEGIN SELECT RAISE(ABORT, '{reason}'); END"
    )


_LEDGERS = tuple(
    _refuse(f"{table}_no_{verb}", verb, table, "", "ledger entries are append-only")
    for table in _FROZEN
    for verb in ("update", "delete")
)
_DOCUMENTS = tuple(
    _refuse(
        f"erp_document_no_{verb}",
        verb,
        "erp_document",
        f"OLD.state IN {_FINAL}",
        "posted documents are frozen",
    )
    for verb in ("update", "delete")
)
_LINES = tuple(
    _refuse(
        f"erp_documentline_no_{verb}",
        verb,
        "erp_documentline",
        condition,
        "lines of posted documents are frozen",
    )
    for verb, condition in (
        ("insert", _NEW_FINAL),
        ("update", f"{_OLD_FINAL} OR {_NEW_FINAL}"),
        ("delete", _OLD_FINAL),
    )
)
_STOCK_GUARD = (
    _refuse(
        "erp_stock_no_insert",
        "insert",
        "erp_stock",
        f"NOT EXISTS ({_OPEN_ENTRY} AND e.quantity = NEW.qty AND e.cost_amount = NEW.value)",
        "stock is written by the ledger only",
    ),
    _refuse(
        "erp_stock_no_update",
        "update",
        "erp_stock",
        "NEW.last_entry_id <= OLD.last_entry_id OR NEW.item_id <> OLD.item_id"
        " OR NEW.variant_id IS NOT OLD.variant_id OR NEW.location_id <> OLD.location_id"
        f" OR NOT EXISTS ({_OPEN_ENTRY} AND ROUND(OLD.qty + e.quantity, 5) = NEW.qty"
        " AND ROUND(OLD.value + e.cost_amount, 4) = NEW.value)",
        "stock is written by the ledger only",
    ),
    _refuse(
        "erp_stock_no_delete", "delete", "erp_stock", "", "stock is written by the ledger only"
    ),
)


_STOCK = (
    """
CREATE TRIGGER IF NOT EXISTS erp_itementry_stock AFTER INSERT ON erp_itementry
FOR EACH ROW WHEN NEW.variant_id IS NULL
BEGIN
  INSERT INTO erp_stock (item_id, variant_id, location_id, qty, value, last_entry_id)
  VALUES (NEW.item_id, NEW.variant_id, NEW.location_id, NEW.quantity, NEW.cost_amount, NEW.id)
  ON CONFLICT (item_id, location_id) WHERE variant_id IS NULL DO UPDATE SET
    qty = ROUND(qty + excluded.qty, 5),
    value = ROUND(value + excluded.value, 4),
    last_entry_id = excluded.last_entry_id;
END""",
    """
CREATE TRIGGER IF NOT EXISTS erp_itementry_stock_by_variant AFTER INSERT ON erp_itementry
FOR EACH ROW WHEN NEW.variant_id IS NOT NULL
BEGIN
  INSERT INTO erp_stock (item_id, variant_id, location_id, qty, value, last_entry_id)
  VALUES (NEW.item_id, NEW.variant_id, NEW.location_id, NEW.quantity, NEW.cost_amount, NEW.id)
  ON CONFLICT (item_id, variant_id, location_id) WHERE variant_id IS NOT NULL DO UPDATE SET
    qty = ROUND(qty + excluded.qty, 5),
    value = ROUND(value + excluded.value, 4),
    last_entry_id = excluded.last_entry_id;
END""",
)

INSTALL = (*_LEDGERS, *_DOCUMENTS, *_LINES, *_STOCK_GUARD, *_STOCK)
NAMES = tuple(statement.split()[5] for statement in INSTALL)
REMOVE = tuple(f"DROP TRIGGER IF EXISTS {name}" for name in NAMES)
THERE = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
