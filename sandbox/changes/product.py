"""The fields of a product as a call gives them, and when it counts as changed.

Source of what Shopify makes of handles and tags: recorded answers, Admin API 2025-01.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sandbox.changes import Refused
from sandbox.nodes.taxonomy import known_category
from sandbox.records.product import Product, Variant

MAX_TEXT = 255  # characters of title, vendor, type, handle, tag
MAX_DESCRIPTION = 512 * 1024  # bytes
PLAIN = {
    "descriptionHtml": "description_html",
    "vendor": "vendor",
    "productType": "product_type",
}
MORE = {"templateSuffix": "template_suffix", "category": "category_gid"}
ITEM_FIELDS = (
    "sku", "tracked", "requires_shipping", "unit_cost", "weight", "weight_unit", "hs_code",
    "origin_country", "origin_province",
)  # fmt: skip


def handle_of(text: str) -> str:
    """Return the text as it stands in an address: "Another Weird/Handle 300 %" is …-300."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def free_handle(wanted: str, taken: Callable[[str], bool]) -> str:
    """Return the handle, counted up until nobody has it."""
    wanted = wanted or "product"
    if not taken(wanted):
        return wanted
    stem, _, number = wanted.rpartition("-")
    base, count = (stem, int(number)) if stem and number.isdigit() else (wanted, 0)
    while taken(f"{base}-{count + 1}"):
        count += 1
    return f"{base}-{count + 1}"


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags trimmed and sorted, of those that differ by case the first.

    Raises Refused for one that is too long.
    """
    kept: dict[str, str] = {}
    for tag in tags:
        for text in (part.strip() for part in tag.split(",")):
            if len(text) > MAX_TEXT:
                raise Refused("Product tags is invalid", ("tags",))
            if text:
                kept.setdefault(text.lower(), text)
    return tuple(sorted(kept.values(), key=str.lower))


def given_fields(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Refused]]:
    """Return what the input changes of a product, but for its handle; and what is wrong with it."""
    problems = _problems(given)
    changes: dict[str, Any] = {
        ours: given[name] or "" for name, ours in PLAIN.items() if name in given
    }
    changes |= {ours: given[name] or None for name, ours in MORE.items() if name in given}
    if given.get("title") is not None:
        changes["title"] = given["title"].strip()
    if given.get("status") is not None:
        changes["status"] = given["status"]
    if "seo" in given:
        changes |= _seo(given["seo"] or {})
    if "tags" in given:
        try:
            changes["tags"] = clean_tags(given["tags"] or ())
        except Refused as problem:
            problems.append(problem)
    return changes, problems


def _seo(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"seo_{name}": given[name] or None for name in ("title", "description") if name in given
    }


def _problems(given: Mapping[str, Any]) -> list[Refused]:
    found = []
    if "title" in given and not (given["title"] or "").strip():
        found.append(Refused("Title can't be blank", ("title",), "BLANK"))
    for name, label in (("title", "Title"), ("vendor", "Vendor"), ("productType", "Product type")):
        if len(given.get(name) or "") > MAX_TEXT:
            message = f"{label} is too long (maximum is {MAX_TEXT} characters)"
            found.append(Refused(message, (name,), "TOO_LONG"))
    if len((given.get("descriptionHtml") or "").encode()) > MAX_DESCRIPTION:
        message = "Body (HTML) is too big (maximum is 512 KB)"
        found.append(Refused(message, ("descriptionHtml",), "TOO_BIG"))
    category = given.get("category")
    if category and not known_category(category):
        found.append(Refused("Product category is invalid", ("category",), "INVALID"))
    return found


def settled(before: Product, after: Product, now: datetime) -> Product:
    """Return the product with its times moved on; the very same one when nothing changed."""
    if after == before:
        return before
    old = {variant.gid: variant for variant in before.variants}
    variants = tuple(_touched(old.get(v.gid), v, before, now) for v in after.variants)
    return replace(after, variants=variants, updated_at=now)


def _touched(old: Variant | None, new: Variant, product: Product, now: datetime) -> Variant:
    if old is None:
        return replace(new, created_at=now, updated_at=now, item_updated_at=now)
    changed = old.updated_at or product.updated_at
    touched = old.item_updated_at or changed
    if any(getattr(old, name) != getattr(new, name) for name in ITEM_FIELDS):
        touched = now
    if old != new:
        changed = now
    created = old.created_at or product.created_at
    return replace(new, created_at=created, updated_at=changed, item_updated_at=touched)
