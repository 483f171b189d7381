"""Which VAT business group a sales document has, by where its order goes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.sync.mapping.tax_areas import TaxAreas
from erp.documents import create_sales_document
from erp.drafts import LineDraft, SalesDocumentDraft
from erp.models import Company as Books
from erp.models import Document, Lookup
from erp.posting import post_document, post_order
from shops.models import Shop, TaxArea
from tests.sync.conftest import (
    LAMP,
    TODAY,
    Run,
    Sandbox,
    change_settings,
    document_of,
    order_named,
)
from tests.sync.nodes import address, line, order, read, tax
from tests.sync.test_documents_mapping import draft

AREAS = TaxAreas({
    ("US", "CA"): ("US-CA", ""),
    ("US", "NEW YORK"): ("US-NY", "US-EXEMPT"),
    ("US", ""): ("US", ""),
    ("NO", ""): ("DOMESTIC", ""),
})  # fmt: skip
CALIFORNIA = address(countryCodeV2="US", provinceCode="CA", province="California")
NEW_YORK = address(countryCodeV2="US", provinceCode="NY", province="New York")
TEXAS = address(countryCodeV2="US", provinceCode="TX", province="Texas")
SWEDEN = address(countryCodeV2="SE")


def group(areas: TaxAreas = AREAS, **more: Any) -> str:
    return areas.group(read(order("100.00", [line()], **more)))


def test_ac060_by_the_county_code_of_the_ship_to_address() -> None:
    assert group(shippingAddress=CALIFORNIA, billingAddress=SWEDEN) == "US-CA"


def test_ac060_by_the_county_name_of_the_other_address_where_there_is_no_first() -> None:
    assert group(shippingAddress=None, billingAddress=NEW_YORK) == "US-NY"
    bill_to_first = replace(AREAS, by="bill_to")
    assert group(bill_to_first, shippingAddress=CALIFORNIA, billingAddress=NEW_YORK) == "US-NY"
    assert group(bill_to_first, shippingAddress=CALIFORNIA, billingAddress=None) == "US-CA"


def test_ac060_the_rest_of_a_country_has_its_own_row() -> None:
    assert group(shippingAddress=TEXAS) == "US"


def test_ac060_no_row_leaves_the_customers_group() -> None:
    """No other address is asked: its tax area would be a wrong one."""
    assert group(shippingAddress=SWEDEN, billingAddress=CALIFORNIA) == ""
    assert group(replace(AREAS, by="none"), shippingAddress=CALIFORNIA) == ""
    assert group(TaxAreas(), shippingAddress=CALIFORNIA) == ""
    assert group(shippingAddress=None, billingAddress=None) == ""


def test_ac060_an_exempt_order_has_the_areas_group_for_them() -> None:
    assert group(shippingAddress=NEW_YORK, taxExempt=True) == "US-EXEMPT"
    assert group(shippingAddress=NEW_YORK, taxExempt=False) == "US-NY"
    assert group(shippingAddress=CALIFORNIA, taxExempt=True) == "US-CA"


def test_ac060_the_product_groups_are_those_of_the_area() -> None:
    node = order("108.00", [line(taxes=(tax("8.00", 8.0),))], shippingAddress=CALIFORNIA)
    terms = {"tax_areas": AREAS, "area_tax_groups": {"US-CA": {Decimal(8): "TAXABLE"}}}

    document = draft(node, **terms)

    assert (document.vat_bus, document.lines[0].vat_prod) == ("US-CA", "TAXABLE")
    assert (draft(node).vat_bus, draft(node).lines[0].vat_prod) == ("", "")


def given_export(books: Books, shop: Shop) -> None:
    """Goods to the US bear no tax, those to everybody else 25 percent."""
    for code, pct in (("EXPORT|VAT0", "0"), ("EXPORT|VAT25", "0")):
        Lookup.objects.create(
            company=books, kind=Lookup.Kind.VAT_RATE, code=code, data={"pct": pct, "type": "normal"}
        )
    TaxArea.objects.create(shop=shop, country="US", vat_bus="EXPORT")


US = {"firstName": "Ann", "lastName": "Lee", "address1": "1 Main St", "city": "Reno",
      "country": "United States", "countryCode": "US"}  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["given", "calculated"])
def test_ac060_the_document_and_its_ledger_have_the_areas_group(
    shopify: Sandbox, books: Books, shop: Shop, run: Run, mode: str
) -> None:
    given_export(books, shop)
    change_settings(shop, tax_mode=mode)
    abroad, here = shopify.place(LAMP, shippingAddress=US), shopify.place(LAMP)
    run("orders")
    run("documents")

    assert order_named(abroad).reason == ""
    document = document_of(abroad)
    assert (document.vat_bus, document.amount_incl) == ("EXPORT", Decimal(200))
    if mode == "given":  # else 25 percent come on top, and the order waits
        assert document_of(here).vat_bus == "DOMESTIC"
    posted = post_order(document.pk, today=TODAY).invoice
    assert posted is not None
    codes = posted.gl_entries.exclude(vat_code="").values_list("vat_code", flat=True)
    assert {code.partition("|")[0] for code in codes} == {"EXPORT"}


@pytest.mark.django_db(transaction=True)
def test_ac060_a_credit_memo_has_the_group_of_the_invoice_it_corrects(
    shopify: Sandbox, books: Books, shop: Shop, run: Run
) -> None:
    given_export(books, shop)
    name = shopify.place(LAMP, shippingAddress=US)
    run("orders")
    run("documents")
    invoice = post_order(document_of(name).pk, today=TODAY).invoice
    assert invoice is not None
    assert invoice.party is not None

    memo = create_sales_document(
        books,
        SalesDocumentDraft(
            kind="credit_memo",
            customer_no=invoice.party.no,
            currency="EUR",
            document_date=TODAY,
            corrects_no=invoice.posted_no or "",
            lines=(LineDraft(item_no="LAMP", unit_price=Decimal(100), vat_prod="VAT0"),),
        ),
    )

    assert (memo.vat_bus, memo.amount_incl) == ("EXPORT", Decimal(100))
    posted = post_document(memo.pk, today=TODAY)
    assert posted.state == "posted"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("given", [{"lines": {"LAMP": 1}}, {"more": "5.00"}], ids=["goods", "more"])
def test_ac060_a_refund_is_credited_in_the_area_of_its_invoice(
    shopify: Sandbox, books: Books, shop: Shop, run: Run, given: dict[str, Any]
) -> None:
    """Also what is paid back for no goods."""
    given_export(books, shop)
    change_settings(shop, refund_account=books.account("refund"))
    name = shopify.place(LAMP, shippingAddress=US)
    run("orders")
    run("documents")
    post_order(document_of(name).pk, today=TODAY)
    shopify.control("orders/refund", {"name": name, **given})
    run("orders")

    log = run("refunds")

    assert log.counts == {"read": 1, "created": 1}
    memo = Document.objects.get(kind=Document.Kind.CREDIT_MEMO)
    assert memo.vat_bus == "EXPORT"
    assert post_document(memo.pk, today=TODAY).state == "posted"
