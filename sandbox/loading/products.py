"""Shopify's product export: one row a variant (or an extra picture), grouped by handle.

Both column sets are read: the one with "Variant Grams" and "Type", and the newer one with
"Type" beside "Product Category" and "Status". Weights are in grams there, shown in the variant's unit.
Source: Shopify help, "Using CSV files".
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from sandbox.loading.report import LoadReport, Unreadable
from sandbox.loading.rows import BadValue, Row, read_sheet
from sandbox.options import options_of
from sandbox.records.media import Media
from sandbox.records.product import DEFAULT_TITLE, Product, Variant
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
    drafts = [_variant(row, names, store) for row in sold]
    pictures = _pictures(rows, store)
    by_source = {picture.source: picture.gid for picture in pictures}
    variants = tuple(
        replace(draft, media_gids=(by_source[source],)) if source in by_source else draft
        for draft, source in zip(drafts, [row.text("Variant Image") for row in sold], strict=True)
    )
    for picture in pictures:
        store.put(picture)
    return Product(
        gid=store.new_gid("Product"),
        handle=handle,
        title=title,
        variants=variants,
        created_at=now,
        updated_at=now,
        description_html=head.text("Body (HTML)") or "",
        vendor=head.text("Vendor") or "",
        product_type=head.text("Type") or head.text("Custom Product Type") or "",
        tags=tuple(tag.strip() for tag in (head.text("Tags") or "").split(",") if tag.strip()),
        status=status.upper(),
        is_gift_card=head.flag("Gift Card", default=False),
        options=options_of(variants, store.new_gid),
        seo_title=head.text("SEO Title"),
        seo_description=head.text("SEO Description"),
        media_gids=tuple(picture.gid for picture in pictures),
        published=store.in_online_store(now) if head.flag("Published", default=True) else (),
    )


def _pictures(rows: list[Row], store: Store) -> list[Media]:
    """Return the pictures in their order; where they are shown is where the file says."""
    now, found = store.clock.now(), dict[str, tuple[int, str]]()
    for row in rows:
        source = row.text("Image Src")
        if source:
            place = row.whole("Image Position", len(found) + 1)
            found.setdefault(source, (place, row.text("Image Alt Text") or ""))
    for row in rows:
        source = row.text("Variant Image")
        if source:
            found.setdefault(source, (len(found) + 1, ""))
    return [
        Media(
            store.new_gid("MediaImage"),
            source=source,
            created_at=now,
            updated_at=now,
            alt=alt,
            status="READY",
            url=source,
            filename=source.rpartition("/")[2].partition("?")[0],
        )
        for source, (_, alt) in sorted(found.items(), key=lambda item: item[1][0])
    ]


def _variant(row: Row, names: list[str | None], store: Store) -> Variant:
    values = [row.text(f"Option{n} Value") for n in (1, 2, 3)]
    pairs = tuple((n, v) for n, v in zip(names, values, strict=True) if n and v)
    options = () if pairs == (("Title", DEFAULT_TITLE),) else pairs
    unit, grams = WEIGHTS[(row.text("Variant Weight Unit") or "kg").lower()]
    return Variant(
        gid=store.new_gid("ProductVariant"),
        inventory_item_gid=store.new_gid("InventoryItem"),
        title=" / ".join(value for _, value in options) or DEFAULT_TITLE,
        price=row.amount("Variant Price"),
        options=options,
        sku=row.text("Variant SKU"),
        barcode=row.text("Variant Barcode"),
        compare_at_price=_amount(row, "Variant Compare At Price"),
        taxable=row.flag("Variant Taxable", default=True),
        requires_shipping=row.flag("Variant Requires Shipping", default=True),
        inventory_quantity=row.whole("Variant Inventory Qty", 0),
        inventory_policy=(row.text("Variant Inventory Policy") or "deny").upper(),
        unit_cost=_amount(row, "Cost per item"),
        weight=row.amount("Variant Grams", Decimal(0)) / grams,
        weight_unit=unit,
        hs_code=row.text("Variant HS Code") or row.text("HS Code"),
        origin_country=row.text("Variant Country of Origin") or row.text("COO"),
    )


WEIGHTS = {
    "kg": ("KILOGRAMS", Decimal(1000)),
    "g": ("GRAMS", Decimal(1)),
    "lb": ("POUNDS", Decimal("453.59237")),
    "oz": ("OUNCES", Decimal("28.349523125")),
}


def _amount(row: Row, column: str) -> Decimal | None:
    return row.amount(column) if row.text(column) else None
