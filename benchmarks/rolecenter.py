"""The role center at volume: queries and time of a page, with many orders and customers.

`python -m benchmarks.rolecenter [--orders 50000] [--rounds 100]`, in a database of its own on the
server of DATABASE_URL (SQLite when that is not set). The budget: at most 12 queries whatever the
volume, and p95 at most 100 ms at 1,000,000 orders. Rows are made by the database itself.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from http import HTTPStatus

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402 - only after the setup
from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from benchmarks.database import own_database  # noqa: E402
from erp.setup import create_company  # noqa: E402
from shops.models import Shop  # noqa: E402

WARM = 3  # pages before the clock runs
MOMENT = "'2026-03-02 12:00:00+00:00'"
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "

# One order in a hundred waits for a person, one in a thousand was changed after processing.
ORDERS = """
INSERT INTO shops_order (shop_id, gid, name, created_at, updated_at, currency,
  presentment_currency, total, current_total, current_tax, presentment_total, outstanding, quantity,
  line_count, financial_status, fulfillment_status, fully_paid, test, closed, high_risk,
  customer_name, email, customer_gid, company_gid, country, channel, po_number, tags, imported_at,
  state, reason_code, reason, conflict, conflict_note)
{numbers}
SELECT {shop}, 'gid://shopify/Order/' || i, '#' || i, {moment}, {moment}, 'EUR', 'EUR', 100, 100,
  20, 100, 0, 2, 2, 'PAID', 'FULFILLED', {true}, {false}, {false}, {false}, 'Buyer ' || i, '', '',
  '', 'NO', 'Online Store', '', '', {moment},
  CASE WHEN i % 100 = 0 THEN 'unprocessed' ELSE 'processed' END,
  CASE WHEN i % 100 = 0 THEN 'unmapped' ELSE '' END,
  CASE WHEN i % 100 = 0 THEN 'No item for Lamp.' ELSE '' END,
  CASE WHEN i % 1000 = 1 THEN {true} ELSE {false} END, ''
FROM n
"""


def fill(shop: Shop, orders: int) -> None:
    postgres = connection.vendor == "postgresql"
    moment = f"{MOMENT}::timestamptz" if postgres else MOMENT
    true, false = ("true", "false") if postgres else ("1", "0")
    # The percent signs of the arithmetic are doubled, since one parameter is given.
    statement = ORDERS.replace("%", "%%").format(
        numbers=NUMBERS, shop=shop.pk, moment=moment, true=true, false=false
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [orders])
        cursor.execute("ANALYZE")


def measure(client: Client, rounds: int) -> dict[str, float]:
    for _ in range(WARM):
        assert client.get("/").status_code == HTTPStatus.OK
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
        count = len(queries)  # now: the next request empties the record
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        client.get("/")
        times.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(times, n=100)
    return {"queries": count, "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rolecenter")
    parser.add_argument("--orders", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=100, help="pages measured")
    options = parser.parse_args()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    with own_database():
        company = create_company("BENCH", "EUR")
        shop = Shop.objects.create(
            code="BENCH", url="https://bench.myshopify.com", company_code=company.code
        )
        start = time.perf_counter()
        fill(shop, options.orders)
        print(f"{options.orders:,} orders made in {time.perf_counter() - start:.1f} s")
        client = Client()
        client.force_login(User.objects.create_superuser("bench"))
        found = measure(client, options.rounds)
    print(f"{'':12}{'queries':>10}{'p50 ms':>10}{'p95 ms':>10}")
    print(f"{connection.vendor:12}{found['queries']:10}{found['p50_ms']:10}{found['p95_ms']:10}")
    told = {"benchmark": "rolecenter", "database": connection.vendor, "orders": options.orders}
    print(json.dumps(told | found))


if __name__ == "__main__":
    main()
