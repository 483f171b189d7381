"""The lines of an order, goods and shipping, as Shopify shows them."""

from __future__ import annotations

from sandbox import totals
from sandbox.money import NOTHING, Bag, Currencies, text, total
from sandbox.nodes import Node, Nodes
from sandbox.nodes.values import attributes, bag, tax
from sandbox.records.order import Line, Order, ShippingLine


def line_node(line: Line, order: Order, nodes: Nodes, left: int) -> Node:
    """Return a LineItem with units `left` to fulfil.

    Variants the shop no longer has are null, as at Shopify.
    """
    return {
        "__typename": "LineItem",
        "id": line.gid,
        "name": line.name,
        "title": line.title,
        "variantTitle": line.variant_title,
        "sku": line.sku,
        "vendor": line.vendor,
        "quantity": line.quantity,
        "currentQuantity": line.current_quantity,
        "refundableQuantity": line.current_quantity,
        "unfulfilledQuantity": left,
        "fulfillableQuantity": left,
        "nonFulfillableQuantity": line.quantity - left,
        "requiresShipping": line.requires_shipping,
        "taxable": line.taxable,
        "isGiftCard": line.gift_card,
        "restockable": line.variant_gid is not None,
        "merchantEditable": order.cancelled_at is None,
        "customAttributes": attributes(line.attributes),
        "product": nodes.get(line.product_gid or ""),
        "variant": nodes.get(line.variant_gid or ""),
        "taxLines": [tax(line_tax, order.money) for line_tax in line.taxes],
        "duties": [],
        **_prices(line, order.money),
    }


def _prices(line: Line, money: Currencies) -> Node:
    gross = totals.line_gross(line, money, line.quantity)
    discount = total(line.discounts)
    net = gross - discount
    unit = money.part(net, 1, line.quantity)
    return {
        "originalUnitPrice": text(line.unit_price.shop),
        "originalUnitPriceSet": bag(line.unit_price, money),
        "originalTotalSet": bag(gross, money),
        "totalDiscountSet": bag(discount, money),
        "discountedUnitPriceAfterAllDiscountsSet": bag(unit, money),
        "discountAllocations": _allocations(line.discounts, money),
    }


def _allocations(discounts: tuple[Bag, ...], money: Currencies) -> list[Node]:
    return [
        {
            "allocatedAmount": bag(amount, money)["shopMoney"],
            "allocatedAmountSet": bag(amount, money),
        }
        for amount in discounts
    ]


def shipping_line_node(line: ShippingLine, order: Order) -> Node:
    money = order.money
    net = totals.shipping_net(line)
    left = net - line.refunded if line.refunded else net
    return {
        "__typename": "ShippingLine",
        "id": line.gid,
        "title": line.title,
        "code": line.code,
        "source": "shopify",
        "carrierIdentifier": None,
        "deliveryCategory": None,
        "phone": None,
        "custom": False,
        "isRemoved": False,
        "originalPriceSet": bag(line.price, money),
        "discountedPriceSet": bag(net, money),
        "currentDiscountedPriceSet": bag(left if left else NOTHING, money),
        "discountAllocations": _allocations(line.discounts, money),
        "taxLines": [tax(line_tax, money) for line_tax in line.taxes],
    }
