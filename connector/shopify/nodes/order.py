"""One order, as `orders_page.graphql` asks for it. Its parts have files of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from connector.shopify.nodes.money import ZERO, MoneyBag, TaxNode
from connector.shopify.nodes.order_line import OrderLineNode, ShippingLineNode
from connector.shopify.nodes.party import AddressNode, CompanyNode, CustomerNode
from connector.shopify.nodes.place import PlaceNode, places
from connector.shopify.nodes.refund import RefundNode
from connector.shopify.nodes.returned import ReturnNode
from connector.shopify.nodes.status import FinancialStatus, FulfillmentStatus, ReturnStatus, known
from connector.shopify.nodes.transaction import TransactionNode

__all__ = [
    "AddressNode",
    "CompanyNode",
    "CustomerNode",
    "MoneyBag",
    "OrderLineNode",
    "OrderNode",
    "PlaceNode",
    "RefundNode",
    "ReturnNode",
    "ShippingLineNode",
    "TaxNode",
    "TransactionNode",
]

_FINANCIAL = known(FinancialStatus)
_FULFILLMENT = known(FulfillmentStatus)
_RETURN = known(ReturnStatus)


@dataclass(frozen=True, slots=True)
class OrderNode:
    gid: str
    name: str  # "#1001"
    created_at: datetime  # aware, UTC, as all times here
    updated_at: datetime  # moves also when nothing visible changed
    processed_at: datetime  # when the customer bought; may lie before created_at
    closed: bool
    cancelled_at: datetime | None
    cancel_reason: str  # CUSTOMER, DECLINED, FRAUD, INVENTORY, OTHER, STAFF; "" if not cancelled
    confirmed: bool
    test: bool
    edited: bool
    email: str
    phone: str
    note: str
    po_number: str
    tags: tuple[str, ...]
    source_name: str  # "web", "pos", "shopify_draft_order", or an app's
    attributes: tuple[tuple[str, str], ...]  # (key, value), in Shopify's order
    currency: str  # ISO 4217, of every `.shop` amount
    presentment_currency: str  # of every `.presentment` amount
    taxes_included: bool  # prices of lines and shipping contain tax
    tax_exempt: bool
    financial_status: FinancialStatus | str  # "" when Shopify does not say
    fulfillment_status: FulfillmentStatus | str
    return_status: ReturnStatus | str  # ignores declined and cancelled returns
    fully_paid: bool
    unpaid: bool
    current_quantity: int  # units still on the order, all lines together
    gateways: tuple[str, ...]
    discount_codes: tuple[str, ...]
    total: MoneyBag  # as bought, before returns; the `current_…` ones after edits and returns
    current_total: MoneyBag
    current_subtotal: MoneyBag  # lines after discounts, before shipping
    current_tax: MoneyBag
    current_discounts: MoneyBag
    current_shipping: MoneyBag
    current_duties: MoneyBag  # zero when Shopify collects none
    current_fees: MoneyBag  # additional fees; zero when there are none
    tip: MoneyBag
    refunded: MoneyBag  # net of exchanges, never below zero
    outstanding: MoneyBag  # negative when the shop owes the customer
    cash_rounding: MoneyBag  # rounding of cash payments; may be negative
    current_tax_lines: tuple[TaxNode, ...]  # sums by title and rate
    channel: str  # the sales channel's name for people; "" when unknown
    retail_location_gid: str | None  # the store of a point-of-sale order
    retail_location_name: str
    high_risk: bool  # any assessment says HIGH
    payment_terms_name: str  # "Net 30"; "" when the order has no terms
    payment_terms_type: str  # FIXED, FULFILLMENT, NET, RECEIPT, UNKNOWN or ""
    due_at: datetime | None  # of the first payment
    customer: CustomerNode | None  # None: a guest, or deleted
    company: CompanyNode | None
    shipping_address: AddressNode | None
    billing_address: AddressNode | None
    transactions: tuple[TransactionNode, ...]
    refunds: tuple[RefundNode, ...]  # oldest first
    returns: tuple[ReturnNode, ...]  # none where the app may not read them
    shipping_lines: tuple[ShippingLineNode, ...]
    lines: tuple[OrderLineNode, ...]
    lines_complete: bool  # False: `order_lines` has more after `lines_cursor`
    lines_cursor: str | None
    places: tuple[PlaceNode, ...] = ()  # none where they were not asked for

    @property
    def channel_liable(self) -> bool:
        """Whether the sales channel, not the shop, remits some of the order's taxes."""
        return any(tax.channel_liable for tax in self.current_tax_lines)

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Read one node of `orders_page`.

        Written out field by field in one call: 400,000 of these an hour is a normal first import.
        Raises KeyError, TypeError, ValueError or ArithmeticError when the answer has another shape.
        """
        location = node["retailLocation"]
        terms = node["paymentTerms"]
        shipping, billing = node["shippingAddress"], node["billingAddress"]
        lines = node["lineItems"]
        return cls(
            gid=node["id"],
            name=node["name"],
            created_at=datetime.fromisoformat(node["createdAt"]),
            updated_at=datetime.fromisoformat(node["updatedAt"]),
            processed_at=datetime.fromisoformat(node["processedAt"]),
            closed=node["closed"],
            cancelled_at=_moment(node["cancelledAt"]),
            cancel_reason=node["cancelReason"] or "",
            confirmed=node["confirmed"],
            test=node["test"],
            edited=node["edited"],
            email=node["email"] or "",
            phone=node["phone"] or "",
            note=node["note"] or "",
            po_number=node["poNumber"] or "",
            tags=tuple(node["tags"]),
            source_name=node["sourceName"] or "",
            attributes=tuple([(a["key"], a["value"] or "") for a in node["customAttributes"]]),
            currency=node["currencyCode"],
            presentment_currency=node["presentmentCurrencyCode"],
            taxes_included=node["taxesIncluded"],
            tax_exempt=node["taxExempt"],
            financial_status=_FINANCIAL.get(
                node["displayFinancialStatus"], node["displayFinancialStatus"] or ""
            ),
            fulfillment_status=_FULFILLMENT.get(
                node["displayFulfillmentStatus"], node["displayFulfillmentStatus"]
            ),
            return_status=_RETURN.get(node["returnStatus"], node["returnStatus"]),
            fully_paid=node["fullyPaid"],
            unpaid=node["unpaid"],
            current_quantity=node["currentSubtotalLineItemsQuantity"],
            gateways=tuple(node["paymentGatewayNames"]),
            discount_codes=tuple(node["discountCodes"]),
            total=MoneyBag.from_node(node["totalPriceSet"]),
            current_total=MoneyBag.from_node(node["currentTotalPriceSet"]),
            current_subtotal=MoneyBag.from_node(node["currentSubtotalPriceSet"]),
            current_tax=MoneyBag.from_node(node["currentTotalTaxSet"]),
            current_discounts=MoneyBag.from_node(node["currentTotalDiscountsSet"]),
            current_shipping=MoneyBag.from_node(node["currentShippingPriceSet"]),
            current_duties=_bag(node["currentTotalDutiesSet"]),
            current_fees=_bag(node["currentTotalAdditionalFeesSet"]),
            tip=MoneyBag.from_node(node["totalTipReceivedSet"]),
            refunded=MoneyBag.from_node(node["totalRefundedSet"]),
            outstanding=MoneyBag.from_node(node["totalOutstandingSet"]),
            cash_rounding=MoneyBag.from_node(node["totalCashRoundingAdjustment"]["paymentSet"]),
            current_tax_lines=tuple(map(TaxNode.from_node, node["currentTaxLines"])),
            channel=node["attribution"]["displayName"] if node["attribution"] else "",
            retail_location_gid=location and location["id"],
            retail_location_name=location["name"] if location else "",
            high_risk=any(a["riskLevel"] == "HIGH" for a in node["risk"]["assessments"]),
            payment_terms_name=terms["paymentTermsName"] if terms else "",
            payment_terms_type=terms["paymentTermsType"] if terms else "",
            due_at=_due_at(terms),
            customer=CustomerNode.from_node(node["customer"]) if node["customer"] else None,
            company=CompanyNode.from_entity(node["purchasingEntity"]),
            shipping_address=AddressNode.from_node(shipping) if shipping else None,
            billing_address=AddressNode.from_node(billing) if billing else None,
            transactions=tuple(map(TransactionNode.from_node, node["transactions"])),
            refunds=tuple(map(RefundNode.from_node, node.get("refunds", ()))),
            returns=tuple(map(ReturnNode.from_node, node.get("returns", ()))),
            shipping_lines=tuple(map(ShippingLineNode.from_node, node["shippingLines"]["nodes"])),
            lines=tuple(map(OrderLineNode.from_node, lines["nodes"])),
            lines_complete=not lines["pageInfo"]["hasNextPage"],
            lines_cursor=lines["pageInfo"]["endCursor"],
            places=places(node),
        )


def _bag(node: dict[str, Any] | None) -> MoneyBag:
    return MoneyBag.from_node(node) if node else ZERO


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _due_at(terms: dict[str, Any] | None) -> datetime | None:
    """The first payment's date; terms "due on fulfillment" have none until goods leave."""
    schedules = terms["paymentSchedules"]["nodes"] if terms else ()
    return _moment(schedules[0]["dueAt"]) if schedules else None
