"""Whole catalogs of real shops come in, become items by each rule, and are no news the second time.

The files are not ours to ship, so this runs where the folder with real input lies beside the
repository.
"""

from __future__ import annotations

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

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FILES, reason="the folder with real input is not here"),
]


@pytest.fixture(scope="module")
def whole() -> Iterator[Server]:
    """All catalogs in one shop."""
    server = opened(Options(token=[TOKEN], plan="plus", products=FILES))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server(whole: Server) -> Server:
    return whole


@pytest.mark.parametrize(
    "rule", ["", "item_no", "variant_code", "item_and_variant", "vendor_item_no", "barcode"]
)
def test_15_2_every_catalog_comes_in_and_is_no_news_the_second_time(
    shop: Shop, run: Run, rule: str
) -> None:
    ProductSettings.objects.create(shop=shop, sync_item="from_shopify", sku_mapping=rule)

    first = run("products")

    assert first.counts["read"] == first.counts["created"] == Product.objects.count()
    assert Variant.objects.count() > 3_700
    unmapped = VariantLink.objects.filter(state="unmapped")
    assert all(link.conflict for link in unmapped)
    assert unmapped.exists() == (rule not in {"", "variant_code"})
    assert broken_links() == []
    before = Item.objects.count(), ItemVariant.objects.count()

    with CaptureQueriesContext(connection) as queries:
        second = run("products", full="all")

    written = [
        query["sql"][:200]
        for query in queries
        if query["sql"].lstrip().startswith(("INSERT", "UPDATE", "DELETE"))
        and any(
            f'"{table}"' in query["sql"].partition("SET")[0]
            for table in ("shops_product", "shops_variant", "sync_variantlink", "erp_item")
        )
    ]
    assert written == []
    assert second.counts == {"read": first.counts["read"], "unchanged": first.counts["read"]}
    assert (Item.objects.count(), ItemVariant.objects.count()) == before
