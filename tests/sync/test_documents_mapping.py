"""What sales document an order becomes. Amounts are Shopify's current ones, to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connector.sync.errors import Blocked, NoDocument, TotalsDiffer, Unmapped
from connector.sync.mapping.documents import document_total, sales_document
from connector.sync.mapping.terms import Accounts, DocumentTerms, ItemRef
from erp.drafts import LineDraft, SalesDocumentDraft
from tests.sync.nodes import address, bag, charge, line, order, read, tax

VARIANT = "gid://shopify/ProductVariant/1"


class Everyone(dict[str, str]):
    """Every order has the customer C1."""

    def __missing__(self, _gid: str) -> str:
        return "C1"


TERMS = DocumentTerms(
    shop_code="DEMO",
    zone=ZoneInfo("Europe/Oslo"),
    accounts=Accounts("6100", "2300", "4200", "7900", "4000", "4300"),
    items={VARIANT: ItemRef("LAMP")},
    customers=Everyone(),
    not_mapped={},
    tax_groups={Decimal(25): "VAT25", Decimal(0): "VAT0"},
    location_code="MAIN",
)


def draft(node: dict[str, Any], **terms: Any) -> SalesDocumentDraft:
    return sales_document(read(node), replace(TERMS, **terms)).draft


def accounts(document: SalesDocumentDraft) -> list[tuple[str, Decimal, Decimal]]:
    return [(x.account_no, x.unit_price, x.line_discount) for x in document.lines if x.account_no]


def test_an_item_line_carries_quantity_price_discount_and_tax_as_shopify_gives_them() -> None:
    node = order("202.50", [line("90.00", 2, discount="18.00", taxes=(tax("40.50"),))])

    [item] = draft(node).lines

    assert item == LineDraft(
        type="item",
        quantity=Decimal(2),
        unit_price=Decimal("90.00"),
        item_no="LAMP",
        location_code="MAIN",
        text="Lamp",
        line_discount=Decimal("18.00"),
        tax=Decimal("40.50"),
        vat_prod="VAT25",
    )


@pytest.mark.parametrize(
    ("status", "setting", "kind"),
    [("UNFULFILLED", True, "order"), ("FULFILLED", True, "invoice"), ("FULFILLED", False, "order")],
)
def test_a_fulfilled_order_becomes_an_invoice_where_the_shop_says_so(
    status: str, setting: bool, kind: str
) -> None:
    """AC-070."""
    node = order("100.00", [line()], displayFulfillmentStatus=status)

    assert draft(node, create_invoices=setting).kind == kind


def test_the_first_line_names_the_order_where_the_shop_says_so() -> None:
    """AC-072."""
    node = order("100.00", [line()], name="#1001")

    [comment, _item] = draft(node, order_no_line=True).lines

    assert (comment.type, comment.text) == ("comment", "Shopify Order No.: #1001")


def test_shipping_goes_to_its_account_with_its_discount() -> None:
    """AC-073."""
    node = order("100.00", [line()], shipping=(charge("10.00", discount="10.00"),))

    assert accounts(draft(node)) == [("6100", Decimal("10.00"), Decimal("10.00"))]


def test_free_shipping_gives_no_line() -> None:
    """AC-073: a charge of 0."""
    node = order("100.00", [line()], shipping=(charge("0.0"),))

    assert accounts(draft(node)) == []


def test_shipping_that_was_refunded_is_taken_off() -> None:
    node = order(
        "106.00", [line()], shipping=(charge("10.00"),), currentShippingPriceSet=bag("6.00")
    )

    assert accounts(draft(node)) == [("6100", Decimal("10.00"), Decimal("4.00"))]


def test_cash_rounding_is_a_line_and_part_of_the_total() -> None:
    """AC-074."""
    node = order("9.99", [line("9.99")], totalCashRoundingAdjustment={"paymentSet": bag("0.01")})

    document = draft(node)

    assert accounts(document) == [("7900", Decimal("0.01"), Decimal(0))]
    assert document_total(document) == Decimal("10.00")


def test_what_no_line_and_no_shipping_bears_of_the_discounts_is_the_invoice_discount() -> None:
    """AC-075."""
    node = order(
        "80.00",
        [line("100.00", discount="20.00")],
        shipping=(charge("10.00", discount="5.00"),),
        currentTotalDiscountsSet=bag("30.00"),
        currentTotalPriceSet=bag("80.00"),
    )

    assert draft(node).invoice_discount == Decimal("5.00")


def test_the_buyers_currency_is_used_where_the_shop_says_so() -> None:
    """AC-076."""
    sold = line("1000", originalUnitPriceSet=bag("1000", "7450"))
    node = order(
        "1000", [sold], presentmentCurrencyCode="DKK", currentTotalPriceSet=bag("1000", "7450")
    )

    document = draft(node, presentment=True)

    assert (document.currency, document.lines[0].unit_price) == ("DKK", Decimal(7450))


def test_dates_are_those_of_the_shops_zone() -> None:
    """AC-022, AC-077."""
    terms = {
        "paymentTermsName": "Net 30",
        "paymentTermsType": "NET",
        "paymentSchedules": {"nodes": [{"dueAt": "2026-04-01T22:30:00Z"}]},
    }
    node = order("100.00", [line()], createdAt="2026-03-02T23:30:00Z", paymentTerms=terms)

    document = draft(node)

    assert (document.document_date, document.due_date) == (date(2026, 3, 3), date(2026, 4, 2))


def test_a_long_po_number_is_cut_and_kept_whole_in_the_notes() -> None:
    """AC-081."""
    number = "PO-" + "7" * 57
    node = order("100.00", [line()], poNumber=number, note="Ring twice")

    document = draft(node)

    assert document.external_no == number[:35]
    assert document.notes == f"PO number: {number}\nRing twice"


def test_a_tip_goes_to_its_account_and_the_next_line_does_not() -> None:
    """AC-024."""
    tip = line("5.00", title="Tip", variant=None, requiresShipping=False)
    node = order("105.00", [tip, line()], totalTipReceivedSet=bag("5.00"))

    first, second = draft(node).lines

    assert (first.account_no, second.item_no) == ("4200", "LAMP")


def test_a_tip_in_another_language_is_known_by_its_amount() -> None:
    tip = line("5.00", title="Tips", variant=None, requiresShipping=False)
    node = order("105.00", [tip, line()], totalTipReceivedSet=bag("5.00"))

    assert draft(node).lines[0].account_no == "4200"


def test_a_tip_without_a_line_gets_one() -> None:
    node = order("105.00", [line()], totalTipReceivedSet=bag("5.00"))

    assert accounts(draft(node)) == [("4200", Decimal("5.00"), Decimal(0))]


def test_a_sold_gift_card_is_a_liability_also_where_its_product_has_an_item() -> None:
    node = order("50.00", [line("50.00", isGiftCard=True)])

    assert accounts(draft(node)) == [("2300", Decimal("50.00"), Decimal(0))]


def test_a_removed_unit_is_not_sold_and_its_share_of_discount_and_tax_neither() -> None:
    # 48.00 × 2, 20 % off, one removed: 38.40 and not 28.80
    sold = line("48.00", 2, current=1, discount="19.20", taxes=(tax("19.20"),))
    node = order(
        "48.00", [sold], currentTotalTaxSet=bag("9.60"), currentTotalDiscountsSet=bag("9.60")
    )

    document = draft(node)

    [item] = document.lines
    assert (item.quantity, item.line_discount, item.tax) == (
        Decimal(1),
        Decimal("9.60"),
        Decimal("9.60"),
    )
    assert document_total(document) == Decimal("48.00")


def test_a_removed_line_is_not_on_the_document() -> None:
    """AC-033."""
    node = order("100.00", [line(), line("30.00", current=0)])

    assert len(draft(node).lines) == 1


def test_cents_of_shared_taxes_go_where_they_add_up() -> None:
    lines = [
        line("1.00", 3, current=1, taxes=(tax("0.25", 8.3),)),
        line("1.00", 3, current=1, taxes=(tax("0.25", 8.3),)),
    ]
    node = order("2.17", lines, currentTotalTaxSet=bag("0.17"))

    assert sum(item.tax or 0 for item in draft(node).lines) == Decimal("0.17")


def test_prices_that_include_tax_stay_so() -> None:
    node = order("125.00", [line("125.00", taxes=(tax("25.00"),))], taxesIncluded=True)

    document = draft(node)

    assert document.prices_incl_vat
    assert document_total(document) == Decimal("125.00")


def test_a_document_that_would_not_add_up_is_refused_with_the_difference() -> None:
    """AC-080."""
    node = order("100.00", [line("99.00")])

    with pytest.raises(TotalsDiffer, match=r"99\.00 EUR, Shopify says 100\.00") as caught:
        draft(node, tolerance=Decimal("0.05"))

    assert caught.value.difference == Decimal("-1.00")


def test_a_difference_within_the_tolerance_passes() -> None:
    node = order("100.00", [line("99.97")])

    assert draft(node, tolerance=Decimal("0.05")).lines[0].unit_price == Decimal("99.97")


def test_all_that_is_missing_is_named_at_once() -> None:
    """AC-062: a gift card without its account; and AC-079, before anything is written."""
    unknown = line(variant="gid://shopify/ProductVariant/9", title="Chair", sku="CHAIR")
    node = order("205.00", [unknown, line(isGiftCard=True)], shipping=(charge("5.00"),))

    with pytest.raises(Unmapped) as caught:
        draft(node, accounts=Accounts(), not_mapped={node["id"]: "No customer has a@b.c."})

    assert str(caught.value) == (
        "No customer has a@b.c. Missing: an item for “Chair” (SKU CHAIR); "
        "the sold gift card account; the shipping charges account."
    )


def test_an_order_of_which_nothing_is_left_needs_no_document() -> None:
    with pytest.raises(NoDocument, match="refunded or removed"):
        draft(order("0.0", [line(current=0)]))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"test": True}, "test"),
        ({"risk": {"assessments": [{"riskLevel": "HIGH"}]}}, "high_risk"),
        ({"cancelledAt": "2026-03-03T10:00:00Z"}, "cancelled"),
    ],
)
def test_orders_that_a_person_should_see_wait(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Blocked) as caught:
        draft(order("100.00", [line()], **fields))

    assert caught.value.code == code


def test_the_order_number_is_used_where_the_shop_says_so_unless_it_begins_with_an_at() -> None:
    assert draft(order("100.00", [line()], name="#1001"), use_shopify_order_no=True).no == "#1001"
    with pytest.raises(Blocked, match="cannot start with @"):
        draft(order("100.00", [line()], name="@INVALID123"), use_shopify_order_no=True)


def test_a_company_stands_first_in_an_address_and_the_person_second() -> None:
    node = order("100.00", [line()], shippingAddress=address(company="Holm AS"))

    ship_to = draft(node).ship_to

    assert ship_to is not None
    assert (ship_to.name, ship_to.name_2, ship_to.country) == ("Holm AS", "Kari Holm", "NO")


def test_the_same_order_asks_under_the_same_request() -> None:
    node = order("100.00", [line()])

    assert draft(node).request_id == draft(node).request_id != draft(node, shop_code="B").request_id


def test_goods_that_were_exchanged_before_processing_are_sold_as_what_they_became() -> None:
    """AC-036: the returned unit is off the order and its substitute is on it, as in its total."""
    exchanged = line("60.00", gid="gid://shopify/LineItem/77", title="Chair")
    node = order("60.00", [line(current=0), exchanged], returnStatus="IN_PROGRESS")

    document = sales_document(read(node), TERMS)

    assert document.line_gids == ("gid://shopify/LineItem/77",)
    assert document_total(document.draft) == Decimal("60.00")
