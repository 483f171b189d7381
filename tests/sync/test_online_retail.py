"""A real week of a real shop, from a file: every document accounted for, to the cent.

The file is not ours to ship, so this runs where the folder with real input lies beside the
repository: 789 documents of 14 to 18 November 2011.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from django.db.models import Sum

from connector.sync.audit import broken_links
from connector.sync.books_fields import accounts_of
from connector.sync.models import Issue
from erp.audit import broken_invariants
from erp.customers import create_customer
from erp.drafts import CustomerDraft
from erp.models import Document
from erp.setup import create_company
from shops.models import Connection, Order, OrderSettings, Shop
from tests.sync.conftest import TOKEN, Run, Sandbox

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PRODUCTS = DATA / "shopify_products" / "2017_fashion.csv"
ORDERS = DATA / "online_retail" / "online_retail_week46_2011.csv.gz"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not ORDERS.exists(), reason="the folder with real input is not here"),
]
ORDER_LIKE, REFUNDED, WRITE_OFFS = 627, 116, 46


@pytest.fixture
def shopify() -> Iterator[Sandbox]:
    command = [sys.executable, "-m", "sandbox", "--token", TOKEN, "--plan", "plus"]
    command += ["--products", str(PRODUCTS), "--orders", str(ORDERS)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Sandbox Shopify on "):
            yield Sandbox(line.split()[-1])
            break
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture
def shop(shopify: Sandbox, committed: None) -> Shop:
    books = create_company("RETAIL", "GBP")
    create_customer(books, CustomerDraft(name="Guests", no="GUEST"))
    shop = Shop.objects.create(code="RETAIL", url=shopify.url, company_code=books.code)
    Connection.objects.create(shop=shop, access_token=TOKEN)
    OrderSettings.objects.create(
        shop=shop,
        auto_create_unknown_customers=True,
        auto_create_unknown_items=True,
        default_customer_no="GUEST",
        **accounts_of(books),
    )
    return shop


def test_every_document_of_the_week_is_accounted_for(shopify: Sandbox, run: Run) -> None:
    state = requests.get(f"{shopify.url}/__sandbox/state", timeout=30).json()
    assert state["loaded"]["orders"] + len(state["rejected"]) == 789
    assert {row["reason"] for row in state["rejected"]} == {"A stock write-off is no sale."}

    assert run("orders", archived="include").counts == {"read": 743, "created": 743}
    assert run("documents").counts == {"read": 743, "created": ORDER_LIKE, "skipped": REFUNDED}
    assert run("post_sales_orders").counts["created"] == ORDER_LIKE
    assert run("shipments").counts == {"read": ORDER_LIKE, "created": ORDER_LIKE}

    assert len(state["rejected"]) + Order.objects.count() == 789
    without = Order.objects.filter(state=Order.State.NO_DOCUMENT)
    assert list(without.values_list("reason_code").distinct()) == [("nothing_left",)]
    assert not Issue.objects.exists()
    invoiced = Document.objects.filter(kind="invoice").aggregate(total=Sum("amount_incl"))
    ordered = Order.objects.aggregate(total=Sum("current_total"))
    assert invoiced["total"] == ordered["total"] == Decimal("413634.51")
    assert broken_links() == []
    assert broken_invariants() == []

    sent = shopify.mutations()
    assert run("orders").counts == {"read": ORDER_LIKE, "updated": ORDER_LIKE}
    assert set(Order.objects.exclude(state="no_document").values_list("fulfillment_status")) == {
        ("FULFILLED",)
    }
    assert not Order.objects.filter(conflict=True).exists()
    for report in ("documents", "post_sales_orders", "shipments"):
        assert run(report).counts.get("created", 0) == 0
    assert run("orders").counts == {"read": ORDER_LIKE, "unchanged": ORDER_LIKE}
    assert shopify.mutations() == sent
