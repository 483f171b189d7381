"""An order as plain JSON, for tests and demos: every field may be left out but the lines.

{"email": "kari@example.com", "currency": "NOK", "taxRate": "0.25", "taxesIncluded": true,
 "customer": {"firstName": "Kari", "lastName": "Nord"},
 "lines": [{"sku": "MUG-RED", "title": "Mug", "quantity": 2, "price": "12.50"}],
 "shipping": [{"title": "Parcel", "price": "4.90"}], "paid": true}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.clock import read
from sandbox.draft import (
    DraftAddress,
    DraftLine,
    DraftPayment,
    DraftShipping,
    DraftTax,
    DraftTerms,
    OrderDraft,
    Rejected,
)
from sandbox.records.company import Company
from sandbox.records.customer import Customer
from sandbox.store import Store

AMOUNTS = frozenset({"price", "discount", "tip", "amount", "rounding", "refundDiscrepancy"})
MOMENTS = frozenset({"createdAt", "updatedAt", "cancelledAt"})
# Names of the JSON form that differ from the draft's only by their spelling.
ORDER_WORDS = (
    "name", "createdAt", "updatedAt", "currency", "taxesIncluded", "taxExempt", "email", "phone",
    "note", "poNumber", "sourceName", "discountCode", "discount", "retailLocation", "tip",
    "riskLevel", "cancelledAt", "cancelReason", "closed", "test", "refundDiscrepancy",
)  # fmt: skip
LINE_WORDS = (
    "title", "quantity", "price", "sku", "variantTitle", "vendor", "discount", "requiresShipping",
    "taxable", "giftCard", "custom", "location", "removed", "refunded",
)  # fmt: skip
OTHER = frozenset({
    "lines", "shipping", "payments", "paid", "taxRate", "taxTitle", "customer", "company", "tags",
    "customAttributes", "shippingAddress", "billingAddress", "paymentTerms", "fulfilled",
})  # fmt: skip


def order_draft(spec: Any, store: Store) -> OrderDraft:
    """Return the draft that a JSON object describes; new customers and companies are made.

    Raises Rejected with the field that is wrong.
    """
    if not isinstance(spec, dict) or not isinstance(spec.get("lines"), list):
        raise Rejected('An order needs its lines: {"lines": [{"title": …, "price": …}]}.')
    unknown = sorted(set(spec) - OTHER - set(ORDER_WORDS))
    if unknown:
        raise Rejected(f"Unknown fields of an order: {', '.join(unknown)}.")
    taxes = _taxes(spec)
    shipping = tuple(shipping_draft(line) for line in spec.get("shipping", ()))
    return OrderDraft(
        lines=tuple(line_draft(line) for line in spec["lines"]),
        shipping=shipping,
        payments=_payments(spec),
        taxes=taxes,
        tags=tuple(spec.get("tags", ())),
        attributes=_attributes(spec),
        shipping_address=_address(spec.get("shippingAddress")),
        billing_address=_address(spec.get("billingAddress")),
        terms=_terms(spec.get("paymentTerms")),
        fulfilled=_fulfilled(spec.get("fulfilled", False)),
        customer_gid=customer_gid(spec.get("customer"), spec.get("email"), store),
        company_gid=company_gid(spec.get("company"), store),
        **_words(spec, ORDER_WORDS),
    )


def snake(name: str) -> str:
    """Return "variantTitle" as "variant_title"."""
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


def _words(spec: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {snake(name): _read(name, spec[name]) for name in names if spec.get(name) is not None}


def _read(name: str, value: Any) -> Any:
    try:
        if name in AMOUNTS:
            return Decimal(str(value))
        return read(value) if name in MOMENTS else value
    except (InvalidOperation, ValueError, TypeError) as problem:
        raise Rejected(f"{name}: cannot read {value!r}.") from problem


def line_draft(spec: Any) -> DraftLine:
    """Return the line that a JSON object describes. Raises Rejected."""
    if not isinstance(spec, dict) or "title" not in spec or "price" not in spec:
        raise Rejected("A line needs a title and a price.")
    unknown = sorted(set(spec) - set(LINE_WORDS) - {"customAttributes", "taxRate", "taxTitle"})
    if unknown:
        raise Rejected(f"Unknown fields of a line: {', '.join(unknown)}.")
    taxes = _taxes(spec) if "taxRate" in spec else None
    words = {"quantity": 1, **_words(spec, LINE_WORDS)}
    return DraftLine(**words, attributes=_attributes(spec), taxes=taxes)


def shipping_draft(spec: Any) -> DraftShipping:
    """Raises Rejected with the field that is wrong."""
    if not isinstance(spec, dict) or "title" not in spec or "price" not in spec:
        raise Rejected("A shipping line needs a title and a price.")
    taxes = _taxes(spec) if "taxRate" in spec else None
    return DraftShipping(**_words(spec, ("title", "price", "code", "discount")), taxes=taxes)


def _taxes(spec: Mapping[str, Any]) -> tuple[DraftTax, ...]:
    rate = _read("amount", spec.get("taxRate", 0))
    return (DraftTax(str(spec.get("taxTitle", "VAT")), rate),) if rate else ()


def _payments(spec: Mapping[str, Any]) -> tuple[DraftPayment, ...]:
    if spec.get("paid") is False:
        return ()
    words = ("gateway", "kind", "status", "amount", "rounding")
    given = tuple(DraftPayment(**_words(payment, words)) for payment in spec.get("payments", ()))
    return given or (DraftPayment(),)


def _attributes(spec: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(a["key"]), str(a["value"])) for a in spec.get("customAttributes", ()))


def _address(spec: Mapping[str, Any] | None) -> DraftAddress | None:
    if spec is None:
        return None
    names = {field.name for field in fields(DraftAddress)}
    words = {snake(name).replace("address_", "address"): value for name, value in spec.items()}
    if set(words) - names:
        raise Rejected(f"Unknown fields of an address: {', '.join(sorted(set(words) - names))}.")
    return DraftAddress(**words)


def _terms(spec: Mapping[str, Any] | None) -> DraftTerms | None:
    return None if spec is None else DraftTerms(**_words(spec, ("name", "kind", "days")))


def _fulfilled(given: Any) -> bool | tuple[int, ...]:
    return tuple(given) if isinstance(given, list) else bool(given)


def customer_gid(given: Any, email: str | None, store: Store) -> str | None:
    """Return the customer meant by an id, an e-mail address or a description; None for a guest."""
    if given is None:
        return None
    words = given if isinstance(given, dict) else {}
    wanted = words.get("email", email) if words else given
    for customer in store.customers():
        if wanted in {customer.gid, customer.email}:
            return customer.gid
    if not words:
        raise Rejected(f"There is no customer {given}.")
    now = store.clock.now()
    fields_given = {snake(name): value for name, value in words.items() if name != "email"}
    gid = store.new_gid("Customer")
    store.put(Customer(gid, now, now, email=wanted, **fields_given))
    return gid


def company_gid(name: str | None, store: Store) -> str | None:
    """Return the company of that name, made if there is none; None without a name."""
    if name is None:
        return None
    for company in store.companies():
        if company.name == name:
            return company.gid
    now = store.clock.now()
    gid = store.new_gid("Company")
    store.put(Company(gid, store.new_gid("CompanyLocation"), name, name, now, now))
    return gid
