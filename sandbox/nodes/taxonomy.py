"""The few categories of Shopify's product taxonomy that the sandbox knows.

Source: Shopify's Standard Product Taxonomy, github.com/Shopify/product-taxonomy.
"""

from __future__ import annotations

from sandbox.nodes import Node

CATEGORIES = {
    "aa": "Apparel & Accessories",
    "aa-1": "Apparel & Accessories > Clothing",
    "aa-1-13": "Apparel & Accessories > Clothing > Clothing Tops",
    "ae": "Arts & Entertainment",
    "fr": "Furniture",
    "gc": "Gift Cards",
    "hb": "Health & Beauty",
    "hg": "Home & Garden",
    "hg-11": "Home & Garden > Kitchen & Dining",
    "os": "Office Supplies",
    "sg": "Sporting Goods",
}
PREFIX = "gid://shopify/TaxonomyCategory/"


def known_category(gid: str) -> bool:
    return gid.removeprefix(PREFIX) in CATEGORIES


def category_node(gid: str | None) -> Node | None:
    """Return the category; null when there is none."""
    if gid is None:
        return None
    code = gid.removeprefix(PREFIX)
    full = CATEGORIES[code]
    parent = code.rpartition("-")[0]
    return {
        "__typename": "TaxonomyCategory",
        "id": gid,
        "name": full.rpartition(" > ")[2],
        "fullName": full,
        "level": code.count("-") + 1,
        "isRoot": not parent,
        "isLeaf": not any(other.startswith(f"{code}-") for other in CATEGORIES),
        "isArchived": False,
        "parentId": PREFIX + parent if parent else None,
    }
