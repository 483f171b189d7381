"""Answers read into values: every field that a document asks for, and every null it may bring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from graphql import FieldNode, SelectionSetNode, parse
from graphql.language import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
)

from connector.shopify.documents import load
from connector.shopify.nodes.fulfillment_order import (
    FulfillmentNode,
    FulfillmentOrderLineNode,
    FulfillmentOrderNode,
    OrderFulfillmentState,
)
from connector.shopify.nodes.location import LocationNode
from connector.shopify.nodes.money import ZERO, MoneyBag, TaxNode
from connector.shopify.nodes.order import OrderNode
from connector.shopify.nodes.order_line import OrderLineNode, ShippingLineNode
from connector.shopify.nodes.party import AddressNode, CompanyNode, CustomerNode
from connector.shopify.nodes.refund import RefundNode
from connector.shopify.nodes.shop import ShopNode
from connector.shopify.nodes.status import FinancialStatus, FulfillmentStatus, ShipmentStatus
from connector.shopify.nodes.transaction import TransactionNode
from tests.shopify import raw

MVA = TaxNode("MVA", Decimal(25), MoneyBag(Decimal(20), Decimal(20)), channel_liable=False)
SHOP_INFO = {
    "shop": {
        "name": "Demo",
        "myshopifyDomain": "demo.myshopify.com",
        "currencyCode": "NOK",
        "ianaTimezone": "Europe/Oslo",
        "taxesIncluded": True,
        "plan": {
            "publicDisplayName": "Basic",
            "partnerDevelopment": False,
            "shopifyPlus": False,
        },
    },
    "currentAppInstallation": {"accessScopes": [{"handle": "read_orders"}]},
}
LOCATION = {
    "id": "gid://shopify/Location/1",
    "name": "Oslo",
    "isActive": True,
    "isFulfillmentService": True,
    "shipsInventory": True,
    "fulfillmentService": {"serviceName": "Lager AS"},
}


def same(amount: str) -> MoneyBag:
    return MoneyBag(Decimal(amount), Decimal(amount))


def test_an_order_is_read_with_everything_in_it() -> None:
    order = OrderNode.from_node(raw.order())

    assert order == OrderNode(
        gid="gid://shopify/Order/1",
        name="#1001",
        created_at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        updated_at=datetime(2026, 3, 2, 11, 0, tzinfo=UTC),
        processed_at=datetime(2026, 3, 2, 9, 59, 59, tzinfo=UTC),
        closed=False,
        cancelled_at=None,
        cancel_reason="",
        confirmed=True,
        test=False,
        edited=True,
        email="kari@example.no",
        phone="",
        note="Ring the bell",
        po_number="PO 7",
        tags=("vip", "b2b"),
        source_name="web",
        attributes=(("gift", "yes"),),
        currency="NOK",
        presentment_currency="EUR",
        taxes_included=True,
        tax_exempt=False,
        financial_status=FinancialStatus.PAID,
        fulfillment_status=FulfillmentStatus.UNFULFILLED,
        return_status="NO_RETURN",
        fully_paid=True,
        unpaid=False,
        current_quantity=1,
        gateways=("shopify_payments",),
        discount_codes=("SPRING",),
        total=same("1"),
        current_total=same("2"),
        current_subtotal=same("3"),
        current_tax=same("4"),
        current_discounts=same("5"),
        current_shipping=same("6"),
        current_duties=same("7"),
        current_fees=same("8"),
        tip=same("9"),
        refunded=same("10"),
        outstanding=same("-11"),
        cash_rounding=same("-0.01"),
        current_tax_lines=(TaxNode("MVA", Decimal(25), same("4"), channel_liable=False),),
        channel="Online Store",
        retail_location_gid="gid://shopify/Location/1",
        retail_location_name="Oslo",
        high_risk=True,
        payment_terms_name="Net 30",
        payment_terms_type="NET",
        due_at=datetime(2026, 4, 1, tzinfo=UTC),
        customer=CustomerNode(
            "gid://shopify/Customer/1", "Kari", "", "kari@example.no", "+4722222222"
        ),
        company=CompanyNode(
            "gid://shopify/Company/1", "Nordmann AS", "gid://shopify/CompanyLocation/1", "Oslo"
        ),
        shipping_address=_address("Oslo"),
        billing_address=_address("Bergen"),
        refunds=(),
        transactions=(
            TransactionNode(
                gid="gid://shopify/OrderTransaction/1",
                kind="SALE",
                status="SUCCESS",
                gateway="shopify_payments",
                test=False,
                processed_at=datetime(2026, 3, 2, 10, 0, 1, tzinfo=UTC),
                amount=same("289"),
            ),
        ),
        returns=(),
        shipping_lines=(
            ShippingLineNode(
                gid="gid://shopify/ShippingLine/1",
                title="Posten",
                code="POSTEN",
                price=same("99"),
                discounts=(same("9"),),
                taxes=(TaxNode("MVA", Decimal(25), same("18"), channel_liable=True),),
            ),
        ),
        lines=(
            OrderLineNode(
                gid="gid://shopify/LineItem/1",
                title="Kopp",
                variant_title="blå",
                name="Kopp - blå",
                sku="KOPP-1",
                quantity=2,
                current_quantity=1,
                requires_shipping=True,
                taxable=True,
                gift_card=False,
                attributes=(("engraving", "Kari"), ("x", "")),
                product_gid="gid://shopify/Product/1",
                variant_gid="gid://shopify/ProductVariant/2",
                unit_price=MoneyBag(Decimal(100), Decimal("9.5")),
                discounts=(same("10"),),
                taxes=(MVA,),
            ),
        ),
        lines_complete=True,
        lines_cursor=None,
    )


def _address(city: str) -> AddressNode:
    return AddressNode(
        first_name="Kari",
        last_name="Nordmann",
        company="",
        address1="Storgata 1",
        address2="",
        zip="0155",
        city=city,
        province_code="NO-03",
        province="Oslo",
        country_code="NO",
        phone="",
    )


def test_an_order_is_read_with_nothing_that_may_be_missing() -> None:
    order = OrderNode.from_node(raw.bare_order())

    texts = [order.email, order.phone, order.note, order.po_number, order.source_name]
    assert texts == [""] * 5
    assert order.financial_status == ""
    assert (order.current_duties, order.current_fees) == (ZERO, ZERO)
    assert (order.channel, order.retail_location_gid, order.retail_location_name) == ("", None, "")
    assert (order.payment_terms_name, order.payment_terms_type, order.due_at) == ("", "", None)
    parties = [order.customer, order.company, order.shipping_address, order.billing_address]
    assert parties == [None] * 4
    assert (order.lines, order.shipping_lines, order.transactions) == ((), (), ())
    assert not order.high_risk


def test_a_deleted_product_and_a_custom_line_have_no_gids() -> None:
    node = raw.line(product=None, variant=None, sku=None, variantTitle=None)

    line = OrderLineNode.from_node(node)

    assert (line.product_gid, line.variant_gid, line.sku, line.variant_title) == (None,) * 2 + (
        "",
        "",
    )


def test_an_order_with_more_lines_says_where_they_begin() -> None:
    order = OrderNode.from_node(raw.order(lineItems=raw.connection(more_after="c1")))

    assert (order.lines_complete, order.lines_cursor) == (False, "c1")


def test_a_person_who_buys_is_no_company() -> None:
    order = OrderNode.from_node(raw.order(purchasingEntity={}))

    assert order.company is None


def test_terms_without_a_date_are_due_at_no_time() -> None:
    terms = {
        "paymentTermsName": "Due on fulfillment",
        "paymentTermsType": "FULFILLMENT",
        "paymentSchedules": {"nodes": [{"dueAt": None}]},
    }

    assert OrderNode.from_node(raw.order(paymentTerms=terms)).due_at is None


def test_a_status_shopify_invents_stays_text() -> None:
    order = OrderNode.from_node(
        raw.order(displayFinancialStatus="BARTERED", displayFulfillmentStatus="BEAMED")
    )

    assert (order.financial_status, order.fulfillment_status) == ("BARTERED", "BEAMED")


@pytest.mark.parametrize(
    ("text", "amount"), [("0.0", "0"), ("0.00", "0"), ("-0.05", "-0.05"), ("1E+2", "100")]
)
def test_amounts_are_exact(text: str, amount: str) -> None:
    assert MoneyBag.from_node(raw.bag(text)) == same(amount)


def test_a_tax_rate_is_the_number_that_was_written() -> None:
    tax = TaxNode.from_node(raw.tax(ratePercentage=5.55, channelLiable=None))

    assert (tax.rate_percentage, tax.channel_liable) == (Decimal("5.55"), False)
    assert TaxNode.from_node(raw.tax(ratePercentage=None)).rate_percentage is None


def test_an_answer_of_another_shape_is_not_read() -> None:
    node = raw.order()
    del node["totalRefundedSet"]

    with pytest.raises(KeyError, match="totalRefundedSet"):
        OrderNode.from_node(node)


def test_what_is_left_to_ship_is_read() -> None:
    state = OrderFulfillmentState.from_node(raw.shipping_state())

    assert state == OrderFulfillmentState(
        order_gid="gid://shopify/Order/1",
        status=FulfillmentStatus.PARTIALLY_FULFILLED,
        fulfillments=(
            FulfillmentNode(
                gid="gid://shopify/Fulfillment/1",
                status=ShipmentStatus.SUCCESS,
                created_at=datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
                tracking_numbers=("T1",),
                lines=(("gid://shopify/LineItem/1", 1),),
            ),
        ),
        fulfillment_orders=(
            FulfillmentOrderNode(
                gid="gid://shopify/FulfillmentOrder/1",
                status="OPEN",
                request_status="UNSUBMITTED",
                location_gid="gid://shopify/Location/1",
                location_name="Oslo",
                fulfillment_service=False,
                holds=("Awaiting payment",),
                lines=(
                    FulfillmentOrderLineNode(
                        "gid://shopify/FulfillmentOrderLineItem/1", "gid://shopify/LineItem/1", 1
                    ),
                ),
            ),
        ),
    )


def test_a_location_that_was_deleted_has_a_name_only() -> None:
    node = raw.fulfillment_order(assignedLocation={"name": "Gone", "location": None})

    order = FulfillmentOrderNode.from_node(node)

    assert (order.location_gid, order.location_name, order.fulfillment_service) == (
        None,
        "Gone",
        False,
    )


def test_a_shop_and_a_location_are_read() -> None:
    assert ShopNode.from_data(SHOP_INFO) == ShopNode(
        name="Demo",
        domain="demo.myshopify.com",
        currency="NOK",
        timezone="Europe/Oslo",
        taxes_included=True,
        plan="Basic",
        development=False,
        plus=False,
        scopes=frozenset({"read_orders"}),
    )
    assert LocationNode.from_node(LOCATION) == LocationNode(
        gid="gid://shopify/Location/1",
        name="Oslo",
        active=True,
        fulfillment_service=True,
        service_name="Lager AS",
    )


def _selected(document: str) -> dict[str, Any]:
    """Return what a document selects, as nested dicts."""
    definitions = parse(load(document).text).definitions
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}

    def below(selections: SelectionSetNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                found |= below(fragments[node.name.value].selection_set)
            elif isinstance(node, InlineFragmentNode):
                found |= below(node.selection_set)
            elif isinstance(node, FieldNode):
                key = node.alias or node.name
                found[key.value] = below(node.selection_set) if node.selection_set else None
        return found

    (operation,) = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
    return below(operation.selection_set)


def _shape(node: Any) -> Any:
    """Return the keys of a raw node, as nested dicts; of a list, those of its first entry."""
    if isinstance(node, list):
        return _shape(node[0])
    if isinstance(node, dict):
        return {key: _shape(value) for key, value in node.items()}
    return None


class Watched(dict[str, Any]):
    """A raw node that knows which of its keys nobody has read."""

    def __init__(self, node: dict[str, Any]) -> None:
        super().__init__({key: _watched(value) for key, value in node.items()})
        self.unread = set(node)

    def __getitem__(self, key: str) -> Any:
        self.unread.discard(key)
        return super().__getitem__(key)

    def all_unread(self) -> Iterator[str]:
        yield from self.unread
        for value in self.values():
            for node in value if isinstance(value, list) else [value]:
                if isinstance(node, Watched):
                    yield from node.all_unread()


def _watched(value: Any) -> Any:
    if isinstance(value, list):
        return [_watched(entry) for entry in value]
    return Watched(value) if isinstance(value, dict) else value


def test_the_order_is_a_mirror_of_its_document() -> None:
    order = raw.order(refundIds=[{"id": "gid://shopify/Refund/1"}])
    node = Watched(order)

    OrderNode.from_node(node)

    assert _shape(order) == _selected("orders_page")["orders"]["nodes"] | {
        "risk": {"assessments": {"riskLevel": None}}
    }
    # the end of the shipping lines and the refunds are for `orders` only, which completes them
    assert sorted(node.all_unread()) == ["endCursor", "hasNextPage", "id", "pageInfo", "refundIds"]


def test_the_refund_is_a_mirror_of_its_document() -> None:
    node = Watched(raw.refund())

    RefundNode.from_node(node)

    assert _shape(raw.refund()) == _selected("orders_refunds")["orders"]["nodes"]["refunds"]
    assert list(node.all_unread()) == ["endCursor"]  # for `orders`, which completes the lines


def test_the_shipping_state_is_a_mirror_of_its_document() -> None:
    assert _shape(raw.shipping_state()) == _selected("fulfillment_orders")["nodes"]


def test_lines_that_come_later_are_asked_for_like_the_first() -> None:
    page = _selected("orders_page")["orders"]["nodes"]
    shipping = _selected("fulfillment_orders")["nodes"]
    later = {
        "order_lines": ("order", page["lineItems"]),
        "order_shipping_lines": ("order", page["shippingLines"]),
        "fulfillment_order_lines": (
            "fulfillmentOrder",
            shipping["fulfillmentOrders"]["nodes"]["lineItems"],
        ),
        "refund_lines": (
            "refund",
            _selected("orders_refunds")["orders"]["nodes"]["refunds"]["refundLineItems"],
        ),
        "fulfillment_lines": ("fulfillment", shipping["fulfillments"]["fulfillmentLineItems"]),
        "order_fulfillment_orders": ("order", shipping["fulfillmentOrders"]),
    }

    for document, (root, expected) in later.items():
        (connection,) = _selected(document)[root].values()
        assert connection == expected, document


RECORDED: dict[str, Any] = {
    "MoneyBag": (MoneyBag.from_node, {"shopMoney", "presentmentMoney"}, 100),
    "AddressNode": (AddressNode.from_node, set(raw.address()), 20),
    "FulfillmentOrderNode": (
        FulfillmentOrderNode.from_node,
        set(raw.fulfillment_order()) - {"fulfillmentHolds"},
        50,
    ),
    "FulfillmentNode": (FulfillmentNode.from_node, set(raw.fulfillment()), 10),
}


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_answers_are_read(shared: Path, name: str) -> None:
    read, keys, at_least = RECORDED[name]
    found = [node for node in _recorded(shared) if keys <= node.keys()]

    for node in found:
        if "assignedLocation" in node:  # the recordings ask for less of it
            node["assignedLocation"]["location"] = None
            node.setdefault("fulfillmentHolds", [])
        read(node)

    assert len(found) >= at_least


def _recorded(shared: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((shared / "shopify" / "captures").glob("*/*.json")):
        for exchange in json.loads(path.read_text(encoding="utf-8"))["exchanges"]:
            yield from _dicts(exchange["response"])


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    for entry in value.values() if isinstance(value, dict) else value:
        if isinstance(entry, dict | list):
            yield from _dicts(entry)
    if isinstance(value, dict):
        yield value
