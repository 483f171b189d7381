"""Files as real input: what they bring, what they do not, and why."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.arguments import Options
from sandbox.loading.report import Unreadable
from sandbox.opening import opened

from .conftest import Client, Opener, document

RETAIL = "invoice_no,line_no,doc_kind,invoice_at,item_no,description,quantity,unit_price,line_kind,customer_no,country,country_code\n"
EXPORT = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,"
    "Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Lineitem discount,Shipping Name,Shipping Street,Shipping City,"
    "Shipping Zip,Shipping Country,Notes,Note Attributes,Cancelled at,Payment Method,"
    "Refunded Amount,Tags,Risk Level,Source,Tax 1 Name,Tax 1 Value\n"
)
MONEY = """name displayFinancialStatus displayFulfillmentStatus taxesIncluded tags note email
  customAttributes { key value } customer { displayName } shippingAddress { zip city }
  totalPriceSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } }
  currentTotalTaxSet { shopMoney { amount } } totalRefundedSet { shopMoney { amount } }
  lineItems(first: 9) { nodes { sku quantity currentQuantity variant { id }
    taxLines { title rate priceSet { shopMoney { amount } } } } }
  shippingLines(first: 9) { nodes { title originalPriceSet { shopMoney { amount } } } }"""


def written(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def money(order: dict[str, Any], name: str) -> Decimal:
    return Decimal(order[name]["shopMoney"]["amount"])


def test_a_till_roll_becomes_orders(shop_opener: Opener, tmp_path: Path) -> None:
    path = written(
        tmp_path / "week.csv.gz",
        RETAIL
        + "1,10000,invoice,2011-11-14 08:10:00,A1,MUG,2,1.65,goods,18211,United Kingdom,GB\n"
        + "1,20000,invoice,2011-11-14 08:10:00,A1,MUG,1,0.0,goods,18211,United Kingdom,GB\n"
        + "1,30000,invoice,2011-11-14 08:10:00,POST,POSTAGE,2,18.0,shipping,18211,United Kingdom,GB\n"
        + "2,10000,invoice,2011-11-14 09:00:00,a1,OTHER,1,5.0,goods,,Germany,DE\n"
        + "2,20000,invoice,2011-11-14 09:00:00,M,Manual,1,1.25,manual,,Germany,DE\n"
        + "C3,10000,cancellation,2011-11-14 10:00:00,A1,MUG,-3,1.65,goods,18211,United Kingdom,GB\n"
        + "4,10000,stock_writeoff,2011-11-14 11:00:00,A1,MUG,-9,0.0,goods,,United Kingdom,GB\n",
    )
    client = shop_opener(Options(orders=[path]))
    state = client.state()
    assert state["loaded"] == {"orders": 3}
    assert state["rejected"] == [
        {"document": "4", "row": 8, "reason": "A stock write-off is no sale."}
    ]
    assert (state["counts"]["Product"], state["counts"]["Customer"]) == (2, 1)
    home = client.order("1", MONEY)
    assert money(home, "totalPriceSet") == Decimal("47.16")  # (3.30 + 36.00) × 1.2
    assert [line["quantity"] for line in home["lineItems"]["nodes"]] == [2, 1]
    assert home["shippingLines"]["nodes"][0]["title"] == "POSTAGE"
    abroad = client.order("2", MONEY)
    assert (money(abroad, "totalPriceSet"), abroad["customer"]) == (Decimal("6.25"), None)
    assert [bool(line["variant"]) for line in abroad["lineItems"]["nodes"]] == [True, False]
    back = client.order("C3", MONEY)
    assert (back["displayFinancialStatus"], back["lineItems"]["nodes"][0]["currentQuantity"]) == (
        "REFUNDED",
        0,
    )
    assert money(back, "currentTotalPriceSet") == 0
    assert money(back, "totalRefundedSet") == Decimal("5.94")


def test_an_order_export_becomes_orders(shop_opener: Opener, tmp_path: Path) -> None:
    address = "Kari Nord,Gate 1,Oslo,'0150,NO"
    path = written(
        tmp_path / "orders_export.csv",
        EXPORT
        + "#1,k@example.com,paid,2026-01-02 10:05:00 +0100,fulfilled,EUR,29.00,5.00,6.80,34.00,TEN,"
        + f"1.00,Post,2026-01-02 10:00:00 +0100,2,Mug - Red,10.00,MUG-R,true,true,fulfilled,0,{address},"
        + '"Ring","gift: yes\nwrap: no",,card,0,"vip, new",Low,web,MVA 25%,6.80\n'
        + "#1,,,,,,,,,,,,,,1,Hat,10.00,HAT,true,true,fulfilled,0,,,,,,,,,,,,,,,\n"
        + "#2,,paid,,unfulfilled,EUR,10.00,0,2.50,12.50,,,,2026-01-03 10:00:00 +0100,1,Hat,10.00,HAT,"
        + "true,true,pending,0,,,,,,,,,card,12.50,,,web,MVA 25%,2.50\n"
        + "#1,,paid,,,EUR,10.00,0,2.50,12.50,,,,2026-01-03 10:00:00 +0100,1,Hat,10.00,HAT,"
        + "true,true,pending,0,,,,,,,,,card,0,,,web,MVA 25%,2.50\n"
        + "#3,,paid,,,EUR,10.00,0,2.50,99.00,,,,2026-01-03 10:00:00 +0100,1,Hat,10.00,HAT,"
        + "true,true,pending,0,,,,,,,,,card,0,,,web,MVA 25%,2.50\n",
    )
    client = shop_opener(Options(orders=[path]))
    assert client.state()["loaded"] == {"orders": 2}
    assert client.state()["rejected"] == [
        {
            "document": "#1",
            "row": 5,
            "reason": "The order has no name, or there is one of that name already.",
        },
        {
            "document": "#3",
            "row": 6,
            "reason": "Subtotal 10.00, shipping 0 and taxes 2.50 do not make the total 99.00.",
        },
    ]
    first = client.order("#1", MONEY)
    assert first["taxesIncluded"] is True
    assert money(first, "totalPriceSet") == Decimal("34.00")
    assert money(first, "currentTotalTaxSet") == Decimal("6.80")
    assert first["displayFulfillmentStatus"] == "FULFILLED"
    assert first["tags"] == ["new", "vip"]
    assert first["customAttributes"] == [
        {"key": "gift", "value": "yes"},
        {"key": "wrap", "value": "no"},
    ]
    assert first["customer"] == {"displayName": "Kari Nord"}
    assert first["shippingAddress"] == {"zip": "0150", "city": "Oslo"}
    assert first["lineItems"]["nodes"][0]["taxLines"][0]["title"] == "MVA"
    second = client.order("#2", MONEY)
    assert second["taxesIncluded"] is False
    assert (second["displayFinancialStatus"], money(second, "totalRefundedSet")) == (
        "REFUNDED",
        Decimal("12.50"),
    )


def test_a_product_export_becomes_products(shop_opener: Opener, tmp_path: Path) -> None:
    path = written(
        tmp_path / "products.csv",
        "Handle,Title,Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
        "Variant Inventory Qty,Variant Price,Variant Barcode,Image Src\n"
        "mug,Mug,V,Kitchen,\"a, b\",true,Colour,Red,M-R,3,9.99,1,x.jpg\n"
        "mug,,,,,,,Blue,M-B,-2,9.5,,\n"
        "mug,,,,,,,,,,,,y.jpg\n"
        "bad,Bad,V,,,true,Title,Default Title,B,1,cheap,,\n",
    )  # fmt: skip
    client = shop_opener(Options(products=[path]))
    assert client.state()["loaded"] == {"products": 1}
    assert client.state()["rejected"] == [
        {"document": "bad", "row": 5, "reason": "row 5: Variant Price is not a number: 'cheap'"}
    ]
    text = """{ products(first: 2) { nodes { title tags status totalInventory variants(first: 5) {
      nodes { sku title price inventoryQuantity selectedOptions { name value } } } } } }"""
    (product,) = client.data(text)["products"]["nodes"]
    assert (product["title"], product["tags"], product["totalInventory"]) == ("Mug", ["a", "b"], 1)
    assert [v["sku"] for v in product["variants"]["nodes"]] == ["M-R", "M-B"]
    assert product["variants"]["nodes"][1]["price"] == "9.50"


@pytest.mark.parametrize(
    ("option", "body", "sentence"),
    [
        ("products", b"", "it has no heading"),
        ("products", b"A,B\n1,2\n", "is no product export, it lacks Handle, Title, Variant Price"),
        ("products", b"Handle,Title,Variant Price\na,b\n", "row 2 has 2 cells, the heading has 3"),
        ("products", b"\xff\xfe", "is not a text file in UTF-8"),
        ("orders", b"A,B\n1,2\n", "is neither a Shopify order export"),
        ("orders", b'A,B\n"1,2\n', "is not a CSV file"),
        ("faults", b"[", "unexpected end"),
        ("faults", b"[1]", "Rule 1 is not an object."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    tmp_path: Path, option: str, body: bytes, sentence: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(body)
    value: Any = path if option == "faults" else [path]
    with pytest.raises(Unreadable) as refusal:
        opened(Options(**{option: value}))
    assert str(path) in str(refusal.value)
    assert sentence in str(refusal.value)


def test_a_real_week_is_accounted_for_to_the_last_document(
    shop_opener: Opener, shared: Path
) -> None:
    folder = shared / "data" / "online_retail"
    client = shop_opener(Options(orders=[folder / "online_retail_week46_2011.csv.gz"]))
    state = client.state()
    assert state["loaded"] == {"orders": 743}
    assert len(state["rejected"]) == 46
    assert {row["reason"] for row in state["rejected"]} == {"A stock write-off is no sale."}
    assert lines_of(client) == 17_778 - 46 - 71  # all but write-offs and shipping lines
    page = {"first": 250, "lines": 100, "query": "financial_status:refunded"}
    refunded = client.data(document("orders_page"), **page)["orders"]["nodes"]
    assert len(refunded) >= 100
    for order in refunded:
        assert money(order, "currentTotalPriceSet") == 0
        assert money(order, "totalRefundedSet") == money(order, "totalPriceSet") > 0


def lines_of(client: Client) -> int:
    return sum(len(order.lines) for order in client.api.store.orders())


def test_all_sample_product_exports_are_read(shop_opener: Opener, shared: Path) -> None:
    files = sorted((shared / "data" / "shopify_products").glob("*.csv"))
    client = shop_opener(Options(products=files))
    state = client.state()
    assert state["rejected"] == []
    assert state["counts"]["Product"] == state["loaded"]["products"] >= 997 + 30
