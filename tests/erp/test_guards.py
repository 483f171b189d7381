"""The database itself refuses what no code may do, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from erp import bulk, guards
from erp.models import Company, Document, DocumentLine, GLEntry, Stock
from erp.posting import post_order
from erp.posting.ledger import Ledger, OutOfBalance, check_balance
from tests.erp.makers import TODAY, D, books, item_line, make_order, make_stock, on_hand


@pytest.fixture
def given_a_posted_order(given_a_company: Company) -> Document:
    make_stock(given_a_company, ("A", 5, 1))
    order = make_order(given_a_company, item_line(2, 10))
    post_order(order.pk, today=TODAY)
    make_order(given_a_company, item_line(1, 10), no="OPEN")
    return order


def refused(statement: str) -> str:
    """Run raw SQL, see it refused and nothing changed; return the reason."""
    company = Company.objects.get()
    before = books(company), on_hand()
    with (
        pytest.raises(IntegrityError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert (books(company), on_hand()) == before
    return str(caught.value)


@pytest.mark.parametrize("table", ["erp_itementry", "erp_partyentry", "erp_glentry"])
def test_ledger_rows_are_never_changed_nor_deleted(
    given_a_posted_order: Document, table: str
) -> None:
    """Case 16 (I1)."""
    assert "append-only" in refused(f"UPDATE {table} SET posting_date = '2020-01-01'")
    assert "append-only" in refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("state", ["posted", "completed"])
def test_posted_documents_are_never_changed_nor_deleted(
    given_a_posted_order: Document, state: str
) -> None:
    """Case 16 (I2)."""
    rows = f"erp_document {{}} WHERE state = '{state}'"
    assert "frozen" in refused("UPDATE " + rows.format("SET notes = 'x'"))
    assert "frozen" in refused("UPDATE " + rows.format("SET state = 'open'"))


def test_posted_documents_cannot_be_deleted(given_a_posted_order: Document) -> None:
    assert "frozen" in refused("DELETE FROM erp_document WHERE state <> 'open'")


def test_lines_of_posted_documents_stay_as_they_are(given_a_posted_order: Document) -> None:
    """I2: not changed, lost, gained, nor moved in from elsewhere."""
    posted = "(SELECT id FROM erp_document WHERE kind = 'invoice')"
    opened = "(SELECT id FROM erp_document WHERE no = 'OPEN')"

    assert "frozen" in refused(
        f"UPDATE erp_documentline SET quantity = 9 WHERE document_id IN {posted}"
    )
    assert "frozen" in refused(f"DELETE FROM erp_documentline WHERE document_id IN {posted}")
    assert "frozen" in refused(
        f"UPDATE erp_documentline SET line_no = 7, document_id = {posted} "
        f"WHERE document_id = {opened}"
    )
    line = DocumentLine.objects.filter(document__no="OPEN").get()
    line.pk, line.document, line.line_no = None, Document.objects.get(kind="invoice"), 7
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        line.save(force_insert=True)


def test_lines_are_guarded_without_reading_all_documents(
    given_a_posted_order: Document, needs_row_locks: None
) -> None:
    """A plan stays with its connection, and the table grows: what it read of few it reads of all."""
    opened = Document.objects.get(no="OPEN")
    before = documents_read()

    opened.lines.update(quantity=D(5))

    assert documents_read() == before


def documents_read() -> int:
    """Rows of documents that this transaction has met by going through the whole table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'erp_document'"
        )
        (rows,) = cursor.fetchone()
    return int(rows)


def test_stock_is_written_by_the_ledger_alone(given_a_posted_order: Document) -> None:
    """I3."""
    reason = "stock is written by the ledger only"

    assert reason in refused("UPDATE erp_stock SET qty = 99")
    assert reason in refused("UPDATE erp_stock SET qty = qty, last_entry_id = last_entry_id")
    assert reason in refused("DELETE FROM erp_stock")
    row = Stock.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match=reason), transaction.atomic():
        row.save(force_insert=True)


def test_open_documents_may_change(given_a_posted_order: Document) -> None:
    opened = Document.objects.get(no="OPEN")
    opened.lines.update(quantity=D(5))
    opened.delete()

    assert not Document.objects.filter(no="OPEN").exists()


def test_a_one_sided_entry_is_refused(given_a_posted_order: Document) -> None:
    """Case 17 (I4): by PostgreSQL at the commit, by the posting on both."""
    ledger = Ledger(given_a_posted_order.company, TODAY, D("0.01"), 99)
    ledger.add(given_a_posted_order, "4000", D(7))
    with pytest.raises(OutOfBalance), transaction.atomic():
        ledger.write()

    def commit() -> None:
        """What the database does at a commit; on SQLite the posting does it."""
        with transaction.atomic():
            bulk.insert(ledger.rows, GLEntry)
            if connection.vendor == "sqlite":
                check_balance(99)
            connection.check_constraints()

    with pytest.raises((IntegrityError, OutOfBalance)):
        commit()
    assert not GLEntry.objects.filter(transaction_no=99).exists()


@pytest.fixture
def without_guards(db: None) -> Iterator[None]:
    guards.remove(connection)
    yield
    guards.install(connection)


def test_guards_can_be_taken_off_and_put_back(without_guards: None) -> None:
    guards.install(connection)
    guards.install(connection)  # those that are there stay


def test_migrating_puts_lost_guards_back(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite loses the triggers of a table that is rebuilt")
    from erp.apps import put_guards_back, take_guards_off

    count = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'erp_%'"
    counts = []
    with connection.cursor() as cursor:
        for step in (lambda using: None, take_guards_off, put_guards_back):
            step(using="default")
            cursor.execute(count)
            counts.append(cursor.fetchone()[0])

    assert counts == [16, 0, 16]


OLD_BALANCE = """
DROP TRIGGER erp_glentry_balance ON erp_glentry;
CREATE CONSTRAINT TRIGGER erp_glentry_balance AFTER INSERT ON erp_glentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erp_gl_balance()
"""
BALANCE_GUARDS = """
SELECT tgtype & 1, tgdeferrable, tgnewtable FROM pg_trigger
WHERE tgrelid = 'erp_glentry'::regclass AND tgname LIKE '%balance%'
"""


def test_a_database_from_before_gets_the_guards_of_today(given_a_company: Company) -> None:
    """The balance was a deferred trigger a row once; now it is one a statement."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite gets its guards anew at each migrate: set DATABASE_URL to PostgreSQL")
    renew = import_module("erp.migrations.0006_balance_by_statement").renew
    with connection.cursor() as cursor:
        cursor.execute(OLD_BALANCE)
        with connection.schema_editor() as editor:
            renew(apps, editor)
            renew(apps, editor)
        cursor.execute(BALANCE_GUARDS)
        assert cursor.fetchall() == [(0, False, "added")]
