"""Our own little shop, Lumo & Laine of Turku: things for kitchen, desk and winter. All made up.

The same on every run; only the days move, so that the latest order is always of today.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.demo.catalog import stock_products
from sandbox.demo.orders import all_orders
from sandbox.demo.people import welcome_customers
from sandbox.loading.spec import order_draft
from sandbox.placing import Checkout
from sandbox.records.location import Location
from sandbox.records.shop import Shop
from sandbox.store import Store

RATES = {"NOK": Decimal("11.62"), "SEK": Decimal("11.08")}
PLACES = ("Turku warehouse", "Helsinki store")


def demo_shop(*, plus: bool) -> Shop:
    return Shop(
        name="Lumo & Laine",
        domain="lumo-laine.myshopify.com",
        email="hello@lumo-laine.example",
        currency="EUR",
        timezone="Europe/Helsinki",
        taxes_included=True,
        country_code="FI",
        plus=plus,
        rates=RATES,
    )


def stock_demo(store: Store) -> None:
    """Fill an empty shop: places, goods, people and about forty orders."""
    store.put(demo_shop(plus=store.shop.plus))
    for name in PLACES:
        store.put(Location(store.new_gid("Location"), name, "FI"))
    stock_products(store)
    welcome_customers(store)
    checkout = Checkout(store)
    for spec in all_orders(store.clock.now()):
        checkout.place(order_draft(spec, store))
