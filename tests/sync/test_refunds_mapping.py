"""What a refund is credited as, told from plain values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connector.shopify.nodes.order import OrderNode, RefundNode
from connector.sync.errors import Blocked, NoDocument, Skip
from connector.sync.mapping.refunds import RefundTerms, Sold, SoldLine, check, credit_memo
from connector.sync.mapping.terms import Accounts
from erp.drafts import SalesDocumentDraft
from tests.sync import nodes

TERMS = RefundTerms(
    shop_code="DEMO",
    zone=ZoneInfo("Europe/Oslo"),
    accounts=Accounts(shipping="4100", refund="4800", not_restocked="4900"),
    tax_groups={Decimal(25): "VAT25"},
)
LINE = "gid://shopify/LineItem/71"
CARD = "gid://shopify/LineItem/72"


def refund_line(gid: str = LINE, restock: str = "RETURN", **more: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/RefundLineItem/1",
        "quantity": 1,
        "restockType": restock,
        "location": None,
        "lineItem": {"id": gid, "name": "Lamp"},
        "priceSet": nodes.bag("100.00"),
        "subtotalSet": nodes.bag("100.00"),
        "totalTaxSet": nodes.bag("0.00"),
        **more,
    }


def refund(amount: str, *lines: dict[str, Any], **more: Any) -> RefundNode:
    whole = {"pageInfo": {"hasNextPage": False, "endCursor": None}}
    node = {
        "id": "gid://shopify/Refund/1",
        "createdAt": "2026-03-09T23:30:00Z",
        "updatedAt": "2026-03-09T23:30:00Z",
        "note": None,
        "totalRefundedSet": nodes.bag(amount),
        "refundLineItems": {"nodes": list(lines), **whole},
        "refundShippingLines": {"nodes": [], **whole},
        "transactions": {"nodes": [], **whole},
        **more,
    }
    return RefundNode.from_node(node)


def bought(*lines: dict[str, Any]) -> OrderNode:
    return nodes.read(nodes.order("100.00", list(lines) or [nodes.line(gid=LINE)]))


def sold(*lines: tuple[str, SoldLine], **more: Any) -> Sold:
    found: dict[str, list[SoldLine]] = {}
    for gid, line in lines or ((LINE, LAMP),):
        found.setdefault(gid, []).append(line)
    values = {"invoices": ("PI1", "PI2"), "presentment": False, **more}
    return Sold(
        document="SO1", customer_no="C1", bill_to_no="", currency="EUR", lines=found, **values
    )


LAMP = SoldLine("PI1", 20000, Decimal(2), item_no="LAMP", location_code="MAIN", uom="PCS")


def credited(paid_back: RefundNode, what: Sold | None = None) -> SalesDocumentDraft:
    return credit_memo(bought(), paid_back, what or sold(), TERMS, earlier=False)


@pytest.mark.parametrize(
    ("amount", "lines", "transactions", "refusal"),
    [
        ("5.00", [], [], None),
        ("0.00", [refund_line(restock="RETURN")], [], None),
        ("0.00", [refund_line(restock="NO_RESTOCK")], [], NoDocument),
        ("0.00", [refund_line(restock="CANCEL")], [], NoDocument),
        ("0.00", [], [], NoDocument),
        ("0.00", [refund_line()], [{"kind": "REFUND", "status": "PENDING"}], Skip),
        ("5.00", [], [{"kind": "REFUND", "status": "SUCCESS"}], None),
    ],
)
def test_what_can_become_a_credit_memo(
    amount: str,
    lines: list[dict[str, Any]],
    transactions: list[dict[str, Any]],
    refusal: type[Exception] | None,
) -> None:
    """AC-130, AC-132; what belongs to a return is told by its restocking alone."""
    paid = {"nodes": transactions, "pageInfo": {"hasNextPage": False}}
    paid_back = refund(amount, *lines, transactions=paid)
    if refusal is None:
        check(paid_back)
    else:
        with pytest.raises(refusal):
            check(paid_back)


@pytest.mark.parametrize(
    ("restock", "account"),
    [("RETURN", ""), ("LEGACY_RESTOCK", ""), ("CANCEL", "4800"), ("NO_RESTOCK", "4900")],
)
def test_the_fate_of_goods_decides_where_their_money_goes(restock: str, account: str) -> None:
    (line,) = credited(refund("100.00", refund_line(restock=restock))).lines

    assert (line.item_no, line.account_no) == ("" if account else "LAMP", account)
    assert line.corrects_line == 20000


def test_a_gift_card_goes_back_to_the_account_it_was_sold_by() -> None:
    card = SoldLine("PI1", 10000, Decimal(1), account="2400")
    what = sold((CARD, card))

    (line,) = credited(refund("100.00", refund_line(CARD, "NO_RESTOCK")), what).lines

    assert (line.type, line.account_no, line.corrects_line) == ("account", "2400", 10000)


def test_the_invoice_that_has_the_goods_is_corrected() -> None:
    """Of two the one of which enough is left; a line of which too little is left stays untied."""
    second = SoldLine("PI2", 30000, Decimal(1), item_no="LAMP", uom="PCS")
    what = sold((LINE, SoldLine("PI1", 20000, Decimal(0), item_no="LAMP")), (LINE, second))

    memo = credited(refund("100.00", refund_line()), what)

    assert (memo.corrects_no, memo.lines[0].corrects_line) == ("PI2", 30000)
    untied = credited(
        refund("200.00", refund_line(quantity=2, subtotalSet=nodes.bag("200.00"))), what
    )
    assert untied.lines[0].corrects_line is None


def test_an_amount_alone_corrects_the_newest_invoice() -> None:
    memo = credited(refund("5.00"))

    (line,) = memo.lines
    assert memo.corrects_no == "PI2"
    assert (line.account_no, line.unit_price, line.tax) == ("4800", Decimal(5), Decimal(0))


def test_an_amount_alone_bears_the_one_rate_of_the_order() -> None:
    """Of several rates none."""
    whole, other = nodes.tax("25.00"), nodes.tax("12.00", 12.0)
    one = bought(nodes.line(gid=LINE, taxes=(whole,)))
    two = bought(nodes.line(gid=LINE, taxes=(whole,)), nodes.line(taxes=(other,)))

    (line,) = credit_memo(one, refund("17.50"), sold(), TERMS, earlier=False).lines
    assert (line.unit_price, line.tax, line.vat_prod) == (Decimal(14), Decimal("3.50"), "VAT25")
    (line,) = credit_memo(two, refund("17.50"), sold(), TERMS, earlier=False).lines
    assert (line.unit_price, line.tax) == (Decimal("17.50"), Decimal(0))


def test_its_day_is_that_of_the_shops_zone() -> None:
    """23:30 in UTC is the next day in Oslo."""
    assert str(credited(refund("5.00")).document_date) == "2026-03-10"


def test_what_is_not_invoiced_waits_and_what_was_never_sold_is_named() -> None:
    with pytest.raises(Skip, match="SO1 is not invoiced yet"):
        credited(refund("100.00", refund_line()), sold(invoices=()))
    waiting = sold((CARD, LAMP), not_invoiced=frozenset({LINE}))
    with pytest.raises(Skip, match="“Lamp” of SO1 is not invoiced yet"):
        credited(refund("100.00", refund_line()), waiting)
    with pytest.raises(Blocked, match="“Lamp” is not on SO1"):
        credited(refund("100.00", refund_line()), sold((CARD, LAMP)))


def test_a_refund_that_was_not_read_whole_is_not_credited() -> None:
    more = {"nodes": [], "pageInfo": {"hasNextPage": True}}
    with pytest.raises(Blocked, match="more shipping lines"):
        check(refund("5.00", transactions=more))
