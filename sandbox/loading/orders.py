"""Order files: tells the two forms apart and takes them document by document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sandbox.loading import online_retail, order_export
from sandbox.loading.report import LoadReport, Unreadable
from sandbox.loading.rows import Sheet, read_sheet
from sandbox.records.shop import Shop
from sandbox.store import Store


def load_orders(path: Path, store: Store) -> LoadReport:
    """Take the orders of the file; single ones that cannot be taken are listed with the reason.

    Raises Unreadable when the file is neither an order export nor in the Online Retail form.
    """
    sheet = read_sheet(path)
    return _form(sheet).load(sheet, store)


def shop_of(paths: Sequence[Path]) -> Shop | None:
    """Return the shop in whose currency the first file is written; None without a file."""
    if not paths:
        return None
    sheet = read_sheet(paths[0])
    return _form(sheet).shop(sheet)


def _form(sheet: Sheet) -> online_retail.Form | order_export.Form:
    for form in (online_retail.Form(), order_export.Form()):
        if set(form.columns) <= set(sheet.columns):
            return form
    raise Unreadable(
        f"{sheet.path}: is neither a Shopify order export (it lacks some of "
        f"{', '.join(order_export.COLUMNS)}) nor in the Online Retail form (it lacks some of "
        f"{', '.join(online_retail.COLUMNS)})."
    )
