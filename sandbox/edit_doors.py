"""/__sandbox/orders/edit: what staff change of an order in Shopify's own pages.

{"name": "#1001", "note": …, "tags": […]} changes words. Lines are named by their place or SKU:
{"remove": {"0": 1}}, {"quantity": {"MUG": 5}} for what is to be left, {"discount": {"0": "10.00"}},
{"add": [{"sku": …, "title": …, "quantity": 1, "price": "12.50"}]}, {"addShipping": [{"title": …,
"price": …}]}, {"removeShipping": [0]}. What is added bears the order's taxes unless it has a taxRate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sandbox.changes import Occasion
from sandbox.changes.edit import add, change_shipping, discount, set_quantities
from sandbox.changes.refund import remove
from sandbox.draft import DraftTax
from sandbox.loading.spec import line_draft, shipping_draft
from sandbox.placing import Checkout
from sandbox.pricing import Pricing
from sandbox.records.order import Order

Given = Mapping[str, Any]
Named = Callable[[Order, Mapping[str, Any]], dict[str, Any]]  # by place or SKU → by line id


def edited(
    order: Order, given: Given, checkout: Checkout, named: Named, occasion: Occasion
) -> Order:
    """Return the order after all that is given. Raises Rejected and Refused."""
    place = checkout.home()
    if given.get("remove"):
        order = remove(order, named(order, given["remove"]), occasion)
    if given.get("quantity"):
        order = set_quantities(order, named(order, given["quantity"]), place, occasion)
    if given.get("discount"):
        amounts = named(order, given["discount"])
        off = {gid: order.money.bag(Decimal(str(amount))) for gid, amount in amounts.items()}
        order = discount(order, off, occasion)
    if given.get("add"):
        drafts = [line_draft(spec) for spec in given["add"]]
        order = add(order, checkout.more_lines(drafts, _pricing(order)), place, occasion)
    if given.get("addShipping") or given.get("removeShipping"):
        wanted = [shipping_draft(spec) for spec in given.get("addShipping", ())]
        lines = [checkout.shipping_line(draft, _pricing(order)) for draft in wanted]
        order = change_shipping(order, lines, given.get("removeShipping", ()), occasion)
    return replace(order, **_words(given), updated_at=occasion.now)


def _words(given: Given) -> dict[str, Any]:
    words: dict[str, Any] = {n: given[n] for n in ("note", "email", "phone") if n in given}
    return words | ({"tags": tuple(given["tags"])} if "tags" in given else {})


def _pricing(order: Order) -> Pricing:
    taxes = next((line.taxes for line in order.lines if line.taxes), ())
    rates = tuple(DraftTax(tax.title, tax.rate) for tax in taxes)
    return Pricing(order.money, taxes_included=order.taxes_included, taxes=rates)
