"""Batch posting as queue entries: what is posted, what is refused and listed, and tried again."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from connector.pages.issue_retries import retry
from connector.sync.batches import batch_named, documents, preview, request_batch
from connector.sync.models import Issue
from connector.sync.parameters import BadParameters, read
from erp.models import Company, Document, Item
from jobqueue.models import JobQueueEntry, JobQueueLogEntry
from jobqueue.runner import run_entry
from shops.models import Shop
from tests import factories
from tests.erp.makers import (
    TODAY,
    D,
    item_line,
    make_company,
    make_customer,
    make_invoice,
    make_item,
    make_order,
    make_purchase,
    make_return,
    make_stock,
    make_vendor,
    on_hand,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def given_books(committed: None) -> Company:
    """Books with ten pieces of A and none of NONE, and the shop that belongs to them."""
    company = make_company()
    make_customer(company)
    make_vendor(company)
    make_item(company)
    make_item(company, "NONE")
    make_stock(company, ("A", 10, 1))
    factories.make_shop("NORDIC", company_code=company.code)
    return company


def post(
    company: Company,
    number: int,
    options: dict[str, str] | None = None,
    **filters: str,
) -> JobQueueLogEntry:
    """Ask for a batch and run its entry here; return its log entry."""
    batch = batch_named(number)
    assert batch is not None
    entry, _new = request_batch(batch, company.code, filters=filters, options=options)
    return ran(entry)


def ran(entry: JobQueueEntry) -> JobQueueLogEntry:
    run_entry(entry.pk)
    return JobQueueLogEntry.objects.filter(entry=entry).latest("fence")


def state_of(no: str) -> str:
    return Document.objects.get(no=no).state


def listed() -> list[tuple[str, str, str]]:
    return list(Issue.objects.open().order_by("ref").values_list("ref", "report", "code"))


def mend() -> None:
    make_stock(Company.objects.get(), ("NONE", 10, 1))


def two_invoices(company: Company) -> None:
    make_invoice(company, item_line(1, 10), no="GOOD")
    make_invoice(company, item_line(1, 10, "NONE"), no="BAD")


def test_h2_h14_what_is_refused_does_not_fail_the_run_and_is_listed(given_books: Company) -> None:
    """One entry for the whole selection; BC ends it in error, here it succeeded with issues."""
    two_invoices(given_books)

    run = post(given_books, 297)

    assert (run.status, run.issues) == ("issues", 1)
    assert run.counts == {"read": 2, "created": 1, "rejected": 1}
    assert run.message.startswith("BAD: You have insufficient quantity of item NONE")
    assert (state_of("GOOD"), state_of("BAD")) == ("posted", "open")
    assert listed() == [("BAD", "post_sales_invoices", "negative")]
    assert JobQueueEntry.objects.count() == 1


def test_h3_a_retry_posts_only_the_failed_once_it_is_mended(given_books: Company) -> None:
    two_invoices(given_books)
    make_invoice(given_books, item_line(1, 10, "NONE"), no="BAD2")
    post(given_books, 297, {"replace_posting_date": "yes", "posting_date": "2026-02-27"})
    make_invoice(given_books, item_line(1, 10), no="LATER")
    one = Issue.objects.open().get(ref="BAD")
    mend()

    (entry,) = retry([one], by_id=None)
    assert ran(entry).counts == {"read": 1, "created": 1, "rejected": 0}
    assert (state_of("BAD"), state_of("BAD2"), state_of("LATER")) == ("posted", "open", "open")
    assert Document.objects.get(no="BAD").posting_date == date(2026, 2, 27)
    assert [ref for ref, _report, _code in listed()] == ["BAD2"]

    (entry,) = retry(Issue.objects.open(), by_id=None)
    ran(entry)
    assert (state_of("BAD2"), state_of("LATER"), listed()) == ("posted", "open", [])


def test_h3_the_same_entry_again_posts_nothing_twice(given_books: Company) -> None:
    two_invoices(given_books)
    post(given_books, 297)

    again = post(given_books, 297)

    assert again.counts == {"read": 1, "created": 0, "rejected": 1}
    assert Document.objects.filter(state="posted", kind="invoice").count() == 1
    assert Issue.objects.get().attempts == 2


def test_h4_what_waits_to_be_posted_is_not_asked_for_a_second_time(given_books: Company) -> None:
    """Nor do two postings of the same kind run at once: they share a lane."""
    batch = batch_named(297)
    assert batch is not None
    first, _new = request_batch(batch, given_books.code)

    second, new = request_batch(batch, given_books.code)
    other, _new = request_batch(batch, given_books.code, filters={"no": "I1"})

    assert (second.pk, new) == (first.pk, False)
    assert (other.category, other.lock_key) == (first.category, first.lock_key)


def test_h6_replace_posting_date_without_a_date_is_refused(given_books: Company) -> None:
    make_invoice(given_books, item_line(1, 10), no="I1")

    for number in (296, 297, 298, 6655, 496, 497, 498):
        with pytest.raises(BadParameters, match="Enter the posting date"):
            post(given_books, number, {"replace_posting_date": "yes"})

    assert state_of("I1") == "open"
    assert not JobQueueEntry.objects.exists()


@pytest.mark.parametrize(
    ("replace", "documented"), [("no", TODAY), ("yes", date(2026, 3, 9))], ids=["alone", "both"]
)
def test_h7_the_document_date_is_replaced_with_the_posting_date_only(
    given_books: Company, replace: str, documented: date
) -> None:
    make_order(given_books, item_line(1, 10), no="O1")
    make_invoice(given_books, item_line(1, 10), no="I1")
    options = {
        "replace_posting_date": replace,
        "posting_date": "2026-03-09",
        "replace_document_date": "yes",
    }

    post(given_books, 296, options)
    post(given_books, 297, options)

    for invoice in Document.objects.filter(kind="invoice"):
        assert (invoice.document_date, invoice.due_date) == (documented, documented)


def test_h7_a_new_document_date_moves_the_due_date_by_the_payment_terms(
    given_books: Company,
) -> None:
    given_books.lookup_set.create(kind="payment_terms", code="14D", data={"formula": "14D"})
    make_invoice(given_books, item_line(1, 10), no="I1", payment_terms="14D")

    post(
        given_books,
        297,
        {
            "replace_posting_date": "yes",
            "posting_date": "2026-03-09",
            "replace_document_date": "yes",
        },
    )

    assert Document.objects.get(no="I1").due_date == date(2026, 3, 23)


def test_h10_documents_from_shopify_are_found_by_their_order_no(given_books: Company) -> None:
    """Three of Shopify and two made by hand, of which one has a number of the customer's."""
    shop = Shop.objects.get()
    for number in range(3):
        document = make_order(given_books, item_line(1, 10), no=f"S{number}")
        factories.make_document_link(factories.make_order(shop, name=f"#100{number}"), document)
    make_order(given_books, item_line(1, 10), no="M1")
    make_order(given_books, item_line(1, 10), no="M2", external_no="PO 7")
    batch = batch_named(296)
    assert batch is not None

    def found(expression: str) -> list[str]:
        asked = read(batch, {"filters": {"order_no": expression}})
        return sorted(documents(batch, given_books, asked).values_list("no", flat=True))

    assert found("#1001..#1002") == ["S1", "S2"]
    assert found("''") == ["M1", "M2"]
    assert post(given_books, 296, order_no="<>''").counts["created"] == 3
    assert (state_of("M1"), state_of("M2")) == ("open", "open")


def test_only_released_documents_are_taken_where_that_is_asked(given_books: Company) -> None:
    make_order(given_books, item_line(1, 10), no="DRAFT")
    make_order(given_books, item_line(1, 10), no="DONE", release=True)

    post(given_books, 296, status="released")

    assert (state_of("DRAFT"), state_of("DONE")) == ("open", "completed")


def test_h15_today_is_the_day_of_each_run(given_books: Company) -> None:
    """Whatever day the schedule was made on; where the shop is, not where the server is."""
    Shop.objects.update(zone="Pacific/Kiritimati")
    make_invoice(given_books, item_line(1, 10), no="I1")

    post(given_books, 297, {"replace_posting_date": "today", "posting_date": "2020-01-01"})

    there = timezone.localdate(timezone=ZoneInfo("Pacific/Kiritimati"))
    assert Document.objects.get(no="I1").posting_date == there


def test_purchases_are_received_and_invoiced_by_their_reports(given_books: Company) -> None:
    make_purchase(given_books, item_line(5, 4), no="P1", external_no="V-77")
    make_purchase(given_books, item_line(7, 4), no="P2")
    make_purchase(given_books, item_line(2, 4), kind="invoice", no="P3")

    post(given_books, 496, {"invoice": "no"}, external_no="V-77")
    assert (state_of("P1"), state_of("P2"), on_hand()) == ("released", "open", D(15))
    post(given_books, 496, {"receive": "no"}, no="P1")
    assert (state_of("P1"), on_hand()) == ("completed", D(15))
    assert post(given_books, 497, vendor_no="V1").counts["created"] == 1

    memo = make_purchase(
        given_books,
        item_line(2, 4, corrects_line=10000),
        kind="credit_memo",
        corrects_no=Document.objects.get(no="P3").posted_no or "",
    )
    assert post(given_books, 498).counts["created"] == 1
    assert state_of(memo.no) == "posted"
    assert on_hand() == D(15)


def test_returns_are_received_and_credited_by_their_report(given_books: Company) -> None:
    make_invoice(given_books, item_line(3, 10), no="I1")
    post(given_books, 297)
    back = make_return(Document.objects.get(no="I1"), item_line(2, 10, corrects_line=10000))

    assert post(given_books, 6655, {"invoice": "no"}).counts["created"] == 1
    assert (state_of(back.no), on_hand()) == ("released", D(9))
    post(given_books, 6655)

    assert state_of(back.no) == "completed"
    assert Document.objects.get(kind="credit_memo").amount_incl == D(25)


def ship(company: Company, *lines: Any, **options: Any) -> None:
    make_order(company, *lines, **options)
    post(company, 296, {"invoice": "no"})


def test_shipments_are_combined_by_report_295(given_books: Company) -> None:
    """Case 30, as a queue entry: made, made once, and posted if wished."""
    ship(given_books, item_line(2, "9.99"))
    ship(given_books, item_line(3, "9.99"))

    run = post(given_books, 295)

    invoice = Document.objects.get(kind="invoice")
    assert (run.status, run.counts, run.message) == (
        "success",
        {"read": 1, "created": 1},
        "1 invoice made: SI000001.",
    )
    assert invoice.created_by.startswith("combine_shipments ")
    assert post(given_books, 295).counts == {"read": 0, "created": 0}

    ship(given_books, item_line(1, 10))
    posted = post(given_books, 295, {"post": "yes", "posting_date": "2026-03-09"})

    assert posted.counts == {"read": 1, "created": 1, "updated": 1, "rejected": 0}
    assert Document.objects.get(no="SI000002").posting_date == date(2026, 3, 9)
    assert state_of("SI000001") == "open"
    assert on_hand() == D(4)


def test_a_combined_invoice_that_is_refused_is_tried_again_by_297(given_books: Company) -> None:
    ship(given_books, item_line(1, 10))
    given_books.party_set.update(blocked="invoice")

    run = post(given_books, 295, {"post": "yes"})

    assert (run.status, run.issues) == ("issues", 1)
    assert listed() == [("SI000001", "post_sales_invoices", "blocked")]
    given_books.party_set.update(blocked="none")
    (entry,) = retry(Issue.objects.open(), by_id=None)
    assert entry.number == 297
    ran(entry)
    assert (state_of("SI000001"), listed()) == ("posted", [])


def test_the_preview_counts_orders_with_shipments_to_combine(given_books: Company) -> None:
    ship(given_books, item_line(1, 10), no="O1")
    ship(given_books, item_line(1, 10), no="O2")
    batch = batch_named(295)
    assert batch is not None

    def said(**filters: str) -> str:
        return preview(batch, given_books, read(batch, {"filters": filters})).words

    assert said() == "2 orders have shipments to combine now."
    assert said(no="O1") == "1 order has shipments to combine now."


def test_books_without_a_shop_tell_in_the_message_alone(given_books: Company) -> None:
    Shop.objects.all().delete()
    make_purchase(given_books, item_line(1, 4), no="P1")
    Item.objects.update(blocked=True)

    run = post(given_books, 496)

    assert (run.issues, run.message) == (1, "P1: Item A is blocked.")
    assert listed() == []


def test_what_is_nobodys_at_shopify_stays_on_the_list_it_came_to(given_books: Company) -> None:
    """Another shop that comes first, or the closing of this one, leaves no refusal behind."""
    make_purchase(given_books, item_line(1, 10), kind="credit_memo", no="M1")
    Item.objects.update(prevent_negative="yes")
    make_stock(given_books, ("A", -10, 1))
    post(given_books, 498)
    factories.make_shop("ALPHA", company_code=given_books.code)
    post(given_books, 498)
    assert [issue.shop.code for issue in Issue.objects.all()] == ["NORDIC"]
    make_stock(given_books, ("A", 10, 1))

    post(given_books, 498)

    assert state_of("M1") == "posted"
    assert listed() == []


def test_what_is_nobodys_at_shopify_goes_to_a_shop_in_use(given_books: Company) -> None:
    factories.make_shop("ALPHA", company_code=given_books.code, enabled=False)
    two_invoices(given_books)

    post(given_books, 297)

    assert Issue.objects.get().shop.code == "NORDIC"


def test_the_books_post_again_though_their_shop_is_disabled(given_books: Company) -> None:
    two_invoices(given_books)
    post(given_books, 297)
    Shop.objects.update(enabled=False)
    mend()

    (entry,) = retry(Issue.objects.open(), by_id=None)

    assert ran(entry).counts == {"read": 1, "created": 1, "rejected": 0}
    assert state_of("BAD") == "posted"
