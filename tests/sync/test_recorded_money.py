"""Orders that Shopify itself was asked to add up: the sandbox and the books come to the same sums.

Source: recorded answers of a development store, which lie beside the repository where they are at hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from connector.sync.models import RefundLink
from erp.models import Company as Books
from erp.posting import post_order
from erp.setup import add_currency
from sandbox.store import Store
from shops.models import Shop
from tests.sync.conftest import (
    TODAY,
    TOKEN,
    Run,
    Sandbox,
    change_settings,
    document_of,
    order_named,
)

pytestmark = pytest.mark.django_db(transaction=True)
CAPTURES = Path(__file__).resolve().parents[3] / "shared" / "shopify" / "captures" / "orders"
MATRIX = ("pendingNoTax", "paidTaxShipping", "fixedDiscount", "authorization", "presentmentMoney")
SIDES = {"shop": "shopMoney", "presentment": "presentmentMoney"}
MARK_AS_PAID = """mutation($input: OrderMarkAsPaidInput!) {
  orderMarkAsPaid(input: $input) { userErrors { message } }
}"""
Exchange = dict[str, Any]


def recorded(file: str) -> dict[str, Exchange]:
    """What was asked and answered, by step."""
    path = CAPTURES / file
    if not path.is_file():
        pytest.skip(f"no recordings at {path}")
    exchanges = json.loads(path.read_text("utf-8"))["exchanges"]
    return {exchange["step"].rsplit("/", 1)[1]: exchange for exchange in exchanges}


def answered(exchange: Exchange, mutation: str) -> dict[str, Any]:
    order: dict[str, Any] = exchange["response"]["data"][mutation]["order"]
    return order


def amount(bag: dict[str, Any], side: str = "shopMoney") -> Decimal:
    return Decimal(bag[side]["amount"])


def spec(order: dict[str, Any]) -> dict[str, Any]:
    """The order that was asked for, as the sandbox takes it."""
    payments = [
        {name: paid[name] for name in ("kind", "status", "gateway")}
        | {"amount": str(amount(paid["amountSet"]))}
        for paid in order.get("transactions", [])
    ]
    code = order.get("discountCode", {}).get("itemFixedDiscountCode")
    return {
        "lines": [line(one) | {"quantity": one["quantity"]} for one in order["lineItems"]],
        "shipping": [line(one) for one in order.get("shippingLines", [])],
        "taxesIncluded": False,
        "currency": order.get("presentmentCurrency", order["currency"]),
        "discount": str(amount(code["amountSet"])) if code else "0",
        **({"payments": payments} if payments else {"paid": False}),
    }


def line(asked: dict[str, Any]) -> dict[str, Any]:
    rate = sum((Decimal(str(tax["rate"])) for tax in asked["taxLines"]), Decimal(0))
    price = str(amount(asked["priceSet"]))
    return {"title": asked["title"], "price": price, "taxRate": str(rate)}


def bags(order: dict[str, Any]) -> Iterator[tuple[str, str, Decimal, str]]:
    """Each sum of an order in both currencies: (field, side, amount, currency)."""
    for field, bag in order.items():
        if field.endswith("Set"):
            for side in SIDES.values():
                yield field, side, amount(bag, side), bag[side]["currencyCode"]


@pytest.fixture
def canada(shopify: Sandbox, store: Store, shop: Shop, books: Books) -> Callable[[Any], None]:
    """A shop that counts in Canadian dollars, and sells in those of the United States too."""
    for currency in ("CAD", "USD"):
        add_currency(books, currency, rate=Decimal("0.65"))
    Shop.objects.update(currency="CAD")

    def canada(order: dict[str, Any]) -> None:
        """Let the rate be that of the recorded order."""
        price = order["lineItems"][0]["priceSet"]
        rate = amount(price, "presentmentMoney") / amount(price)
        store.put(replace(store.shop, currency="CAD", rates={"USD": rate}))

    return canada


def told(shopify: Sandbox, text: str, **variables: Any) -> dict[str, Any]:
    """Send a document that must succeed and return its data."""
    answer = requests.post(
        f"{shopify.url}/admin/api/2026-10/graphql.json",
        json={"query": text, "variables": variables},
        headers={"X-Shopify-Access-Token": TOKEN},
        timeout=10,
    ).json()
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data


def asked(shopify: Sandbox, name: str, fields: list[str]) -> dict[str, Any]:
    """What the sandbox says of these sums of an order."""
    money = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
    selection = " ".join(f"{field} {money}" for field in fields)
    text = f"query($q: String!) {{ orders(first: 1, query: $q) {{ nodes {{ {selection} }} }} }}"
    node: dict[str, Any] = told(shopify, text, q=f"name:'{name}'")["orders"]["nodes"][0]
    return node


def placed(shopify: Sandbox, exchange: Exchange) -> str:
    """Place what was asked for, and hold each sum against the recorded one."""
    name = str(shopify.control("orders", spec(exchange["variables"]["order"]))["name"])
    expected = answered(exchange, "orderCreate")
    sums = list(bags(expected))
    assert len(sums) >= 2 * 5
    assert list(bags(asked(shopify, name, [row[0] for row in sums[::2]]))) == sums
    return name


@pytest.mark.parametrize("handling", SIDES)
@pytest.mark.parametrize("case", MATRIX)
def test_recorded_orders_come_to_the_same_in_the_books(
    shopify: Sandbox, shop: Shop, run: Run, canada: Callable[[Any], None], case: str, handling: str
) -> None:
    exchange = recorded("order-create-math-matrix.json")[case]
    canada(exchange["variables"]["order"])
    change_settings(shop, currency_handling=handling)
    name = placed(shopify, exchange)

    run("orders")
    run("documents")

    expected = answered(exchange, "orderCreate")["currentTotalPriceSet"][SIDES[handling]]
    assert order_named(name).reason == ""
    document = document_of(name)
    assert document.amount_incl == Decimal(expected["amount"])
    assert document.currency == expected["currencyCode"]


def test_a_recorded_order_is_paid_and_refunded_in_the_buyers_currency(
    shopify: Sandbox, shop: Shop, books: Books, run: Run, canada: Callable[[Any], None]
) -> None:
    """Shopify counted the payment at the rate of its day; the buyer's side is the same at any."""
    exchanges = recorded("money-bag-presentment-parity.json")
    canada(exchanges["orderCreate"]["variables"]["order"])
    change_settings(shop, currency_handling="presentment", refund_account=books.account("refund"))
    name = placed(shopify, exchanges["orderCreate"])
    run("orders")
    run("documents")
    invoice = post_order(document_of(name).pk, ship=True, invoice=True, today=TODAY).invoice
    paid = answered(exchanges["markAsPaid"], "orderMarkAsPaid")
    [payment] = paid["transactions"]
    assert invoice is not None
    assert invoice.amount_incl == amount(payment["amountSet"], "presentmentMoney")

    told(shopify, MARK_AS_PAID, input={"id": order_named(name).gid})
    assert list(bags(asked(shopify, name, ["totalOutstandingSet"]))) == [
        row for row in bags(paid) if row[0] == "totalOutstandingSet"
    ]
    shopify.control("orders/refund", {"name": name, "more": "7.50"})
    run("orders")
    run("refunds")

    refunded = answered(exchanges["refund"], "refundCreate")["totalRefundedSet"]
    memo = RefundLink.objects.get().document
    assert (memo.amount_incl, memo.currency) == (amount(refunded, "presentmentMoney"), "USD")
