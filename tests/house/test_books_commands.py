"""The books from the command line: post documents, ask whether all adds up, look at the cues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.rolecenter.cues import CUES
from erp.audit import Broken, broken_invariants
from erp.customers import create_customer, create_vendor
from erp.documents import create_purchase_document, create_sales_document
from erp.drafts import (
    CustomerDraft,
    ItemDraft,
    LineDraft,
    PurchaseDocumentDraft,
    SalesDocumentDraft,
    TradeKind,
)
from erp.items import create_item
from erp.models import Company, Document
from erp.setup import create_company
from shops.models import Shop

Run = Callable[..., str]
Told = Callable[..., Any]
DAY = date(2026, 3, 2)


def order(company: Company, no: str) -> Document:
    """An open sales order of two pieces at 100, to be shipped and invoiced."""
    item = create_item(company, ItemDraft(no="", description="Lamp", unit_price=Decimal(100)))
    customer = create_customer(company, CustomerDraft(name="Buyer"))
    line = LineDraft(item_no=item.no, quantity=Decimal(2), unit_price=Decimal(100))
    draft = SalesDocumentDraft(
        kind="order",
        no=no,
        customer_no=customer.no,
        currency=company.lcy,
        document_date=DAY,
        lines=(line,),
    )
    return create_sales_document(company, draft)


def posted(kind: str) -> int:
    return Document.objects.sales(kind).filter(state=Document.State.POSTED).count()


def test_orders_are_posted_by_their_numbers(given_company: Company, told: Told) -> None:
    order(given_company, "A-1")
    order(given_company, "A-2")
    assert told("post", "A-1") == {"posted": ["A-1"], "refused": []}
    assert (posted("shipment"), posted("invoice")) == (1, 1)
    assert Document.objects.get(no="A-2", kind="order").state == Document.State.OPEN


def test_shipping_and_invoicing_may_be_two_steps(given_company: Company, run: Run) -> None:
    order(given_company, "A-1")
    assert run("post", "A-1", "--no-invoice") == "Posted: A-1."
    assert (posted("shipment"), posted("invoice")) == (1, 0)
    assert run("post", "A-1", "--no-ship") == "Posted: A-1."
    assert (posted("shipment"), posted("invoice")) == (1, 1)


def test_both_sides_and_all_kinds_are_posted_by_their_numbers(
    given_company: Company, told: Told
) -> None:
    order(given_company, "A-1")
    vendor = create_vendor(given_company, CustomerDraft(name="Maker"))
    line = LineDraft(
        item_no=given_company.item_set.get().no, quantity=Decimal(3), unit_price=Decimal(60)
    )
    kinds: list[TradeKind] = ["order", "invoice", "credit_memo", "return_order"]
    for number, kind in enumerate(kinds, 1):
        draft = PurchaseDocumentDraft(
            kind, vendor.no, given_company.lcy, DAY, (line,), no=f"P-{number}"
        )
        create_purchase_document(given_company, draft)

    said = told("post", "A-1", "P-1", "P-2", "P-3", "P-4")

    assert sorted(said["posted"]) == ["A-1", "P-1", "P-2", "P-3", "P-4"]
    assert said["refused"] == []
    assert broken_invariants() == []


def test_h1_one_that_is_refused_is_listed_and_the_others_are_posted(
    given_company: Company, told: Told
) -> None:
    order(given_company, "A-1")
    order(given_company, "A-2")
    given_company.item_set.filter(documentline__document__no="A-2").update(blocked=True)

    said = told("post", "A-1", "A-2", status=1)

    assert said["posted"] == ["A-1"]
    assert [(one["no"], one["code"]) for one in said["refused"]] == [("A-2", "item_blocked")]


def test_a_refusal_ends_with_status_1_and_its_sentence(given_company: Company, run: Run) -> None:
    order(given_company, "A-1")
    run("post", "A-1", "--no-invoice")
    said = run("post", "A-1", "--no-invoice", status=1)
    assert said.startswith("Not posted: A-1: ")
    assert posted("shipment") == 1


def test_an_unknown_number_posts_nothing_and_names_those_that_wait(
    given_company: Company, refused: Run
) -> None:
    order(given_company, "A-1")
    said = refused("post", "A-1", "B-9")
    assert "has the number B-9" in said
    assert said.endswith("The first that wait: A-1.")
    assert posted("invoice") == 0


def test_one_number_in_two_companies_must_be_said_which(
    given_company: Company, refused: Run, run: Run
) -> None:
    other = create_company("OTHER", "EUR")
    for company in (given_company, other):
        order(company, "A-1")
    assert "A-1 is a document of KONTOR, OTHER" in refused("post", "A-1")
    assert run("post", "A-1", "--company", "OTHER") == "Posted: A-1."
    assert Document.objects.filter(state=Document.State.POSTED, company=given_company).count() == 0


def test_neither_shipping_nor_invoicing_is_refused(given_company: Company, refused: Run) -> None:
    assert "nothing to post" in refused("post", "A-1", "--no-ship", "--no-invoice")


def test_clean_books_are_told_so(given_company: Company, run: Run, told: Told) -> None:
    order(given_company, "A-1")
    run("post", "A-1")
    assert run("audit") == "The books add up, and agree with Shopify."
    assert told("audit", "--company", "KONTOR") == {"clean": True, "broken": []}


def test_broken_books_end_with_status_1_and_the_invariant(
    given_company: Company, run: Run, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [Broken("I7", "Stock of ITEM differs from its ledger by 3.")]
    monkeypatch.setattr(
        "connector.management.commands.audit.broken_invariants", lambda company: broken
    )
    assert run("audit", status=1) == "I7: Stock of ITEM differs from its ledger by 3."
    assert told("audit", status=1)["broken"] == [broken[0]._asdict()]


def test_an_unknown_company_is_told_with_those_there_are(
    given_company: Company, refused: Run
) -> None:
    assert refused("audit", "--company", "X") == "There is no company X. There is: KONTOR."


def test_every_cue_is_listed_with_its_rows_address(given_shop: Shop, told: Told) -> None:
    said = told("cues")
    assert [cue["name"] for cue in said] == [cue.name for cue in CUES]
    for cue in said:
        assert set(cue) == {"name", "label", "count", "style", "address"}
        assert cue["count"] == 0
        assert "?view=" in cue["address"]
    for cue in told("cues", "--shop", "ACME"):
        assert cue["address"].endswith("&shop=ACME")


def test_cues_of_an_unknown_shop_are_refused(given_shop: Shop, refused: Run) -> None:
    assert refused("cues", "--shop", "X") == "There is no shop X. There is: ACME."
