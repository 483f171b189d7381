"""Whole catalogs of real shops come in, become items by each rule, and are no news the second time.

The files are not ours to ship, so this runs where the folder with real input lies beside the
repository.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connector.sync.audit import broken_links
from connector.sync.models import VariantLink
from erp.models import Item, ItemVariant
from sandbox.arguments import Options
from sandbox.opening import opened
from sandbox.server import Server
from shops.models import Product, ProductSettings, Shop, Variant
from tests.sync.conftest import TOKEN, Run

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT.parent / "shared" / "data" / "shopify_products").glob("*.csv"))
LARGE, MANY = 1_000_000, 3_700  # bytes of a file; variants in all of them
# Of what the run is about; how it went is written each time. Many at once begin "17 times: ".
WRITES = re.compile(
    r"(?:\d+ times: )?(?:INSERT INTO|UPDATE|DELETE FROM) "
    r'"(?:shops_product|shops_variant|sync_productlink|sync_variantlink|erp_\w+)"'
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FILES, reason="the folder with real input is not here"),
]


@pytest.fixture
def files(request: pytest.FixtureRequest) -> list[Path]:
    """All but the largest, unless a test asks for it."""
    whole = getattr(request, "param", False)
    return FILES if whole else [path for path in FILES if path.stat().st_size < LARGE]


@pytest.fixture
def server(files: list[Path]) -> Iterator[Server]:
    """All catalogs in one shop."""
    server = opened(Options(token=[TOKEN], plan="plus", products=files))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        ("", False),
        ("item_no", True),
        ("variant_code", False),
        ("item_and_variant", True),
        ("vendor_item_no", False),
        ("barcode", False),
    ],
    indirect=["files"],
)
def test_15_2_every_catalog_comes_in_and_is_no_news_the_second_time(
    shop: Shop, run: Run, rule: str, files: list[Path]
) -> None:
    ProductSettings.objects.create(shop=shop, sync_item="from_shopify", sku_mapping=rule)

    first = run("products")

    assert first.counts["read"] == first.counts["created"] == Product.objects.count()
    unmapped = VariantLink.objects.filter(state="unmapped")
    assert all(link.conflict for link in unmapped)  # of all others the items are there now
    if len(files) == len(FILES):
        assert Variant.objects.count() > MANY
        assert unmapped.exists()  # the eight SKUs that two variants share
    assert broken_links() == []
    before = Item.objects.count(), ItemVariant.objects.count()

    with CaptureQueriesContext(connection) as queries:
        second = run("products", full="all")

    assert [sql for query in queries if WRITES.match(sql := str(query["sql"]))] == []
    assert second.counts == {"read": first.counts["read"], "unchanged": first.counts["read"]}
    assert (Item.objects.count(), ItemVariant.objects.count()) == before
