"""How fast products come in and their prices are told: `python -m benchmarks.products`.

Uses a test database beside that of DATABASE_URL, and a sandbox Shopify in a process of its own, with
ten variants a product. Prints a table and, last, one JSON line.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.db import connection

from benchmarks.database import own_database
from benchmarks.orders import Result, given_a_shop, reported, sandbox

if TYPE_CHECKING:
    from shops.models import Shop

EACH = 10  # variants of a product
COLUMNS = ("Handle", "Title", "Vendor", "Type", "Published", "Option1 Name", "Option1 Value",
           "Variant SKU", "Variant Price", "Variant Grams", "Variant Inventory Tracker",
           "Variant Inventory Qty", "Status")  # fmt: skip


def catalog(path: Path, variants: int) -> None:
    """Write a product export of the shop: names, SKUs and prices all differ."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for number in range(variants):
            product, place = divmod(number, EACH)
            first = place == 0
            rows.writerow(
                [
                    f"thing-{product}",
                    f"Thing {product}" if first else "",
                    "Nordlys" if first else "",
                    "Things" if first else "",
                    "true" if first else "",
                    "Size" if first else "",
                    f"Size {place}",
                    f"T{product}-{place}",
                    f"{10 + number % 90}.90",
                    "500",
                    "shopify",
                    "20",
                    "active" if first else "",
                ]
            )


def given_goods(url: str, code: str) -> Shop:
    """A shop whose products come from Shopify and whose unknown items are made."""
    from shops.models import ProductSettings

    shop = given_a_shop(url, code)
    ProductSettings.objects.create(shop=shop, sync_item="from_shopify", sku_mapping="item_no")
    return shop


def dearer(percent: int) -> None:
    """Raise the price of every item of the books."""
    from django.db.models import F

    from erp.models import Item

    Item.objects.update(unit_price=F("unit_price") * (100 + percent) / Decimal(100))


def measure(variants: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "products.csv"
        catalog(path, variants)
        with sandbox("--unlimited", "--seed", "empty", "--products", str(path)) as shopify:
            results = round_of(given_goods(shopify.url, "BENCH"), variants, "no rate limit")
        with sandbox("--plan", "basic", "--seed", "empty", "--products", str(path)) as shopify:
            results += round_of(given_goods(shopify.url, "LIMITED"), variants, "100 points/s")
    return {
        "benchmark": "products",
        "database": connection.vendor,
        "results": [{**r._asdict(), "per_second": round(r.rate)} for r in results],
    }


def round_of(shop: Shop, variants: int, limit: str) -> list[Result]:
    """Import, the same again, all prices told, the same again; counted in variants."""
    found = []
    for what, report, options in (
        ("products in", "products", {}),
        ("products again, all", "products", {"full": "all"}),
        ("prices told", "products", {"only_prices": "yes"}),
        ("prices again", "products", {"only_prices": "yes"}),
    ):
        if what == "prices told":
            dearer(10)
        result = reported(shop, report, f"{what}, {limit}", **options)
        found.append(result._replace(orders=variants))
    return found


def show(found: dict[str, Any]) -> None:
    print(f"{found['database']}: one process, wall clock, sandbox beside it")
    print(f"{'':38}{'variants':>9}{'s':>8}{'variants/s':>12}")
    for row in found["results"]:
        print(f"{row['what']:38}{row['orders']:9}{row['seconds']:8.2f}{row['per_second']:12}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=10_000)
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")
    django.setup()
    settings.BROKER_URL = "memory://"  # the points are kept in the database, as without a broker
    with own_database():
        found = measure(options.variants)
    show(found)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
