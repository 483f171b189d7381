"""What is to be sent of one product that Shopify has: its changes, and its new variants. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.sync.mapping.options import Kind, Layout, Unfit, child_values, layout, values_under
from connector.sync.mapping.product_changes import (
    Altered,
    Change,
    new_variant_fields,
    product_changes,
    product_input,
    variant_changes,
    variant_input,
)
from connector.sync.mapping.variants import wanted_variant
from connector.sync.mapping.wanted import Status, product_values, status
from connector.sync.mapping.wares import Pricing, ShopRules, Stands, Ware, WareVariant


@dataclass(frozen=True, slots=True)
class Seen:
    """A variant as Shopify last said it is, and what it stands for."""

    values: Mapping[str, Any]  # gid, options, and the fields as the mirror keeps them
    stands_for: Stands

    @property
    def gid(self) -> str:
        return str(self.values["gid"])


@dataclass(frozen=True, slots=True)
class Linked:
    """A product that Shopify has, with the variants that stand for something."""

    ware: Ware
    values: Mapping[str, Any]  # fields as the mirror keeps them
    options: tuple[str, ...]  # names
    only_default_variant: bool
    variants: tuple[Seen, ...]
    status: Status = field(default_factory=Status)  # what is remembered of an earlier one
    altered: Altered = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    gid: str
    name: str  # of the variant, for people
    changes: tuple[Change, ...]
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Added:
    stands_for: Stands
    options: tuple[str, ...]
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    changes: tuple[Change, ...] = ()
    input: Mapping[str, Any] = field(default_factory=dict)
    changed: tuple[Changed, ...] = ()
    added: tuple[Added, ...] = ()
    status: Status = field(default_factory=Status)
    problem: Unfit | None = None  # why new variants cannot be made

    def __bool__(self) -> bool:
        return bool(self.changes or self.changed or self.added)


def plan(
    product: Linked,
    wares: Mapping[int, Ware],
    prices: Mapping[Stands, Pricing],
    rules: ShopRules,
) -> Plan:
    """`wares` has the items of all variants, which may be others than the product's.

    Raises Unfit for a blocked item whose product is to stay as it is.
    """
    settled = status(product.ware, rules, product.values["status"], product.status)
    values = product_values(product.ware, rules) | {"status": settled.wanted}
    changes = product_changes(values, product.values, rules, product.altered)
    added, problem = _added(product, prices, rules)
    return Plan(
        changes,
        product_input(changes),
        tuple(_changed(product, wares, prices, rules)),
        added,
        settled,
        problem,
    )


def _changed(
    product: Linked,
    wares: Mapping[int, Ware],
    prices: Mapping[Stands, Pricing],
    rules: ShopRules,
) -> list[Changed]:
    found = []
    for seen in product.variants:
        item, variant, uom = seen.stands_for
        ware = wares[item]
        kind = Kind(_variant_of(ware, variant), uom, ())
        wanted = wanted_variant(ware, kind, rules)
        pricing = prices.get(seen.stands_for)
        changes = variant_changes(wanted, pricing, seen.values, rules, product.altered)
        if changes:
            name = " / ".join(seen.values["options"]) or ware.no
            fields = {"id": seen.gid} | variant_input(changes, wanted)
            found.append(Changed(seen.gid, name, changes, fields))
    return found


def _variant_of(ware: Ware, key: int | None) -> WareVariant:
    """The item itself, also where a variant of it is no more."""
    return next((v for v in ware.variants if v.key == key), ware.itself)


def _added(
    product: Linked, prices: Mapping[Stands, Pricing], rules: ShopRules
) -> tuple[tuple[Added, ...], Unfit | None]:
    """Variants of the product's own item; those of other items are never multiplied out."""
    try:
        laid = layout(product.ware, rules)
        missing = _missing(product, laid)
        names = _in_order(product, laid)
        kinds = [
            Kind(k.variant, k.uom, values_under(names, k, laid, default_only=_plain(product)))
            for k in missing
        ]
    except Unfit as problem:
        return (), problem
    taken = {_folded(seen.values["options"]) for seen in product.variants}
    added = []
    for kind in kinds:
        if _folded(kind.values) in taken:
            return (), Unfit("taken", values=", ".join(kind.values))
        wanted = wanted_variant(product.ware, kind, rules)
        fields = new_variant_fields(wanted, prices.get(wanted.stands_for), rules)
        added.append(Added(wanted.stands_for, kind.values, fields | _values(names, kind.values)))
    return tuple(added), None


def _missing(product: Linked, laid: Layout) -> list[Kind]:
    known = {seen.stands_for for seen in product.variants}
    return [k for k in laid.kinds if (product.ware.key, k.variant.key, k.uom) not in known]


def _in_order(product: Linked, laid: Layout) -> Sequence[str]:
    return product.options or laid.options


def _plain(product: Linked) -> bool:
    return product.only_default_variant


def _folded(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(value.casefold() for value in values)


def _values(names: Sequence[str], values: Sequence[str]) -> dict[str, Any]:
    pairs = zip(names, values, strict=True)
    return {"optionValues": [{"optionName": name, "name": value} for name, value in pairs]}


def child(
    names: Sequence[str], parent: Ware, ware: Ware, pricing: Pricing | None, rules: ShopRules
) -> Added:
    """Return an item as a new variant of another item's product. Raises Unfit."""
    kind = Kind(ware.itself, "", child_values(names, parent, ware, rules))
    wanted = wanted_variant(ware, kind, rules)
    fields = new_variant_fields(wanted, pricing, rules)
    return Added(wanted.stands_for, kind.values, fields | _values(names, kind.values))


def set_input(
    ware: Ware,
    rules: ShopRules,
    prices: Mapping[Stands, Pricing],
    collections: Sequence[str],
) -> tuple[dict[str, Any], list[Added]]:
    """ProductSetInput of a product that is to be made, and what each of its variants stands for.

    Raises Unfit.
    """
    laid = layout(ware, rules)
    names = laid.options or ("Title",)
    added = []
    for kind in laid.kinds:
        values = kind.values or ("Default Title",)
        wanted = wanted_variant(ware, kind, rules)
        fields = new_variant_fields(wanted, prices.get(wanted.stands_for), rules)
        added.append(Added(wanted.stands_for, values, fields | _values(names, values)))
    product = {
        name: value
        for name, value in product_input_of(product_values(ware, rules)).items()
        if value
    }
    product["status"] = rules.created_status
    product["productOptions"] = [
        {"name": name, "values": [{"name": v} for v in dict.fromkeys(a.options[i] for a in added)]}
        for i, name in enumerate(names)
    ]
    product["variants"] = [dict(each.input) for each in added]
    if collections:
        product["collections"] = list(collections)
    return product, added


def product_input_of(values: Mapping[str, str | None]) -> dict[str, Any]:
    return product_input([Change(name, None, value) for name, value in values.items()])
