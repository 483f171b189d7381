"""Shopify's order export: one row a line, the order's own columns on its first row only.

The export names taxes for the order, not for its lines: they are spread over the taxable lines and
the shipping in proportion. Whether prices include tax is not a column either, but follows from the
totals. An amount refunded that is less than the total names no lines, so it is taken as paid back
beyond the lines. Source: Shopify help, "Exporting orders".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from sandbox.changes import Occasion
from sandbox.changes.refund import everything, refund
from sandbox.clock import read
from sandbox.draft import (
    DraftAddress,
    DraftLine,
    DraftPayment,
    DraftShipping,
    DraftTax,
    OrderDraft,
    Rejected,
)
from sandbox.loading.report import LoadReport
from sandbox.loading.rows import BadValue, Row, Sheet
from sandbox.loading.spec import customer_gid
from sandbox.money import ZERO, shares
from sandbox.placing import Checkout
from sandbox.records.shop import Shop
from sandbox.store import Store

COLUMNS = (
    "Name", "Financial Status", "Fulfillment Status", "Currency", "Subtotal", "Shipping", "Taxes",
    "Total", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price",
)  # fmt: skip
TAXES = (1, 2, 3, 4, 5)
UNPAID = frozenset({"pending", "authorized", "voided", "expired"})


@dataclass(frozen=True, slots=True)
class Form:
    columns: Sequence[str] = COLUMNS

    def shop(self, sheet: Sheet) -> Shop:
        currency = next((row.text("Currency") for row in sheet.rows if row.text("Currency")), None)
        return Shop(currency=currency or "EUR")

    def load(self, sheet: Sheet, store: Store) -> LoadReport:
        report, checkout = LoadReport(), Checkout(store)
        known = {order.name for order in store.orders()}
        for name, group in groupby(sheet.rows, key=lambda row: row.text("Name")):
            rows = list(group)
            try:
                _take(rows, checkout, known)
            except (BadValue, Rejected) as problem:
                report.reject(name or "", rows[0].number, str(problem))
            else:
                report.loaded["orders"] += 1
        return report


def _take(rows: Sequence[Row], checkout: Checkout, known: set[str]) -> None:
    head, store = rows[0], checkout.store
    if head.text("Name") in known | {None}:
        raise Rejected("The order has no name, or there is one of that name already.")
    if head.text("Currency") != store.shop.currency:
        raise Rejected(f"The order is in {head.text('Currency')}, not in {store.shop.currency}.")
    draft = _draft(rows, _Amounts.read(head), store)
    order = checkout.place(draft)
    known.add(order.name)
    refunded = head.amount("Refunded Amount", ZERO)
    if refunded and refunded == head.amount("Total"):
        after = refund(order, everything(order), Occasion(order.created_at, store.new_gid))
        store.put(replace(after, updated_at=order.updated_at))


@dataclass(frozen=True, slots=True)
class _Amounts:
    """The totals of one order as the export gives them."""

    subtotal: Decimal
    shipping: Decimal
    taxes: Decimal
    total: Decimal

    @classmethod
    def read(cls, head: Row) -> _Amounts:
        columns = ("Subtotal", "Shipping", "Taxes", "Total")
        return cls(*(head.amount(column, ZERO) for column in columns))

    @property
    def includes_tax(self) -> bool:
        """Say how prices are stated. Raises Rejected when the totals fit neither way."""
        net = self.subtotal + self.shipping
        if net + self.taxes == self.total:
            return not self.taxes
        if net == self.total:
            return True
        raise Rejected(
            f"Subtotal {self.subtotal}, shipping {self.shipping} and taxes {self.taxes} do not "
            f"make the total {self.total}."
        )


def _draft(rows: Sequence[Row], amounts: _Amounts, store: Store) -> OrderDraft:
    head = rows[0]
    created = _moment(head, "Created at")
    if created is None:
        raise BadValue(f"row {head.number}: Created at is empty")
    lines = [_line(row) for row in rows]
    discount = sum((line.price * line.quantity - line.discount for line in lines), ZERO)
    discount -= amounts.subtotal
    if discount < 0:
        raise Rejected(f"The lines come to less than the subtotal {amounts.subtotal}.")
    shipping = _shipping(head, amounts)
    lines, shipping = _taxed(lines, shipping, _taxes(head, amounts), store.shop.currency)
    email = head.text("Email")
    status = (head.text("Fulfillment Status") or "").lower()
    partial = tuple(row.whole("Lineitem quantity") if _left(row) else 0 for row in rows)
    refunded = head.amount("Refunded Amount", ZERO)
    return OrderDraft(
        lines=tuple(lines),
        shipping=tuple(shipping),
        name=head.text("Name"),
        created_at=created,
        updated_at=max(filter(None, (created, _moment(head, "Paid at")))),
        taxes_included=amounts.includes_tax,
        email=email,
        phone=head.text("Phone"),
        note=head.text("Notes"),
        source_name=head.text("Source") or "web",
        tags=_split(head.text("Tags")),
        attributes=_attributes(head),
        discount_code=head.text("Discount Code"),
        discount=discount,
        customer_gid=customer_gid(_customer(head), email, store) if email else None,
        shipping_address=_address(head, "Shipping"),
        billing_address=_address(head, "Billing"),
        payments=_payments(head),
        risk_level=(head.text("Risk Level") or "").upper() or None,
        refund_discrepancy=refunded if refunded < amounts.total else ZERO,
        fulfilled=True if status == "fulfilled" else partial if status == "partial" else False,
        cancelled_at=_moment(head, "Cancelled at"),
    )


def _line(row: Row) -> DraftLine:
    return DraftLine(
        title=row.text("Lineitem name") or "No description",
        quantity=row.whole("Lineitem quantity"),
        price=row.amount("Lineitem price"),
        sku=row.text("Lineitem sku"),
        vendor=row.text("Vendor"),
        discount=row.amount("Lineitem discount", ZERO),
        requires_shipping=row.flag("Lineitem requires shipping", default=True),
        taxable=row.flag("Lineitem taxable", default=True),
    )


def _left(row: Row) -> bool:
    return (row.text("Lineitem fulfillment status") or "").lower() == "fulfilled"


def _shipping(head: Row, amounts: _Amounts) -> list[DraftShipping]:
    title = head.text("Shipping Method")
    if title is None and not amounts.shipping:
        return []
    return [DraftShipping(title or "Shipping", amounts.shipping)]


def _taxes(head: Row, amounts: _Amounts) -> list[DraftTax]:
    """Return the order's taxes, "VAT 20%" with its amount. Raises Rejected when they do not add up."""
    taxes = []
    for number in TAXES:
        name, value = head.text(f"Tax {number} Name"), head.amount(f"Tax {number} Value", ZERO)
        if name:
            taxes.append(DraftTax(*_named(name), value))
    named = sum((tax.amount or ZERO for tax in taxes), ZERO)
    if taxes and named != amounts.taxes:
        raise Rejected(f"The named taxes come to {named}, the order's to {amounts.taxes}.")
    if not taxes and amounts.taxes:
        taxes = [DraftTax("Tax", ZERO, amounts.taxes)]
    return taxes


def _named(name: str) -> tuple[str, Decimal]:
    """Return "VAT 20%" as its title and its rate."""
    title, _, rate = name.rpartition(" ")
    if not rate.endswith("%") or not rate[:-1].replace(".", "", 1).isdigit():
        return name, ZERO
    return title, Decimal(rate[:-1]) / 100


def _taxed(
    lines: list[DraftLine], shipping: list[DraftShipping], taxes: list[DraftTax], currency: str
) -> tuple[list[DraftLine], list[DraftShipping]]:
    """Return the lines with the order's taxes spread over them."""
    weights = [
        line.price * line.quantity - line.discount if line.taxable else ZERO for line in lines
    ]
    weights += [line.price for line in shipping]
    portions = [shares(tax.amount or ZERO, weights, currency) for tax in taxes]

    def of(index: int) -> tuple[DraftTax, ...]:
        return tuple(
            replace(tax, amount=portion[index])
            for tax, portion in zip(taxes, portions, strict=True)
            if portion[index]
        )

    taxed = [replace(line, taxes=of(index)) for index, line in enumerate(lines)]
    carried = [replace(line, taxes=of(len(lines) + i)) for i, line in enumerate(shipping)]
    return taxed, carried


def _payments(head: Row) -> tuple[DraftPayment, ...]:
    gateway = head.text("Payment Method") or "manual"
    status = (head.text("Financial Status") or "").lower()
    if status == "authorized":
        return (DraftPayment(gateway, "AUTHORIZATION"),)
    return () if status in UNPAID else (DraftPayment(gateway),)


def _moment(row: Row, column: str) -> datetime | None:
    text = row.text(column)
    if text is None:
        return None
    try:
        return read(_iso(text))
    except ValueError as problem:
        raise BadValue(f"row {row.number}: {column} is not a time: {text!r}") from problem


def _iso(text: str) -> str:
    """Return "2023-05-01 10:00:00 +0200" in a form that ISO 8601 knows."""
    day, _, rest = text.partition(" ")
    return f"{day}T{rest.replace(' ', '')}" if rest else day


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _attributes(head: Row) -> tuple[tuple[str, str], ...]:
    """Return the lines of "Note Attributes", each "key: value"."""
    pairs = (line.partition(":") for line in (head.text("Note Attributes") or "").splitlines())
    return tuple((key.strip(), value.strip()) for key, _, value in pairs if key.strip())


def _customer(head: Row) -> dict[str, str | None]:
    first, _, last = (head.text("Billing Name") or head.text("Shipping Name") or "").partition(" ")
    return {"firstName": first or None, "lastName": last or None, "email": head.text("Email")}


def _address(head: Row, kind: str) -> DraftAddress | None:
    first, _, last = (head.text(f"{kind} Name") or "").partition(" ")
    street = head.text(f"{kind} Address1") or head.text(f"{kind} Street")
    country = head.text(f"{kind} Country")
    if not (first or street or country):
        return None
    return DraftAddress(
        first_name=first or None,
        last_name=last or None,
        company=head.text(f"{kind} Company"),
        address1=street,
        address2=head.text(f"{kind} Address2"),
        zip=(head.text(f"{kind} Zip") or "").lstrip("'") or None,
        city=head.text(f"{kind} City"),
        province_code=head.text(f"{kind} Province"),
        country_code=country,
        phone=head.text(f"{kind} Phone"),
    )
