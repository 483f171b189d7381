"""What of a product differs from what Shopify has, as the inputs of the calls that mend it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from connector.sync.mapping.variants import GRAMS_IN
from connector.sync.mapping.wares import Pricing, ShopRules, WantedProduct, WantedVariant

CHUNK = 250  # variants of one call
CHUNK_SIZE = 50_000  # bytes of one call's variants
_HALF_A_GRAM = Decimal("0.5")


# {field: "digest of what was sent, digest of what Shopify made of it"}
Altered = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class VariantChange:
    gid: str
    input: Mapping[str, Any]  # ProductVariantsBulkInput, with its id
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ProductChange:
    """`product` is empty when only variants differ, and the other way round."""

    product: Mapping[str, Any] = field(default_factory=dict)  # ProductUpdateInput without its id
    changes: tuple[Change, ...] = ()
    variants: tuple[VariantChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.product or self.variants)


# What Shopify may rewrite: it tidies HTML and trims texts.
_TEXTS = frozenset({"title", "description_html", "vendor", "product_type", "sku", "barcode"})
_PRODUCT_INPUT = {
    "title": "title",
    "description_html": "descriptionHtml",
    "vendor": "vendor",
    "product_type": "productType",
    "status": "status",
}


_OF_VARIANT = {
    "barcode": "barcode",
    "inventory_policy": "inventoryPolicy",
    "price": "price",
    "compare_at": "compareAtPrice",
}
_OF_STOCK = {
    "sku": "sku",
    "tracked": "tracked",
    "cost": "cost",
    "hs_code": "harmonizedSystemCode",
    "country_of_origin": "countryCodeOfOrigin",
    "weight": "measurement",
}
_NULL_WHEN_EMPTY = frozenset({"hs_code", "country_of_origin"})


def product_changes(
    values: Mapping[str, str | None], seen: Mapping[str, Any], rules: ShopRules, altered: Altered
) -> tuple[Change, ...]:
    """The fields of a product that are the books' and differ from what Shopify has."""
    return tuple(
        Change(name, seen[name], value)
        for name, value in values.items()
        if _sends(rules, name, value) and not _same(name, value, seen[name], altered, name)
    )


def product_input(changes: Sequence[Change]) -> dict[str, Any]:
    return {_PRODUCT_INPUT[change.field]: change.after for change in changes}


def variant_changes(
    wanted: WantedVariant,
    pricing: Pricing | None,
    seen: Mapping[str, Any],
    rules: ShopRules,
    altered: Altered,
) -> tuple[Change, ...]:
    """The same for a variant; `seen` has its gid and the fields as the mirror keeps them."""
    changes = []
    for name, value in wanted.values.items():
        if not _sends(rules, name, value):
            continue
        before = seen["weight"] if name == "weight" else seen[name]
        if name == "weight" and _same_weight(wanted, seen):
            continue
        if not _same(name, value, before, altered, f"{seen['gid']} {name}"):
            changes.append(Change(name, before, value))
    return (*changes, *_price_changes(pricing, seen))


def variant_input(changes: Sequence[Change], wanted: WantedVariant) -> dict[str, Any]:
    """ProductVariantsBulkInput of these changes alone, without the id."""
    return variant_fields(
        {change.field: change.after for change in changes}, weight_unit=wanted.weight_unit
    )


def variant_fields(values: Mapping[str, Any], *, weight_unit: str) -> dict[str, Any]:
    """The input of productVariantsBulkUpdate, productVariantsBulkCreate and productSet alike.

    `sku` goes with the stock item, where all of them take it.
    """
    if unknown := values.keys() - _OF_VARIANT.keys() - _OF_STOCK.keys():
        raise KeyError(unknown)
    top = {_OF_VARIANT[name]: _told(name, v) for name, v in values.items() if name in _OF_VARIANT}
    stock = {_OF_STOCK[name]: _told(name, v) for name, v in values.items() if name in _OF_STOCK}
    if "measurement" in stock:
        stock["measurement"] = {"weight": {"value": stock["measurement"], "unit": weight_unit}}
    return top | ({"inventoryItem": stock} if stock else {})


def _told(name: str, value: Any) -> Any:
    """A value as Shopify's input takes it."""
    if name == "weight":
        return float(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if name == "hs_code":
        value = digits(value)
    return value or None if name in _NULL_WHEN_EMPTY else value


def new_variant_fields(
    wanted: WantedVariant, pricing: Pricing | None, rules: ShopRules
) -> dict[str, Any]:
    """All that is known of a variant that does not exist yet; what is empty is left out."""
    values = {name: value for name, value in wanted.values.items() if value not in (None, "", 0)}
    values["tracked"] = rules.tracked
    if pricing is not None:
        values |= {k: v for k, v in _prices(pricing).items() if v is not None and v > 0}
    return variant_fields(values, weight_unit=wanted.weight_unit)


def chunks(inputs: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Cut into calls by number and by size; none is left out, a huge one goes alone."""
    chunk: list[Mapping[str, Any]] = []
    size = 0
    for each in inputs:
        length = len(orjson.dumps(each))
        if chunk and (len(chunk) == CHUNK or size + length > CHUNK_SIZE):
            yield chunk
            chunk, size = [], 0
        chunk.append(each)
        size += length
    if chunk:
        yield chunk


def alterations(
    changes: Sequence[Change], confirmed: Mapping[str, Any], prefix: str = ""
) -> dict[str, str]:
    """What Shopify made of what was sent, where it is something else, so that it is not sent again."""
    found = {}
    for change in changes:
        if change.field in _TEXTS and confirmed[change.field] != change.after:
            pair = f"{_digest(change.after)} {_digest(confirmed[change.field])}"
            found[f"{prefix}{change.field}"] = pair
    return found


def digits(code: str) -> str:
    """Shopify keeps of a tariff number its digits alone."""
    return "".join(character for character in code if character.isdigit())


def missing_variants(
    wanted: WantedProduct, known: Mapping[tuple[int, int | None, str], str]
) -> list[WantedVariant]:
    """Those of the product's own item that no variant of Shopify stands for yet."""
    return [variant for variant in wanted.variants if variant.stands_for not in known]


def _sends(rules: ShopRules, name: str, value: object) -> bool:
    rule = rules.rule(name)
    if value is None or rule.owner != "books":
        return False
    empty = value == "" or (name == "weight" and not value)
    return rule.clear or not empty


def _same(name: str, value: object, before: object, altered: Altered, key: str) -> bool:
    if name == "hs_code":
        return digits(str(value)) == digits(str(before))
    if value == before:
        return True
    known = altered.get(key)
    return known is not None and known == f"{_digest(value)} {_digest(before)}"


def _same_weight(wanted: WantedVariant, seen: Mapping[str, Any]) -> bool:
    """To half a gram, whatever unit it is told in."""
    value, before = wanted.values["weight"], seen["weight"]
    unit = seen["weight_unit"] or wanted.weight_unit
    assert isinstance(value, Decimal)
    if before is None:
        return not value
    grams = value * GRAMS_IN[wanted.weight_unit] - before * GRAMS_IN[unit]
    return bool(abs(grams) < _HALF_A_GRAM)


def _price_changes(pricing: Pricing | None, seen: Mapping[str, Any]) -> Iterator[Change]:
    if pricing is None:
        return
    wanted = _prices(pricing)
    if pricing.price is not None and wanted["price"] != seen["price"]:
        yield Change("price", seen["price"], wanted["price"])
    if pricing.price is not None and wanted["compare_at"] != seen["compare_at_price"]:
        yield Change("compare_at", seen["compare_at_price"], wanted["compare_at"])
    if pricing.cost is not None and wanted["cost"] != seen["unit_cost"]:
        yield Change("cost", seen["unit_cost"], wanted["cost"])


def _prices(pricing: Pricing) -> dict[str, Decimal | None]:
    """The price before a reduction is none where it is not above the price."""
    higher = (
        pricing.compare_at is not None
        and pricing.price is not None
        and pricing.compare_at > pricing.price
    )
    return {
        "price": pricing.price,
        "compare_at": pricing.compare_at if higher else None,
        "cost": pricing.cost,
    }


def _digest(value: object) -> str:
    return hashlib.sha256(str(value).encode()).hexdigest()[:24]
