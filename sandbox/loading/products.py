"""Shopify's product export: one row a variant (or an extra picture), grouped by handle.

Both column sets are read: the one with "Variant Grams" and "Type", and the newer one with
"Type" beside "Product Category" and "Status". Source: Shopify help, "Using CSV files".
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from sandbox.loading.report import LoadReport, Unreadable
from sandbox.loading.rows import BadValue, Row, read_sheet
from sandbox.records.product import Product, Variant
from sandbox.store import Store

NEEDED = ("Handle", "Title", "Variant Price")


def load_products(path: Path, store: Store) -> LoadReport:
    """Take the products of the file; one that cannot be read is left out with its reason.

    Raises Unreadable for a file without the columns of an export.
    """
    sheet = read_sheet(path)
    missing = [column for column in NEEDED if column not in sheet.columns]
    if missing:
        raise Unreadable(f"{path}: is no product export, it lacks {', '.join(missing)}.")
    report = LoadReport()
    for handle, group in groupby(sheet.rows, key=lambda row: row.text("Handle")):
        rows = list(group)
        try:
            store.put(_product(handle, rows, store))
        except BadValue as problem:
            report.reject(handle or "", rows[0].number, str(problem))
        else:
            report.loaded["products"] += 1
    return report


def _product(handle: str | None, rows: list[Row], store: Store) -> Product:
    head, now = rows[0], store.clock.now()
    title = head.text("Title")
    if handle is None or title is None:
        raise BadValue(f"row {head.number}: the product has no handle or no title")
    names = [head.text(f"Option{n} Name") for n in (1, 2, 3)]
    sold = [row for row in rows if row.text("Variant Price") is not None]
    if not sold:
        raise BadValue(f"row {head.number}: the product has no price")
    status = head.text("Status") or ("active" if head.flag("Published", default=True) else "draft")
    return Product(
        gid=store.new_gid("Product"),
        handle=handle,
        title=title,
        variants=tuple(_variant(row, names, store) for row in sold),
        created_at=now,
        updated_at=now,
        description_html=head.text("Body (HTML)") or "",
        vendor=head.text("Vendor") or "",
        product_type=head.text("Type") or head.text("Custom Product Type") or "",
        tags=tuple(tag.strip() for tag in (head.text("Tags") or "").split(",") if tag.strip()),
        status=status.upper(),
        is_gift_card=head.flag("Gift Card", default=False),
    )


def _variant(row: Row, names: list[str | None], store: Store) -> Variant:
    values = [row.text(f"Option{n} Value") for n in (1, 2, 3)]
    options = tuple((n, v) for n, v in zip(names, values, strict=True) if n and v)
    compare = row.text("Variant Compare At Price")
    return Variant(
        gid=store.new_gid("ProductVariant"),
        inventory_item_gid=store.new_gid("InventoryItem"),
        title=" / ".join(value for _, value in options) or "Default Title",
        price=row.amount("Variant Price"),
        options=options,
        sku=row.text("Variant SKU"),
        barcode=row.text("Variant Barcode"),
        compare_at_price=row.amount("Variant Compare At Price") if compare else None,
        taxable=row.flag("Variant Taxable", default=True),
        requires_shipping=row.flag("Variant Requires Shipping", default=True),
        inventory_quantity=row.whole("Variant Inventory Qty", 0),
    )
