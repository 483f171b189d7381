"""The Online Retail form: a real British wholesaler's till roll, one row a line.

Read as a shop in pounds whose prices exclude tax: 20 % VAT for buyers in Great Britain, none for
the others. A document is an order. Postage and carriage (`line_kind` shipping) become shipping
lines, other lines that are no goods custom lines. A `C…` document is an order all of which came
back: ordered, paid, refunded, restocked. Stock write-offs are no sales and are listed, not loaded.

Data: D. Chen (2015), Online Retail, UCI Machine Learning Repository, doi 10.24432/C5BW33.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sandbox.changes import Occasion
from sandbox.changes.refund import everything, refund
from sandbox.clock import read
from sandbox.draft import DraftAddress, DraftLine, DraftShipping, DraftTax, OrderDraft, Rejected
from sandbox.loading.report import LoadReport
from sandbox.loading.rows import BadValue, Row, Sheet
from sandbox.placing import Checkout
from sandbox.records.customer import Customer
from sandbox.records.product import Product, Variant
from sandbox.records.shop import Shop
from sandbox.store import Store

COLUMNS = (
    "invoice_no", "line_no", "doc_kind", "invoice_at", "item_no", "description", "quantity",
    "unit_price", "line_kind", "customer_no", "country", "country_code",
)  # fmt: skip
VAT = (DraftTax("VAT", Decimal("0.2")),)


@dataclass(frozen=True, slots=True)
class Form:
    columns: Sequence[str] = COLUMNS

    def shop(self, _sheet: Sheet) -> Shop:
        return Shop(
            name="Online Retail",
            currency="GBP",
            timezone="Europe/London",
            taxes_included=False,
            country_code="GB",
        )

    def load(self, sheet: Sheet, store: Store) -> LoadReport:
        report, checkout = LoadReport(), Checkout(store)
        documents: dict[str, list[Row]] = {}
        for row in sheet.rows:
            documents.setdefault(row.text("invoice_no") or "", []).append(row)
        _make_products(sheet.rows, store)
        customers: dict[str, str] = {}
        for number, rows in documents.items():
            try:
                _take(number, rows, checkout, customers)
            except (BadValue, Rejected) as problem:
                report.reject(number, rows[0].number, str(problem))
            else:
                report.loaded["orders"] += 1
        return report


def _take(number: str, rows: Sequence[Row], checkout: Checkout, customers: dict[str, str]) -> None:
    kind, store = rows[0].text("doc_kind"), checkout.store
    if kind == "stock_writeoff":
        raise Rejected("A stock write-off is no sale.")
    if kind not in {"invoice", "cancellation"}:
        raise Rejected(f"Unknown kind of document: {kind}.")
    draft = _draft(number, rows)
    buyer = _customer(rows[0], _moment(rows[0]), customers, store)
    email = f"customer-{rows[0].text('customer_no')}@example.com" if buyer else None
    order = checkout.place(replace(draft, customer_gid=buyer, email=email))
    if kind == "cancellation":
        returned = replace(everything(order), note="Returned")
        after = refund(order, returned, Occasion(order.created_at, store.new_gid))
        store.put(replace(after, closed_at=order.created_at))


def _draft(number: str, rows: Sequence[Row]) -> OrderDraft:
    head, moment = rows[0], _moment(rows[0])
    lines = [row for row in rows if row.text("line_kind") != "shipping"]
    carriage = [row for row in rows if row.text("line_kind") == "shipping"]
    country = head.text("country_code")
    return OrderDraft(
        lines=tuple(_line(row) for row in lines),
        shipping=tuple(_shipping(row) for row in carriage),
        name=number,
        created_at=moment,
        taxes_included=False,
        taxes=VAT if country == "GB" else (),
        shipping_address=DraftAddress(country=head.text("country"), country_code=country),
    )


def _moment(row: Row) -> datetime:
    try:
        return read(row.text("invoice_at") or "")
    except ValueError as problem:
        raise BadValue(f"row {row.number}: invoice_at is not a time") from problem


def _line(row: Row) -> DraftLine:
    goods = row.text("line_kind") == "goods"
    item, quantity = row.text("item_no"), abs(row.whole("quantity"))
    if not quantity:
        raise BadValue(f"row {row.number}: the quantity is 0")
    return DraftLine(
        title=row.text("description") or item or "No description",
        quantity=quantity,
        price=_price(row),
        sku=item,
        requires_shipping=goods,
        custom=not goods,
    )


def _shipping(row: Row) -> DraftShipping:
    amount = _price(row) * abs(row.whole("quantity"))
    return DraftShipping(row.text("description") or "Postage", amount, row.text("item_no"))


def _price(row: Row) -> Decimal:
    price = row.amount("unit_price")
    if price < 0:
        raise BadValue(f"row {row.number}: the price is negative: {price}")
    return price


def _make_products(rows: Sequence[Row], store: Store) -> None:
    """Make a product of every item the shop does not know; its price is the first one seen."""
    known: Mapping[str, object] = store.variants_by_sku()
    new: dict[str, Row] = {}
    for row in rows:
        item = row.text("item_no")
        if item and row.text("line_kind") == "goods" and item not in known:
            new.setdefault(item, row)
    now = store.clock.now()
    for index, (item, row) in enumerate(new.items(), len(known) + 1):
        variant = Variant(
            gid=store.new_gid("ProductVariant"),
            inventory_item_gid=store.new_gid("InventoryItem"),
            title="Default Title",
            price=row.amount("unit_price", Decimal(0)),
            sku=item,
        )
        title = row.text("description") or item
        gid = store.new_gid("Product")
        published = store.in_online_store(now)
        store.put(Product(gid, f"item-{index}", title, (variant,), now, now, published=published))


def _customer(row: Row, moment: datetime, customers: dict[str, str], store: Store) -> str | None:
    number = row.text("customer_no")
    if number is None:
        return None
    if number not in customers:
        gid = customers[number] = store.new_gid("Customer")
        store.put(
            Customer(
                gid,
                moment,
                moment,
                first_name="Customer",
                last_name=number,
                email=f"customer-{number}@example.com",
            )
        )
    return customers[number]
