"""Documents that are posted together: as if each had been posted by itself."""

from __future__ import annotations

from collections.abc import Callable
from decimal import InvalidOperation
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erp import batch
from erp.audit import broken_invariants
from erp.batch import BatchResult, batch_post
from erp.ledgers import remaining
from erp.models import Company, Document, PartyEntry
from erp.posting import post_document
from erp.posting.documents import plan_document
from erp.posting.group import Plan, post_group
from erp.posting.orders import plan_order
from erp.posting.plan import Asked, Options
from tests.erp.makers import (
    TODAY,
    D,
    books,
    item_line,
    make_credit_memo,
    make_invoice,
    make_item,
    make_order,
    make_stock,
    on_hand,
    to_post,
)


def post_together(plan: Plan, *documents: Document) -> list[str]:
    """Post in one group; answers are refusals' codes, blank for what is posted."""
    asked = [Asked(document.pk) for document in documents]
    postings = post_group(plan, asked, Options(today=TODAY))
    return [posting.refusal.code if posting.refusal else "" for posting in postings]


def numbers(kind: str) -> list[str | None]:
    posted = Document.objects.filter(kind=kind, state="posted").order_by("posted_no")
    return list(posted.values_list("posted_no", flat=True))


def test_who_is_refused_leaves_nothing_and_the_others_are_posted(given_a_company: Company) -> None:
    make_item(given_a_company, "NONE")
    make_stock(given_a_company, ("A", 10, 1))
    make = partial(make_order, given_a_company)
    lacking = make(item_line(2, 10), item_line(1, 10, "NONE"))
    blocked = make(item_line(1, 10), posting_date=TODAY.replace(year=2020))
    given_a_company.settings["post_from"] = "2026-01-01"
    given_a_company.save()

    answers = post_together(
        plan_order, make(item_line(3, 10)), lacking, blocked, make(item_line(4, 10))
    )

    assert answers == ["", "negative", "date", ""]
    assert on_hand() == D(3)
    assert numbers("shipment") == ["SS+000001", "SS+000002"]
    assert numbers("invoice") == ["SI+000001", "SI+000002"]
    for refused in (lacking, blocked):
        refused.refresh_from_db()
        assert (refused.state, refused.version) == ("open", 1)
        assert refused.posted_children.count() == 0
        assert {line.qty_shipped for line in refused.lines.all()} == {D(0)}
    assert broken_invariants() == []


def test_nobody_leaves_a_trace_where_all_are_refused(given_a_company: Company) -> None:
    orders = [make_order(given_a_company, item_line(1, 10)) for _ in range(3)]
    before = books(given_a_company)

    assert post_together(plan_order, *orders) == ["negative"] * 3

    assert books(given_a_company) == before


def test_the_first_in_line_gets_the_last_piece(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 2))
    orders = [make_order(given_a_company, item_line(pieces, 10)) for pieces in (3, 4, 2, 1)]

    assert post_together(plan_order, *orders) == ["", "negative", "", "negative"]

    assert on_hand() == D(0)
    assert broken_invariants() == []


def test_parts_and_wholes_are_posted_together(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 20, 1))
    part = make_order(given_a_company, item_line(3, "3.33", line_discount=D("1.00")))
    to_post(part, ship=2, invoice=1)
    whole = make_order(given_a_company, item_line(2, "9.99"))

    assert post_together(plan_order, part, whole) == ["", ""]

    amounts = {
        invoice.source_id: invoice.amount for invoice in Document.objects.filter(kind="invoice")
    }
    assert amounts == {part.pk: D("3.00"), whole.pk: D("19.98")}
    part.refresh_from_db()
    whole.refresh_from_db()
    assert (part.state, whole.state) == ("released", "completed")
    line = part.lines.get()
    assert (line.qty_shipped, line.qty_to_ship) == (D(2), D(1))
    assert (line.qty_invoiced, line.qty_to_invoice) == (D(1), D(2))
    assert broken_invariants() == []


def test_credit_memos_of_one_invoice_share_what_is_left_of_it(given_a_company: Company) -> None:
    """I11 and I18, within one group."""
    make_stock(given_a_company, ("A", 5, 1))
    invoice = post_document(make_invoice(given_a_company, item_line(3, 10)).pk, today=TODAY)
    memos = [make_credit_memo(invoice, 2, restock_at="1", no=no) for no in ("M1", "M2")]
    memos.append(make_credit_memo(invoice, 1, restock_at="1", no="M3"))

    assert post_together(plan_document, *memos) == ["", "overcredit", ""]

    entry = PartyEntry.objects.get(document=invoice)
    assert remaining(entry) == D(0)
    assert on_hand() == D(5)
    memos[1].delete()  # its totals were never computed
    assert broken_invariants() == []


def test_a_group_costs_as_many_queries_as_one_document(
    given_a_company: Company, django_assert_max_num_queries: Any
) -> None:
    make_stock(given_a_company, ("A", 50, 1))
    orders = [make_order(given_a_company, item_line(1, 10)) for _ in range(20)]

    with django_assert_max_num_queries(23):
        assert post_together(plan_order, *orders) == [""] * 20


def test_nothing_is_written_before_all_is_checked_and_goods_are_locked_last(
    given_a_company: Company, needs_row_locks: None
) -> None:
    """Others wait for goods no longer than the writing itself, and a refusal has nothing to undo."""
    make_stock(given_a_company, ("A", 50, 1))
    orders = [make_order(given_a_company, item_line(1, 10)) for _ in range(2)]

    with CaptureQueriesContext(
        connection,
    ) as captured:
        post_together(plan_order, *orders)

    statements = [query["sql"].strip() for query in captured]
    locks = [sql.split(" FROM ")[1].split('"')[1] for sql in statements if "FOR NO KEY" in sql]
    assert locks == ["erp_document", "erp_documentline", "erp_item", "erp_stock"]
    last_lock = max(n for n, sql in enumerate(statements) if "FOR NO KEY" in sql)
    writes = [
        n for n, sql in enumerate(statements) if sql.split()[0] in {"INSERT", "UPDATE", "WITH"}
    ]
    assert last_lock + 1 == writes[0]


def test_groups_begin_with_one_and_hold_so_many_lines_at_most() -> None:
    sizes = [1] * 20 + [batch.LINES * 2, batch.LINES - 1, 1, 1]
    waiting = [batch._Waiting(None, str(n), 1, size) for n, size in enumerate(sizes)]  # type: ignore[arg-type]

    groups = list(batch._groups(waiting))

    assert [len(group) for group in groups] == [1, 4, 15, 1, 2, 1]
    assert [document for group in groups for document in group] == waiting


def test_a_document_that_breaks_the_program_does_not_take_others_with_it(
    given_a_company: Company,
) -> None:
    make_stock(given_a_company, ("A", 10, 1))
    for no in ("O1", "O2", "O3"):
        make_order(given_a_company, item_line(1, 10), no=no)
    Document.objects.get(no="O3").lines.update(quantity=D(10) ** 14, unit_price=D(10) ** 14)

    with pytest.raises(InvalidOperation):
        batch_post(given_a_company, kind="order", today=TODAY)

    done = Document.objects.filter(kind="order", state="completed").order_by("no")
    assert list(done.values_list("no", flat=True)) == ["O1", "O2"]
    assert broken_invariants() == []


def test_batches_at_once_post_each_order_once(
    given_a_committed_company: Company,
    at_once: Callable[..., list[Any]],
    needs_row_locks: None,
) -> None:
    """Four batches over the same orders, whose items cross: no order twice, no deadlock, no gap."""
    company = given_a_committed_company
    names = [f"X{n}" for n in range(5)]
    for name in names:
        make_item(company, name)
    make_stock(company, *[(name, 100, 1) for name in names])
    for turn in range(40):
        order = names[turn % 5 :] + names[: turn % 5]
        make_order(company, *[item_line(1, 10, n) for n in (order if turn % 2 else order[::-1])])
    post = partial(batch_post, company, kind="order", today=TODAY)

    results = at_once([post] * 4)

    assert [r for r in results if not isinstance(r, BatchResult)] == []
    assert sum(len(result.posted) for result in results) == 40
    refused = {failure.code for result in results for failure in result.failed}
    assert refused <= {"state", "version"}
    assert {on_hand(name) for name in names} == {D(60)}
    assert numbers("invoice") == [f"SI+{n:06d}" for n in range(1, 41)]
    assert broken_invariants() == []
