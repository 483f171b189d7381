"""Many who post at once. Row locks need PostgreSQL; SQLite has a single writer instead."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any

from django.db import OperationalError, connection, connections, transaction
from django.db.models import Model

from erp.audit import broken_invariants
from erp.batch import BatchResult, batch_post
from erp.combining import combine_shipments
from erp.documents import create_sales_document, create_sales_documents
from erp.models import Company, Document, Item, NumberSeries, Stock
from erp.posting import Posted, PostingError, post_document, post_order
from erp.posting.group import post_group
from erp.posting.orders import plan_order
from erp.posting.plan import Asked, Options, Posting, Setup
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    draft,
    item_line,
    make_invoice,
    make_item,
    make_order,
    make_purchase,
    make_stock,
    make_vendor,
    on_hand,
    to_post,
)

AtOnce = Callable[..., list[object]]


def codes(answers: list[object]) -> list[str]:
    """Refusals by code; anything else that went wrong fails the test here."""
    unexpected = [
        answer
        for answer in answers
        if isinstance(answer, Exception) and not isinstance(answer, PostingError)
    ]
    assert unexpected == []
    return [answer.code for answer in answers if isinstance(answer, PostingError)]


def several(calls: list[Callable[[], object]], threads: int) -> list[Callable[[], list[object]]]:
    """Deal calls out to threads; each answers with results and refusals."""

    def work(mine: list[Callable[[], object]]) -> list[object]:
        answers: list[object] = []
        for call in mine:
            try:
                answers.append(call())
            except PostingError as refusal:
                answers.append(refusal)
        return answers

    return [partial(work, calls[start::threads]) for start in range(threads)]


def flat(answers: list[object]) -> list[object]:
    found: list[object] = []
    for answer in answers:
        found.extend(answer if isinstance(answer, list) else [answer])
    return found


def test_two_who_post_the_same_order_ship_it_once(
    given_a_committed_company: Company, at_once: AtOnce
) -> None:
    """Case 11."""
    make_stock(given_a_committed_company, ("A", 10, 1))
    order = make_order(given_a_committed_company, item_line(10, 10))
    to_post(order, ship=4, invoice=4)
    post = partial(post_order, order.pk, expected_version=order.version, today=TODAY)

    answers = at_once([post, post])

    assert codes(answers) == ["version"]
    assert sum(isinstance(answer, Posted) for answer in answers) == 1
    assert on_hand() == D(6)
    assert Document.objects.filter(kind="shipment").count() == 1
    assert broken_invariants() == []


def test_failures_between_postings_leave_no_gap_in_the_numbers(
    given_a_committed_company: Company, at_once: AtOnce, needs_row_locks: None
) -> None:
    """Case 12."""
    company = given_a_committed_company
    make_item(company, "NONE")
    make_stock(company, ("A", 200, 1))
    good = [make_invoice(company, item_line(1, 10)) for _ in range(200)]
    bad = [make_order(company, item_line(1, 10, "NONE")) for _ in range(40)]
    calls: list[Callable[[], object]] = []
    for index, invoice in enumerate(good):
        calls.append(partial(post_document, invoice.pk, today=TODAY))
        if index % 5 == 0:
            calls.append(partial(post_order, bad[index // 5].pk, today=TODAY))

    answers = flat(at_once(several(calls, 8)))

    assert codes(answers) == ["negative"] * 40
    numbers = Document.objects.filter(kind="invoice").order_by("posted_no")
    assert list(numbers.values_list("posted_no", flat=True)) == [
        f"SI+{n:06d}" for n in range(1, 201)
    ]
    assert broken_invariants() == []


def test_no_more_is_sold_than_there_is(given_a_committed_company: Company, at_once: AtOnce) -> None:
    """Case 13."""
    make_stock(given_a_committed_company, ("A", 10, 1))
    orders = [make_order(given_a_committed_company, item_line(1, 10)) for _ in range(20)]
    calls = [partial(post_order, order.pk, today=TODAY) for order in orders]

    answers = flat(at_once(several(list(calls), 4)))

    assert codes(answers) == ["negative"] * 10
    assert sum(isinstance(answer, Posted) for answer in answers) == 10
    assert on_hand() == D(0)
    assert broken_invariants() == []


def test_orders_that_cross_do_not_lock_one_another_out(
    given_a_committed_company: Company, at_once: AtOnce, needs_row_locks: None
) -> None:
    """Case 14."""
    company = given_a_committed_company
    names = [f"X{n}" for n in range(6)]
    for name in names:
        make_item(company, name)
    make_stock(company, *[(name, 100, 1) for name in names])
    orders = []
    for turn in range(30):
        order = names[turn % 6 :] + names[: turn % 6]
        lines = [item_line(1, 10, name) for name in (order if turn % 2 else order[::-1])]
        orders.append(make_order(company, *lines))

    answers = flat(
        at_once(several([partial(post_order, order.pk, today=TODAY) for order in orders], 6))
    )

    assert codes(answers) == []
    assert len(answers) == 30
    assert {on_hand(name) for name in names} == {D(70)}
    assert broken_invariants() == []


def test_a_request_repeated_at_once_is_posted_once(
    given_a_committed_company: Company, at_once: AtOnce
) -> None:
    """Case 15, at the same time."""
    make_stock(given_a_committed_company, ("A", 10, 1))
    order = make_order(given_a_committed_company, item_line(10, 10))
    to_post(order, ship=4, invoice=4)
    post = partial(post_order, order.pk, request_id=uuid.uuid4(), today=TODAY)

    answers = at_once([post, post, post])

    assert codes(answers) == []
    keys = {(answer.shipment, answer.invoice) for answer in answers if isinstance(answer, Posted)}
    assert len(keys) == 1
    assert on_hand() == D(6)


def test_a_draft_sent_twice_at_once_becomes_one_document(
    given_a_committed_company: Company, at_once: AtOnce
) -> None:
    asked = draft(item_line(1, 10), request_id=uuid.uuid4(), no="N1")
    create = partial(create_sales_document, given_a_committed_company, asked)

    answers = at_once([create] * 4)

    assert set(answers) == {Document.objects.get()}


def test_batches_created_at_once_get_different_numbers(
    given_a_committed_company: Company, at_once: AtOnce
) -> None:
    drafts = [draft(item_line(1, 10))] * 25
    create = partial(create_sales_documents, given_a_committed_company, drafts)

    assert codes(flat(at_once([create] * 4))) == []

    numbers = sorted(Document.objects.values_list("no", flat=True))
    assert len(numbers) == 100
    assert all(int(after[2:]) - int(before[2:]) == 1 for before, after in pairwise(numbers))


def test_two_who_combine_at_once_make_one_invoice(
    given_a_committed_company: Company, at_once: AtOnce, needs_row_locks: None
) -> None:
    """Case 30, at the same time."""
    company = given_a_committed_company
    make_stock(company, ("A", 10, 1))
    for _order in range(3):
        post_order(make_order(company, item_line(2, 10)).pk, invoice=False, today=TODAY)
    combine = partial(combine_shipments, company, posting_date=TODAY)

    answers = at_once([combine] * 4)

    assert codes(answers) == []
    assert sorted(len(answer) for answer in answers if isinstance(answer, list)) == [0, 0, 0, 1]
    assert Document.objects.get(kind="invoice").lines.count() == 3


def test_an_order_and_the_invoice_over_its_shipments_do_not_invoice_it_twice(
    given_a_committed_company: Company, at_once: AtOnce, needs_row_locks: None
) -> None:
    """I11 and I13: both take the order first, so one waits and is then refused."""
    company = given_a_committed_company
    make_stock(company, ("A", 100, 1))
    calls: list[Callable[[], object]] = []
    for _turn in range(10):
        orders = [make_order(company, item_line(2, 10)) for _ in range(3)]
        for order in orders:
            post_order(order.pk, invoice=False, today=TODAY)
        (invoice,) = combine_shipments(company, posting_date=TODAY)
        calls.append(partial(post_document, invoice.pk, today=TODAY))
        calls.append(partial(post_order, orders[1].pk, ship=False, today=TODAY))

    answers = flat(at_once(several(calls, 4)))

    assert set(codes(answers)) <= {"inv_gt_ship", "state"}
    assert len(codes(answers)) == 10
    assert broken_invariants() == []


def test_two_batches_at_once_post_each_document_once(
    given_a_committed_company: Company, at_once: AtOnce, needs_row_locks: None
) -> None:
    """H18, for both sides: what one has posted the other finds changed, and no error is more."""
    company = given_a_committed_company
    make_vendor(company)
    make_stock(company, ("A", 100, 1))
    for _order in range(20):
        make_order(company, item_line(2, 10))
        make_purchase(company, item_line(1, 4))
    sell = partial(batch_post, company, kind="order", today=TODAY)
    buy = partial(batch_post, company, side="purchase", kind="order", today=TODAY)

    answers = at_once([sell, buy, sell, buy])

    results = [answer for answer in answers if isinstance(answer, BatchResult)]
    assert len(results) == 4
    assert sum(len(result.posted) for result in results) == 40
    assert {f.code for result in results for f in result.failed} <= {"version", "state"}
    assert Document.objects.filter(kind="shipment", side="sale").count() == 20
    assert Document.objects.filter(kind="invoice", side="purchase").count() == 20
    assert on_hand() == D(80)
    assert broken_invariants() == []


def test_of_many_who_post_the_same_vendor_invoice_one_does(
    given_a_committed_company: Company, at_once: AtOnce
) -> None:
    company = given_a_committed_company
    make_vendor(company)
    papers = [
        make_purchase(company, account_line(10, "5050"), kind="invoice", external_no="INV-7")
        for _ in range(6)
    ]

    answers = at_once([partial(post_document, paper.pk, today=TODAY) for paper in papers])

    assert codes(answers) == ["external_no"] * 5
    assert Document.objects.filter(side="purchase", state="posted").count() == 1
    assert broken_invariants() == []


def is_free(row: Model) -> bool:
    """Whether another connection gets the row's lock at once; it gives it back."""

    def lock() -> bool:
        try:
            with transaction.atomic():
                rows = type(row)._default_manager.select_for_update(nowait=True, no_key=True)
                return rows.get(pk=row.pk) is not None
        except OperationalError:  # somebody holds it
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as another:
        return another.submit(lock).result(timeout=30)


def test_an_item_is_held_for_the_write_alone(
    given_a_committed_company: Company, needs_row_locks: None
) -> None:
    """Who shares an item waits neither for the reading and reckoning of a group nor for the next."""
    company = given_a_committed_company
    make_item(company, "B")
    make_stock(company, ("A", 50, 1), ("B", 50, 1))
    for _order in range(3):
        make_order(company, item_line(1, 10))
    goods = [*Stock.objects.order_by("item"), *Item.objects.order_by("pk")]
    series = NumberSeries.objects.get(code="S-INV+")
    seen: dict[str, list[bool]] = {}

    def look(moment: str) -> None:
        seen[moment] = [is_free(row) for row in (*goods, series)]

    def plan(posting: Posting, setup: Setup, options: Options) -> None:
        plan_order(posting, setup, options)
        look("planned")

    def watch(execute: Callable[..., object], sql: str, *call: Any) -> object:
        if "INSERT INTO erp_documentline" in sql:
            look("writing")
        return execute(sql, *call)

    orders = list(Document.objects.filter(kind="order").order_by("no"))
    with connection.execute_wrapper(watch):
        post_group(plan, [Asked(orders[0].pk)], Options(today=TODAY))
    look("posted")
    batch_post(company, kind="order", today=TODAY, before_each=lambda _result: look("between"))

    free, of_a_free = [True] * 5, [False, True, False, True, True]
    assert seen == {"planned": free, "writing": of_a_free, "posted": free, "between": free}
    assert on_hand() == D(47)
