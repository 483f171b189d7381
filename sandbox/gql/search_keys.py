"""What can be searched for in orders, products, variants, customers and fulfillment orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.clock import read, written
from sandbox.gql.cursor import id_number
from sandbox.gql.search import Matcher, Predicate, Term, everything
from sandbox.nodes import Node

Values = Callable[[Node], Iterable[str | None]]
DATE = re.compile(r"\d{4}-\d\d-\d\d")
WORD = re.compile(r"\w+")


def nothing(_node: Node) -> bool:
    return False


def text(values: Values) -> Matcher:
    """Match whole values without regard to case; a trailing * matches a beginning."""

    def matcher(term: Term) -> Predicate:
        wanted = term.value.lower()
        if wanted == "*":
            return lambda node: any(values(node))
        if wanted.endswith("*") and not term.quoted:
            start = wanted[:-1]
            return lambda node: any((v or "").lower().startswith(start) for v in values(node))
        return lambda node: any((value or "").lower() == wanted for value in values(node))

    return matcher


def field(name: str) -> Matcher:
    return text(lambda node: (node[name],))


def tokens(values: Values) -> Matcher:
    """Match words that stand next to one another in a value, as Shopify's index cuts it up.

    So "sku:'ABC'" also finds "ABC-1": whoever asks has to look at what he gets.
    """

    def matcher(term: Term) -> Predicate:
        wanted = term.value.lower()
        if wanted == "*":
            return lambda node: any(values(node))
        if wanted.endswith("*") and not term.quoted:
            start = wanted[:-1]
            return lambda node: any(_starts(start, v) for v in values(node) if v)
        phrase = _phrase(wanted)
        return lambda node: any(phrase in _phrase(value) for value in values(node) if value)

    return matcher


def _phrase(text: str) -> str:
    """Return the words of a text between single spaces, with one at each end."""
    return f" {' '.join(WORD.findall(text.lower()))} "


def _starts(start: str, value: str) -> bool:
    """Say whether the value or one of its words begins like that."""
    return value.lower().startswith(start) or f" {start}" in _phrase(value)


def decimal(values: Callable[[Node], Iterable[str]]) -> Matcher:
    def matcher(term: Term) -> Predicate:
        try:
            fits = _compared(term.comparator, Decimal(term.value))
        except InvalidOperation:
            return nothing
        return lambda node: any(fits(Decimal(value)) for value in values(node))

    return matcher


def any_of(matcher: Matcher) -> Matcher:
    """Match any of several values with commas between."""

    def inner(term: Term) -> Predicate:
        options = [matcher(replace(term, value=one.strip())) for one in term.value.split(",")]
        return lambda node: any(option(node) for option in options)

    return inner


def words(values: Values) -> Matcher:
    """Match words anywhere in the values, for terms without a key."""

    def matcher(term: Term) -> Predicate:
        wanted = term.value.lower().rstrip("*")
        return lambda node: any(wanted in (value or "").lower() for value in values(node))

    return matcher


def number(values: Callable[[Node], Iterable[int]]) -> Matcher:
    """Match numbers, or ids by their number."""

    def matcher(term: Term) -> Predicate:
        digits = term.value.rsplit("/", 1)[-1]
        if not digits.lstrip("-").isdigit():
            return nothing
        fits = _compared(term.comparator, int(digits))
        return lambda node: any(fits(value) for value in values(node))

    return matcher


def _compared(comparator: str, wanted: Any) -> Callable[[Any], bool]:
    match comparator:
        case ">":
            return lambda value: value > wanted
        case ">=":
            return lambda value: value >= wanted
        case "<":
            return lambda value: value < wanted
        case "<=":
            return lambda value: value <= wanted
    return lambda value: value == wanted


def time(name: str) -> Matcher:
    """Match moments. Without quotes only the date counts; a date alone means the whole day."""

    def matcher(term: Term) -> Predicate:
        if not term.value:
            return everything
        moment = _moment(term)
        if moment is None:
            return nothing
        start, length = moment
        if term.comparator == "" and length:
            first, last = written(start), written(start + length)
            return lambda node: first <= (node[name] or "") < last
        if length and term.comparator in {">", "<="}:  # after, or up to the end of, that day
            start, comparator = start + length, {">": ">=", "<=": "<"}[term.comparator]
        else:
            comparator = term.comparator
        fits = _compared(comparator, written(start))
        return lambda node: node[name] is not None and fits(node[name])

    return matcher


def _moment(term: Term) -> tuple[datetime, timedelta] | None:
    """Return the moment and how long it lasts; None for a text that is no time."""
    day = DATE.match(term.value)
    try:
        if not term.quoted and day:
            return read(day.group()), timedelta(days=1)
        moment = read(term.value)
    except ValueError:
        return None
    whole_day = len(term.value) == len("2026-10-01")
    return moment.astimezone(UTC), timedelta(days=1 if whole_day else 0)


def boolean(name: str) -> Matcher:
    def matcher(term: Term) -> Predicate:
        wanted = term.value.lower() == "true"
        return lambda node: node[name] is wanted

    return matcher


def inverted(matcher: Matcher) -> Matcher:
    def inner(term: Term) -> Predicate:
        positive = matcher(term)
        return lambda node: not positive(node)

    return inner


def status(term: Term) -> Predicate:
    """Match an order's status; "open" is neither closed nor cancelled."""
    match term.value.lower():
        case "open":
            return lambda node: not node["closed"] and node["cancelledAt"] is None
        case "closed":
            return lambda node: bool(node["closed"]) and node["cancelledAt"] is None
        case "cancelled":
            return lambda node: node["cancelledAt"] is not None
    return everything


FULFILLMENT_WORDS = {
    "unshipped": {"UNFULFILLED"},
    "unfulfilled": {"UNFULFILLED", "PARTIALLY_FULFILLED"},
    "shipped": {"FULFILLED"},
    "fulfilled": {"FULFILLED"},
    "partial": {"PARTIALLY_FULFILLED"},
}


def fulfillment_status(term: Term) -> Predicate:
    wanted = FULFILLMENT_WORDS.get(term.value.lower(), {term.value.upper()})
    return lambda node: node["displayFulfillmentStatus"] in wanted


def _own_id(node: Node) -> tuple[int]:
    return (id_number(node["id"]),)


def _customer_id(node: Node) -> tuple[int, ...]:
    return (id_number(node["customer"]["id"]),) if node["customer"] else ()


def _skus(node: Node) -> list[str | None]:
    return [line["sku"] for line in node["lineItems"]]


def _tags(node: Node) -> list[str]:
    tags: list[str] = node["tags"]
    return tags


TAG = text(_tags)
DATES = {"created_at": time("createdAt"), "updated_at": time("updatedAt")}
ORDERS = {
    **DATES,
    "id": number(_own_id),
    "name": text(lambda node: (node["name"], node["name"].lstrip("#"))),
    "status": status,
    "financial_status": field("displayFinancialStatus"),
    "fulfillment_status": fulfillment_status,
    "processed_at": time("processedAt"),
    "email": field("email"),
    "tag": TAG,
    "tag_not": inverted(TAG),
    "test": boolean("test"),
    "customer_id": number(_customer_id),
    "sku": text(_skus),
    "po_number": field("poNumber"),
    "source_name": field("sourceName"),
    "gateway": text(lambda node: node["paymentGatewayNames"]),
    "discount_code": text(lambda node: node["discountCodes"]),
    "return_status": field("returnStatus"),
    "confirmation_number": field("confirmationNumber"),
}
CUSTOMERS = {
    "id": number(_own_id),
    "email": field("email"),
    "phone": field("phone"),
    "first_name": field("firstName"),
    "last_name": field("lastName"),
    "tag": TAG,
    "tag_not": inverted(TAG),
    "customer_date": time("createdAt"),
    "updated_at": time("updatedAt"),
}
FULFILLMENT_ORDERS = {
    **DATES,
    "id": number(_own_id),
    "status": field("status"),
    "assigned_location_id": number(lambda node: _own_id(node["assignedLocation"]["location"])),
}
LOCATIONS = {
    "id": number(_own_id),
    "name": field("name"),
    "active": boolean("isActive"),
}
BULK_OPERATIONS = {
    "id": number(_own_id),
    "created_at": time("createdAt"),
    "status": field("status"),
    "operation_type": field("type"),
}
