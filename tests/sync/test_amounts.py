"""An order's amounts beside the books': every difference has its reason, or stays unexplained."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.pages.order_amounts import totals_of
from connector.sync.mapping.amounts import (
    Accounts,
    BookLine,
    Books,
    Comparison,
    Part,
    Reason,
    compare,
)
from connector.sync.models import DocumentLink
from tests.sync import nodes
from tests.sync.conftest import LAMP, Run, Sandbox, order_named

D = Decimal


def compared(node: dict[str, Any], books: Books, tolerance: str = "0") -> Comparison:
    accounts = Accounts(tip="2910", fees="6050", rounding="6710")
    return compare(nodes.read(node), books, accounts, lambda bag: bag.shop, D(tolerance))


def test_equal_sums_need_no_reason() -> None:
    found = compared(nodes.order("100.00", [nodes.line()]), Books(D(100), D(0)))

    assert not found.reasons
    assert found.unexplained == 0


def test_each_part_stands_beside_its_own() -> None:
    """Goods, a gift card, shipping, a tip, a fee: by the lines they stand for, else by account."""
    goods = nodes.line("100.00", taxes=(nodes.tax("25.00"),))
    card = nodes.line("50.00", isGiftCard=True)
    express = nodes.charge("10.00", discount="2.00")
    node = nodes.order(
        "193.00",
        [goods, card],
        shipping=(express,),
        totalTipReceivedSet=nodes.bag("5.00"),
        currentTotalDutiesSet=nodes.bag("5.00"),
    )
    lines = (
        BookLine(goods["id"], "", D(100)),
        BookLine(card["id"], "2420", D(50)),
        BookLine(express["id"], "3100", D(8)),
        BookLine("", "2910", D(5)),
        BookLine("", "6050", D(5)),
    )

    found = compared(node, Books(D(193), D(25), lines=lines))

    assert {row.part: (row.shopify, row.books) for row in found.rows} == {
        Part.GOODS: (D(100), D(100)),
        Part.GIFT_CARDS: (D(50), D(50)),
        Part.SHIPPING: (D(8), D(8)),
        Part.TIP: (D(5), D(5)),
        Part.FEES: (D(5), D(5)),
        Part.TAX: (D(25), D(25)),
    }
    assert found.unexplained == 0


def test_tax_within_prices_is_no_part_of_the_sum() -> None:
    line = nodes.line("125.00", taxes=(nodes.tax("25.00"),))
    node = nodes.order("125.00", [line], taxesIncluded=True)

    found = compared(node, Books(D(125), D(25), lines=(BookLine(line["id"], "", D(125)),)))

    assert {row.part: row.shopify for row in found.rows} == {Part.GOODS: 125, Part.TAX: 25}


def test_rounded_cash_is_a_reason() -> None:
    rounding = {"paymentSet": nodes.bag("0.01")}
    node = nodes.order("9.99", [nodes.line("9.99")], totalCashRoundingAdjustment=rounding)

    found = compared(node, Books(D("10.00"), D(0), lines=(BookLine("", "6710", D("0.01")),)))

    assert found.reasons == ((Reason.ROUNDING, D("0.01")),)
    assert found.unexplained == 0
    assert Part.ROUNDING in {row.part for row in found.rows}


@pytest.mark.parametrize(
    ("credited", "reasons", "unexplained"),
    [
        (D(0), (), D(10)),
        (D(4), ((Reason.BEYOND, D(-4)),), D(6)),
        (D(10), ((Reason.BEYOND, D(-10)),), D(0)),
    ],
    ids=["not credited", "in part", "wholly"],
)
def test_what_was_paid_back_for_no_goods_is_explained_once_it_is_credited(
    credited: Decimal, reasons: object, unexplained: Decimal
) -> None:
    node = nodes.order("100.00", [nodes.line()], totalRefundedSet=nodes.bag("10.00"))

    found = compared(node, Books(D(100), D(0), credited))

    assert (found.reasons, found.unexplained) == (reasons, unexplained)


def test_a_refund_that_is_not_credited_is_explained_by_nothing() -> None:
    node = nodes.order(
        "100.00",
        [nodes.line("100.00", 2, current=1)],
        totalPriceSet=nodes.bag("200.00"),
        totalRefundedSet=nodes.bag("100.00"),
    )

    assert compared(node, Books(D(200), D(0))).unexplained == 100
    assert compared(node, Books(D(200), D(0), D(100))).unexplained == 0


def test_a_cent_within_the_tolerance_is_a_reason() -> None:
    node = nodes.order("100.00", [nodes.line()])

    found = compared(node, Books(D("99.99"), D(0)), "0.01")

    assert found.reasons == ((Reason.TOLERANCE, D("-0.01")),)
    assert compared(node, Books(D("99.98"), D(0)), "0.01").unexplained == D("-0.02")


def test_payments_are_told_by_gateway_less_what_went_back() -> None:
    def moved(kind: str, gateway: str, amount: str, status: str = "SUCCESS") -> dict[str, Any]:
        return {
            "id": f"gid://shopify/OrderTransaction/{kind}{gateway}",
            "kind": kind,
            "status": status,
            "gateway": gateway,
            "test": False,
            "processedAt": None,
            "amountSet": nodes.bag(amount),
        }

    payments = [
        moved("SALE", "gift_card", "30.00"),
        moved("AUTHORIZATION", "card", "70.00"),
        moved("CAPTURE", "card", "70.00"),
        moved("REFUND", "card", "20.00"),
        moved("SALE", "card", "5.00", "FAILURE"),
    ]
    node = nodes.order("100.00", [nodes.line()], transactions=payments)

    assert dict(compared(node, Books(D(100), D(0))).paid) == {"gift_card": 30, "card": 50}


@pytest.mark.django_db(transaction=True)
def test_of_an_order_with_everything_on_it_each_part_agrees(shopify: Sandbox, run: Run) -> None:
    """Through the whole way: from the sandbox into a document, with a tip, shipping and a discount."""
    name = shopify.place(
        LAMP,
        shipping=[{"title": "Express", "price": "10.00"}],
        tip="5.00",
        discount="20.00",
    )
    run("orders")
    run("documents")
    order = order_named(name)

    totals = totals_of(order, DocumentLink.objects.select_related("document").get(order=order))

    assert totals is not None
    assert [(str(part.label), part.shopify, part.books) for part in totals.parts] == [
        ("Goods", D(180), D(180)),
        ("Shipping", D(10), D(10)),
        ("Tip", D(5), D(5)),
    ]
    assert (totals.shopify, totals.books, totals.unexplained) == (D(195), D(195), D(0))
