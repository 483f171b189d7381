"""What a refund is credited as, told from plain values."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connector.shopify.nodes.order import OrderNode, RefundNode
from connector.sync.errors import Blocked, NoDocument, Skip
from connector.sync.mapping.documents import document_total
from connector.sync.mapping.refund_terms import RefundTerms, Sold, SoldLine
from connector.sync.mapping.refunds import check, refund_document
from connector.sync.mapping.terms import Accounts
from erp.drafts import SalesDocumentDraft
from tests.shopify import raw
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
    return refund_document(bought(), paid_back, what or sold(), TERMS, earlier=False).draft


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
        check(paid_back, linked=False)
    else:
        with pytest.raises(refusal):
            check(paid_back, linked=False)


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
    one = bought(nodes.line(gid=LINE, taxes=(nodes.tax("25.00"),)))

    (line,) = refund_document(one, refund("17.50"), sold(), TERMS, earlier=False).draft.lines
    assert (line.unit_price, line.tax, line.vat_prod) == (Decimal(14), Decimal("3.50"), "VAT25")


def test_an_amount_alone_bears_several_rates_in_proportion() -> None:
    """Goods of 125.00 at 25 %, of 56.00 at 12 % and of 19.00 at none: 40.00 to the cent."""
    order = bought(
        nodes.line(gid=LINE, taxes=(nodes.tax("25.00"),)),
        nodes.line("50.00", taxes=(nodes.tax("6.00", 12.0),)),
        nodes.line("19.00"),
        nodes.line("500.00", isGiftCard=True),
    )

    draft = refund_document(order, refund("40.00"), sold(), TERMS, earlier=False).draft

    assert [(line.unit_price, line.tax, line.vat_prod) for line in draft.lines] == [
        (Decimal("20.00"), Decimal("5.00"), "VAT25"),
        (Decimal("10.00"), Decimal("1.20"), ""),
        (Decimal("3.80"), Decimal("0.00"), ""),
    ]
    assert document_total(draft) == Decimal("40.00")


@pytest.mark.parametrize("cents", [1, 2, 3, 5, 7, 10, 99, 101, 1999, 33333])
@pytest.mark.parametrize("included", [True, False])
def test_shares_of_an_amount_add_up_to_it(cents: int, *, included: bool) -> None:
    """However little there is to share."""
    lines = [
        nodes.line("33.33", gid=LINE, taxes=(nodes.tax("8.33"),)),
        nodes.line("33.33", taxes=(nodes.tax("4.00", 12.0),)),
        nodes.line("33.34", taxes=(nodes.tax("1.80", 5.4),)),
    ]
    order = nodes.read(nodes.order("100.00", lines, taxesIncluded=included))
    amount = Decimal(cents) / 100

    draft = refund_document(order, refund(str(amount)), sold(), TERMS, earlier=False).draft

    assert document_total(draft) == amount


def test_what_is_kept_bears_the_rate_of_what_came_back() -> None:
    """So goods that came back for nothing come to nothing, and so does their tax."""
    order = bought(
        nodes.line(gid=LINE, taxes=(nodes.tax("25.00"),)),
        nodes.line(taxes=(nodes.tax("12.00", 12.0),)),
    )
    line = refund_line(totalTaxSet=nodes.bag("25.00"))

    goods, kept = refund_document(
        order, refund("0.00", line), sold(), TERMS, earlier=False
    ).draft.lines

    assert (kept.unit_price, kept.tax) == (Decimal("-100.00"), Decimal("-25.00"))
    assert (goods.unit_price, goods.tax) == (Decimal(100), Decimal(25))


PLACES = {"gid://shopify/Location/1": "EAST", "gid://shopify/Location/2": "WEST"}


@pytest.mark.parametrize(
    ("told", "places", "original_first", "return_location", "expected"),
    [
        ("1", (), True, "RETURNS", "EAST"),
        (None, ("2",), True, "RETURNS", "WEST"),
        ("1", ("2",), True, "RETURNS", "EAST"),
        (None, (), True, "RETURNS", "RETURNS"),
        ("9", (), True, "RETURNS", "RETURNS"),
        (None, ("1", "2"), True, "RETURNS", "RETURNS"),
        ("1", (), False, "RETURNS", "RETURNS"),
        ("1", (), False, "", "EAST"),
        (None, ("1", "2"), True, "", "MAIN"),
        (None, (), False, "", "MAIN"),
    ],
)
def test_ac137_where_goods_come_back_to(
    told: str | None,
    places: tuple[str, ...],
    original_first: bool,
    return_location: str,
    expected: str,
) -> None:
    """The line's location, else the return's; several are none; by priority the return location.

    In the end where the goods were sold from.
    """
    terms = replace(
        TERMS, locations=PLACES, original_first=original_first, return_location=return_location
    )
    place = {"id": f"gid://shopify/Location/{told}"} if told else None
    dispositions = [{"location": {"id": f"gid://shopify/Location/{each}"}} for each in places]
    back = raw.returned(exchangeLineItems=raw.connection()) | {
        "arrivals": [
            {"fulfillmentLineItem": {"lineItem": {"id": LINE}}, "dispositions": dispositions}
        ]
    }
    order = nodes.read(nodes.order("100.00", [nodes.line(gid=LINE)], returns=[back]))
    paid_back = refund("100.00", refund_line(location=place))

    (line,) = refund_document(order, paid_back, sold(), terms, earlier=False).draft.lines

    assert line.location_code == expected


def test_ac130_what_belongs_to_a_return_is_told_though_nothing_was_paid_back() -> None:
    paid_back = refund("0.00", refund_line(restock="NO_RESTOCK"))

    check(paid_back, linked=True)
    with pytest.raises(NoDocument):
        check(paid_back, linked=False)


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
        check(refund("5.00", transactions=more), linked=False)
