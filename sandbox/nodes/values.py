"""Small things every node is made of: money, ids, attributes, counts."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.clock import written
from sandbox.money import Bag, Currencies, text
from sandbox.nodes import Node
from sandbox.records.address import Address
from sandbox.records.order import Tax

__all__ = ["address", "attributes", "bag", "count", "legacy_id", "mailing", "money", "written"]


def money(amount_text: str, currency: str) -> Node:
    return {"amount": amount_text, "currencyCode": currency}


def bag(amount: Bag, currencies: Currencies) -> Node:
    """Return a MoneyBag."""
    return {
        "shopMoney": money(text(amount.shop), currencies.shop),
        "presentmentMoney": money(text(amount.presentment), currencies.presentment),
    }


def tax(line: Tax, currencies: Currencies) -> Node:
    """Return a TaxLine; the rate is a Float there, so amounts are what counts."""
    return {
        "title": line.title,
        "rate": float(line.rate),
        "ratePercentage": float(line.rate * 100),
        "channelLiable": line.channel_liable,
        "source": "Shopify",
        "price": text(line.amount.shop),
        "priceSet": bag(line.amount, currencies),
    }


def legacy_id(gid: str) -> str:
    """Return the number at the end of an id, as text, as Shopify gives it."""
    return gid.rsplit("/", 1)[1].partition("?")[0]


def attributes(pairs: Iterable[tuple[str, str]]) -> list[Node]:
    return [{"key": key, "value": value} for key, value in pairs]


def count(number: int) -> Node:
    return {"count": number, "precision": "EXACT"}


def mailing(record: Address | None) -> Node | None:
    return None if record is None else address(record)


def address(record: Address) -> Node:
    """Return a MailingAddress."""
    name = " ".join(part for part in (record.first_name, record.last_name) if part)
    return {
        "__typename": "MailingAddress",
        "id": record.gid,
        "firstName": record.first_name,
        "lastName": record.last_name,
        "name": name or None,
        "company": record.company,
        "address1": record.address1,
        "address2": record.address2,
        "zip": record.zip,
        "city": record.city,
        "province": record.province,
        "provinceCode": record.province_code,
        "country": record.country,
        "countryCode": record.country_code,
        "countryCodeV2": record.country_code,
        "phone": record.phone,
    }
