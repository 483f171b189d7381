"""Products as a connector reads them: every field it asks for, pages, searches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.arguments import Options
from sandbox.gql.documents import Documents

from .conftest import Client, Opener

SHEET = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Inventory Policy,"
    "Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Image Position,"
    "Image Alt Text,SEO Title,SEO Description,Variant Image,Variant Weight Unit,Cost per item,"
    "Variant HS Code,Variant Country of Origin\n"
    "cup,Cup,<p>A <b>cup</b>.</p>,Potter,Kitchen,\"clay, blue\",true,Size,S,Colour,Blue,CUP-S-BLUE,"
    "250,3,continue,12.50,15.00,4006381333931,https://cdn.example/b.jpg,2,Side,Cup for tea,"
    "The cup,https://cdn.example/s.jpg,kg,4.20,691110,FI\n"
    "cup,,,,,,,,L,,Blue,CUP-L-BLUE,400,0,deny,14.00,,,https://cdn.example/a.jpg,1,Front,,,,g,,,\n"
)  # fmt: skip

FIELDS = """
  title handle descriptionHtml description vendor productType tags status publishedAt totalInventory
  hasOnlyDefaultVariant tracksInventory onlineStoreUrl isGiftCard templateSuffix
  seo { title description } category { fullName } variantsCount { count }
  options { name position values optionValues { name hasVariants } }
  media(first: 9) { nodes { __typename alt status mediaContentType
    ... on MediaImage { image { url altText } } } }
  featuredMedia { alt } images(first: 1) { nodes { url } }
  priceRangeV2 { minVariantPrice { amount currencyCode } maxVariantPrice { amount } }
  variants(first: 9) { nodes { title sku barcode position price compareAtPrice taxable
    inventoryPolicy inventoryQuantity displayName
    selectedOptions { name value optionValue { name } } media(first: 1) { nodes { id } }
    image { url }
    inventoryItem { sku tracked requiresShipping harmonizedSystemCode countryCodeOfOrigin
      provinceCodeOfOrigin unitCost { amount currencyCode } measurement { weight { value unit } }
      variant { sku } } } }
"""


@pytest.fixture
def cup(shop_opener: Opener, tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "products.csv"
    path.write_text(SHEET, "utf-8")
    client = shop_opener(Options(products=[path]))
    text = f"{{ products(first: 1) {{ nodes {{ {FIELDS} }} }} }}"
    product: dict[str, Any] = client.data(text)["products"]["nodes"][0]
    return product


def test_a_product_of_a_file_has_all_that_the_file_says(cup: dict[str, Any]) -> None:
    assert cup["description"] == "A cup."
    assert cup["seo"] == {"title": "Cup for tea", "description": "The cup"}
    assert cup["options"] == [
        {"name": "Size", "position": 1, "values": ["S", "L"], "optionValues": [
            {"name": "S", "hasVariants": True}, {"name": "L", "hasVariants": True}]},
        {"name": "Colour", "position": 2, "values": ["Blue"], "optionValues": [
            {"name": "Blue", "hasVariants": True}]},
    ]  # fmt: skip
    assert cup["onlineStoreUrl"] == "https://sandbox.myshopify.com/products/cup"
    assert [node["alt"] for node in cup["media"]["nodes"]] == ["Front", "Side", ""]
    assert cup["media"]["nodes"][0]["image"]["url"] == "https://cdn.example/a.jpg"
    assert cup["featuredMedia"] == {"alt": "Front"}


def test_a_variant_of_a_file_has_price_weight_cost_and_picture(cup: dict[str, Any]) -> None:
    small, large = cup["variants"]["nodes"]
    assert (small["price"], small["compareAtPrice"], small["barcode"]) == (
        "12.50", "15.00", "4006381333931",
    )  # fmt: skip
    assert small["inventoryPolicy"] == "CONTINUE"
    assert small["image"] == {"url": "https://cdn.example/s.jpg"}
    assert small["inventoryItem"] == {
        "sku": "CUP-S-BLUE", "tracked": True, "requiresShipping": True,
        "harmonizedSystemCode": "691110", "countryCodeOfOrigin": "FI", "provinceCodeOfOrigin": None,
        "unitCost": {"amount": "4.2", "currencyCode": "EUR"},
        "measurement": {"weight": {"value": 0.25, "unit": "KILOGRAMS"}},
        "variant": {"sku": "CUP-S-BLUE"},
    }  # fmt: skip
    assert large["compareAtPrice"] is None
    assert large["inventoryItem"]["unitCost"] is None
    assert large["inventoryItem"]["measurement"]["weight"] == {"value": 400.0, "unit": "GRAMS"}


def test_a_product_without_options_shows_the_default_one(given_demo_shop: Client) -> None:
    text = """{ products(first: 1, query: "title:'Water jug'") { nodes { hasOnlyDefaultVariant
        options { name values optionValues { name } }
        variants(first: 1) { nodes { title selectedOptions { name value optionValue { name } } } }
    } } }"""
    (jug,) = given_demo_shop.data(text)["products"]["nodes"]
    assert jug["options"] == [
        {"name": "Title", "values": ["Default Title"], "optionValues": [{"name": "Default Title"}]}
    ]
    assert jug["variants"]["nodes"][0]["selectedOptions"] == [
        {"name": "Title", "value": "Default Title", "optionValue": {"name": "Default Title"}}
    ]


def test_more_variants_than_a_page_are_walked_without_loss(
    shop_opener: Opener, tmp_path: Path
) -> None:
    head = "Handle,Title,Variant Price,Option1 Name,Option1 Value,Variant SKU\n"
    rows = [f"big,{'Big' if n == 0 else ''},1.00,Size,S{n},BIG-{n}\n" for n in range(600)]
    path = tmp_path / "products.csv"
    path.write_text(head + "".join(rows), "utf-8")
    client = shop_opener(Options(products=[path], unlimited=True))
    text = """query($after: String) { products(first: 1) { nodes { variants(first: 250, after: $after)
        { nodes { sku position } pageInfo { hasNextPage endCursor } } } } }"""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = client.data(text, after=after)["products"]["nodes"][0]["variants"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert [node["sku"] for node in found] == [f"BIG-{n}" for n in range(600)]
    assert [node["position"] for node in found] == list(range(1, 601))


@pytest.mark.parametrize(
    ("root", "query", "count"),
    [
        ("products", "status:active", 24),
        ("products", "status:draft", 0),
        ("products", "gift_card:false", 23),
        ("products", "title:mug", 1),
        ("products", "title:'Wool socks'", 1),
        ("products", "title:wool", 3),
        ("products", "title:woo", 0),
        ("products", "title:woo*", 3),
        ("products", "vendor:'Lumo & Laine' tag:kitchen", 8),
        ("products", "sku:MUG-SNOW", 1),
        ("products", "variant_id:3000001", 1),
        ("products", "published_status:published", 24),
        ("products", "updated_at:>'2026-10-20T12:00:00Z'", 0),
        ("productVariants", "sku:MUG-SNOW", 1),
        ("productVariants", "sku:'MUG'", 3),
        ("productVariants", "sku:'APRON-SAND' OR sku:JUG", 2),
        ("productVariants", "barcode:641000000000", 1),
        ("productVariants", "product_id:2000001", 3),
        ("productVariants", "product_ids:2000001,2000002", 5),
        ("productVariants", "gift_card:true", 2),
        ("collections", "collection_type:custom", 6),
        ("collections", "collection_type:smart", 1),
        ("collections", "title:kitchen", 1),
    ],
)
def test_searches_find_what_shopify_finds(
    given_demo_shop: Client, root: str, query: str, count: int
) -> None:
    data = given_demo_shop.data(
        f"query($q: String!) {{ {root}Count(query: $q) {{ count }} "
        f"{root}(first: 100, query: $q) {{ nodes {{ id }} }} }}",
        q=query,
    )
    assert (data[f"{root}Count"]["count"], len(data[root]["nodes"])) == (count, count)


def test_collections_publications_and_locales_are_listed(given_demo_shop: Client) -> None:
    data = given_demo_shop.data(
        """{ collections(first: 1, query: "title:kitchen") { nodes { handle productsCount { count }
                 products(first: 2) { nodes { title } } } }
             publications(first: 5, catalogType: APP) { nodes { name
                 catalog { title ... on AppCatalog { apps(first: 1) { nodes { title handle } } } }
                 channels(first: 1) { nodes { handle } } } }
             market: publications(first: 5, catalogType: MARKET) { nodes { id } }
             shopLocales { locale name primary published }
             productByIdentifier(identifier: {handle: "stoneware-mug"}) { title
                 collections(first: 5) { nodes { handle } }
                 resourcePublications(first: 5) { nodes { isPublished publication { name } } }
                 resourcePublicationsV2(first: 5) { nodes { publication { name } } }
                 availablePublicationsCount { count }
                 online: publishedOnPublication(publicationId: "gid://shopify/Publication/1000001")
                 pos: publishedOnPublication(publicationId: "gid://shopify/Publication/1000002") } }
        """
    )
    (kitchen,) = data["collections"]["nodes"]
    assert kitchen["productsCount"] == {"count": 8}
    assert [node["title"] for node in kitchen["products"]["nodes"]] == [
        "Stoneware mug", "Porridge bowl",
    ]  # fmt: skip
    assert [node["name"] for node in data["publications"]["nodes"]] == [
        "Online Store", "Point of Sale",
    ]  # fmt: skip
    assert data["publications"]["nodes"][0]["catalog"]["apps"]["nodes"] == [
        {"title": "Online Store", "handle": "online_store"}
    ]
    assert data["market"]["nodes"] == []
    assert data["shopLocales"] == [
        {"locale": "en", "name": "English", "primary": True, "published": True}
    ]
    mug = data["productByIdentifier"]
    assert [node["handle"] for node in mug["collections"]["nodes"]] == ["kitchen", "everything"]
    assert (mug["online"], mug["pos"]) == (True, False)
    assert mug["resourcePublications"]["nodes"] == [
        {"isPublished": True, "publication": {"name": "Online Store"}}
    ]


READ: dict[str, dict[str, Any]] = {
    "products_page_full": {"first": 5, "variants": 10},
    "product_variants": {"id": "gid://shopify/Product/2000001", "first": 100},
    "product_media": {"id": "gid://shopify/Product/2000001"},
    "products_images_page": {"first": 10},
    "variant_by_sku": {"query": "sku:'MUG-SNOW'"},
    "variants_page": {"first": 100},
    "publications_page": {},
    "metafields_of_owner": {"id": "gid://shopify/Product/2000001"},
    "nodes_by_ids": {"ids": ["gid://shopify/Product/2000001", "gid://shopify/ProductVariant/1"]},
    "shop_locales": {},
}


@pytest.mark.parametrize("name", sorted(READ))
def test_documents_of_the_reference_are_served(
    given_demo_shop: Client, shared: Path, name: str
) -> None:
    text = (shared / "shopify" / "graphql" / f"{name}.graphql").read_text("utf-8")
    data = given_demo_shop.data(text, **READ[name])
    assert "null" not in json.dumps(list(data.values()))[:4]


WRITTEN = (
    "bulk_cancel", "bulk_inner_product_set", "bulk_operation", "bulk_operations",
    "bulk_products_query", "bulk_run_mutation", "bulk_run_query", "file_create", "file_delete",
    "file_update", "inventory_item_update", "metafield_definitions", "metafields_delete",
    "metafields_set", "product_create", "product_delete", "product_operation", "product_publish",
    "product_set", "product_update", "staged_uploads_create", "translatable_resource",
    "translatable_resources_by_ids", "translations_register", "variant_append_media",
    "variants_bulk_create", "variants_bulk_delete", "variants_bulk_update",
)  # fmt: skip


def test_every_document_of_the_product_side_is_judged_right_and_has_a_handler(
    given_empty_shop: Client, shared: Path
) -> None:
    api = given_empty_shop.api
    for name in WRITTEN:
        text = (shared / "shopify" / "graphql" / f"{name}.graphql").read_text("utf-8")
        document = Documents(api._schema).get(text)
        assert document.errors == [], name
        for operation in document.operations.values():
            handlers = api._mutations if operation.is_mutation else api._queries
            assert set(operation.roots) <= set(handlers), name
