"""How fast stock goes out: `python -m benchmarks.stock`.

Every variant of a shop gets another number at one location, then nothing has changed, then one item
in a hundred has. Against a sandbox Shopify in a process of its own, without a rate limit and under
that of the basic plan. Prints a table and, last, one JSON line.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.db import connection

from benchmarks.database import own_database
from benchmarks.orders import Result, Sandbox, given_a_shop, reported, sandbox

if TYPE_CHECKING:
    from erp.models import Company
    from shops.models import Shop

DAY = date(2026, 11, 20)
LINES = 1000  # of one adjustment
ON_HAND = 50


def export(path: Path, variants: int) -> None:
    """Write a product export in which none is in stock."""
    head = ("Handle", "Title", "Variant SKU", "Variant Price", "Variant Inventory Qty")
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(head)
        rows.writerows((f"p{n}", f"Product {n}", f"S{n}", "9.90", 0) for n in range(variants))


def given_stock(shop: Shop, variants: int) -> Company:
    """An item for each variant, and so many of it on hand."""
    from erp.drafts import ItemDraft
    from erp.items import create_items
    from erp.models import Company, Item

    books = Company.objects.get(code=shop.company_code)
    if not Item.objects.filter(company=books).exists():
        create_items(
            books, [ItemDraft(f"S{n}", f"Product {n}", Decimal(9)) for n in range(variants)]
        )
    adjust(books, range(variants), ON_HAND)
    return books


def adjust(books: Company, numbers: Sequence[int], by: int) -> None:
    from erp.adjustments import AdjustmentLine, create_adjustment
    from erp.posting import post_document

    for start in range(0, len(numbers), LINES):
        lines = [
            AdjustmentLine(f"S{n}", Decimal(by), Decimal(1)) for n in numbers[start : start + LINES]
        ]
        made = create_adjustment(books, lines, posting_date=DAY)
        post_document(made.pk, today=DAY)


def given_products(shop: Shop, variants: int) -> None:
    """As an import leaves them; the ids are those that the sandbox gives out."""
    from django.utils import timezone

    from connector.shopify.shop import locations
    from connector.sync.models import VariantLink
    from connector.sync.models.links import MappingState
    from connector.sync.sessions import client_for
    from connector.sync.staging.locations import put_locations
    from erp.models import Item
    from shops.models import Location, Variant

    now = timezone.now()
    Variant.objects.bulk_create(
        [
            Variant(
                shop=shop,
                gid=f"gid://shopify/ProductVariant/{3_000_001 + n}",
                inventory_item_gid=f"gid://shopify/InventoryItem/{1_000_001 + n}",
                title=f"Product {n}",
                sku=f"S{n}",
                tracked=True,
                seen_at=now,
            )
            for n in range(variants)
        ],
        batch_size=1000,
    )
    items = dict(Item.objects.values_list("no", "pk"))
    VariantLink.objects.bulk_create(
        [
            VariantLink(variant_id=pk, item_id=items[sku], state=MappingState.MAPPED)
            for pk, sku in Variant.objects.filter(shop=shop).values_list("pk", "sku")
        ],
        batch_size=1000,
    )
    put_locations(shop, locations(client_for(shop)))
    rule = Location.StockCalculation.PROJECTED
    Location.objects.filter(shop=shop).update(stock_calculation=rule)


def calls(shopify: Sandbox) -> dict[str, int]:
    asked: dict[str, int] = shopify.state()["calls"]
    return {name: asked.get(name, 0) for name in ("InventoryLevels", "InventorySetQuantities")}


def pushed(code: str, path: Path, variants: int, *options: str) -> list[dict[str, Any]]:
    """A full push, a run that finds nothing, and one after a few have moved."""
    with sandbox("--products", str(path), *options) as shopify:
        shop = given_a_shop(shopify.url, code)
        books = given_stock(shop, variants)
        given_products(shop, variants)
        told = []
        for what in ("all of it", "nothing changed", "one in a hundred changed"):
            if what.startswith("one"):
                adjust(books, range(0, variants, 100), 1)
            before = calls(shopify)
            found = reported(shop, "stock", f"{what}, {code}")
            made = {name: n - before[name] for name, n in calls(shopify).items()}
            told.append({**_rates(found), "calls": made})
        return told


def _rates(found: Result) -> dict[str, Any]:
    return {
        "what": found.what,
        "variants": found.orders,
        "seconds": round(found.seconds, 3),
        "variants_per_second": round(found.rate),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=10_000)
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")
    django.setup()
    settings.BROKER_URL = "memory://"
    with own_database(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "products.csv"
        export(path, options.variants)
        rows = pushed("UNLIMITED", path, options.variants, "--unlimited")
        rows += pushed("BASIC", path, options.variants, "--plan", "basic")
        found = {"benchmark": "stock", "database": connection.vendor, "results": rows}
    print(f"{found['database']}: one process, wall clock, sandbox beside it")
    print(f"{'':38}{'variants':>9}{'s':>8}{'variants/s':>11}  calls (read, set)")
    for row in rows:
        read, sent = row["calls"].values()
        print(
            f"{row['what']:38}{row['variants']:9}{row['seconds']:8.2f}"
            f"{row['variants_per_second']:11}  {read}, {sent}"
        )
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
