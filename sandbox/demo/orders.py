"""The demo shop's orders: everyday ones, and one of each kind that gives bookkeepers trouble."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import written
from sandbox.demo.catalog import ARTICLES, PRICES, Article
from sandbox.demo.people import PEOPLE, address, email

Spec = dict[str, Any]
FINNISH = {"taxTitle": "ALV", "taxRate": "0.255", "taxesIncluded": True}
CURRENCIES = {"NO": "NOK", "SE": "SEK"}
PARCEL = {"title": "Parcel to your door", "code": "PARCEL", "price": "6.90"}
PICK_UP = {"title": "Pick-up point", "code": "POINT", "price": "4.90"}
FREE = {"title": "Free shipping", "code": "FREE", "price": "0.00"}
ORDINARY = 24  # orders


def all_orders(now: datetime) -> list[Spec]:
    """Return the orders, oldest first, the last one an hour old."""
    specs = [*_special(), *map(_ordinary, range(ORDINARY))]
    step = timedelta(hours=14)
    start = now - step * len(specs) + timedelta(hours=13)
    return [_dated(spec, start + step * index) for index, spec in enumerate(specs)]


def _dated(spec: Spec, created: datetime) -> Spec:
    """Return the order with its day; one that was called off was so two hours later."""
    spec = {**spec, "createdAt": written(created)}
    if spec.get("cancelReason"):
        spec["cancelledAt"] = written(created + timedelta(hours=2))
    return spec


def line(sku: str, quantity: int = 1, **more: Any) -> Spec:
    """Return a line of the catalogue."""
    article, variant = _article(sku)
    price = PRICES.get(sku, article.price)
    named = {"variantTitle": variant} if variant else {}
    return {
        "sku": sku,
        "title": article.title,
        **named,
        "quantity": quantity,
        "price": price,
        **more,
    }


def _article(sku: str) -> tuple[Article, str | None]:
    code, _, short = sku.partition("-")
    article = next(article for article in ARTICLES if article.code == code)
    variant = next((v for v in article.values if v.removesuffix(" €").upper() == short), None)
    return article, variant


def _by(index: int, **spec: Any) -> Spec:
    """Return an order of one of our people, in the currency of their country."""
    country = PEOPLE[index][5]
    money = {"currency": CURRENCIES[country]} if country in CURRENCIES else {}
    buyer = {"customer": email(index), "email": email(index), "shippingAddress": address(index)}
    return {**FINNISH, **money, **buyer, "shipping": [PARCEL], **spec}


def _ordinary(index: int) -> Spec:
    """Return an everyday order: one to four lines, now and then a code or a free shipment."""
    skus = [_sku(index * 5 + n * 3) for n in range(index % 4 + 1)]
    lines = [line(sku, (index + n) % 3 + 1) for n, sku in enumerate(dict.fromkeys(skus))]
    spec = _by(index % len(PEOPLE), lines=lines, shipping=[(PARCEL, PICK_UP, FREE)[index % 3]])
    if index % 6 == 1:
        spec |= {"discountCode": "WELCOME10", "discount": "3.33"}
    if index % 8 == 1:
        spec["note"] = "Please leave it with the neighbour."
    return spec


def _sku(number: int) -> str:
    article = ARTICLES[number % (len(ARTICLES) - 1)]  # all but the gift card
    if not article.values:
        return article.code
    return f"{article.code}-{article.values[number % len(article.values)].upper()}"


def _special() -> list[Spec]:
    return [*_prices(), *_payments(), *_business(), *_odd(), *_later()]


def _prices() -> list[Spec]:
    return [
        _by(0, lines=[line("MUG-SNOW", 3, discount="5.67"), line("SPOON")]),
        _by(1, lines=[line("LAMP-BRASS"), line("TRAY")], discountCode="DESK15", discount="24.45"),
        _by(6, lines=[line("SWEAT-M"), line("SOCK-L", 2)], taxesIncluded=False, taxRate="0.19",
            taxTitle="MwSt"),
        _by(2, lines=[line("BLANK-PINE"), line("CANDLE-SIX", 2)]),
        _by(4, lines=[line("HAT-BERRY"), line("MITT-M")], shipping=[{**PARCEL, "discount": "6.90"}],
            discountCode="FREESHIP"),
    ]  # fmt: skip


def _payments() -> list[Spec]:
    card = line("CARD-50", giftCard=True, requiresShipping=False, taxable=False)
    return [
        _by(8, lines=[card], shipping=[]),
        _by(9, lines=[line("CLOCK")],
            payments=[{"gateway": "gift_card", "amount": "50.00"}, {"gateway": "shopify_payments"}]),
        _by(11, lines=[line("JUG"), line("TOWEL-SEA", 2)], tip="5.00"),
        _by(0, lines=[line("SOAP", 3), line("NOTE-DOTTED")], shipping=[], sourceName="pos",
            retailLocation="Helsinki store", fulfilled=True,
            payments=[{"gateway": "cash", "rounding": "-0.01"}]),
        _by(10, lines=[line("SCARF-ASH")], paid=False),
    ]  # fmt: skip


def _business() -> list[Spec]:
    terms = {"name": "Net 30", "kind": "NET", "days": 30}
    reference = "PO 2026/Q4 · Esplanadi refurbishment · lot 7 of 12"
    return [
        _by(1, lines=[line("MUG-MOSS", 48, discount="90.72"), line("PLATE-SNOW", 36)],
            company="Café Aalto Oy", poNumber=reference, paymentTerms=terms, paid=False),
        _by(2, lines=[line("LAMP-BLACK", 6), line("TRAY", 6)], company="Nordlys Kontor AS",
            poNumber="NK-7781", paymentTerms=terms, paid=False),
    ]  # fmt: skip


def _odd() -> list[Spec]:
    guest = {"firstName": "Paul", "lastName": "Guest", "address1": "Hafenstr. 5", "zip": "18055",
             "city": "Rostock", "countryCode": "DE", "country": "Germany"}  # fmt: skip
    engraving = {"title": "Engraved brass plate", "quantity": 1, "price": "15.00", "custom": True}
    unknown = {"sku": "OLD-0815", "title": "Last season's vase", "quantity": 1, "price": "31.00"}
    mixed = [line("HOOK-FOUR"), line("CLOCK", location="Helsinki store")]
    many = [line(_sku(n), n % 4 + 1) for n in range(120)]
    return [
        {**FINNISH, "email": "paul.guest@example.com", "shippingAddress": guest,
         "lines": [line("BOARD-LARGE")], "shipping": [PARCEL]},
        _by(9, lines=[line("CLOCK"), engraving]),
        _by(7, lines=many, shipping=[FREE], tags=["stocking-up"]),
        _by(3, lines=[unknown, line("PEN-BLUE")]),
        _by(8, lines=mixed, customAttributes=[{"key": "gift", "value": "yes"}]),
        _by(5, lines=[line("SWEAT-XL", 4)], riskLevel="HIGH"),
        _by(0, lines=[line("SOAP")], test=True),
    ]  # fmt: skip


def _later() -> list[Spec]:
    """Return orders to which something has happened since."""
    return [
        _by(4, lines=[line("BOWL-MOSS", 4, removed=1), line("SPOON", 2)], paid=False),
        _by(3, lines=[line("MITT-S", 2), line("HAT-PINE")], paid=False,
            cancelReason="CUSTOMER"),
        _by(6, lines=[line("SOCK-M", 5, refunded=2), line("CANDLE-SINGLE", 6)]),
        _by(11, lines=[line("APRON-SEA"), line("TOWEL-RUST", 3)], fulfilled=True, closed=True),
    ]  # fmt: skip
