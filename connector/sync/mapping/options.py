"""What a product's options are: variants, units of measure, or attributes of the item. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.sync.mapping.wares import ShopRules, Ware, WareVariant

MOST_OPTIONS = 3
MOST_VARIANTS = 2048
VARIANT_OPTION = "Variant"  # BC's name for it, in every language
DEFAULT_OPTION, DEFAULT_VALUE = "Title", "Default Title"  # of a product that comes in one kind


class Unfit(Exception):
    """The item cannot be shown as it is. `code` says why, `values` fill the sentence."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing to buy: a variant of the item in a unit, and its option values."""

    variant: WareVariant
    uom: str  # blank: the unit it is sold in
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    options: tuple[str, ...]  # names; none: one kind only
    kinds: tuple[Kind, ...]


def layout(ware: Ware, rules: ShopRules) -> Layout:
    """Return all that is to be for sale of an item. Raises Unfit.

    Units and attributes exclude one another, and units win. Source: BC, "Shpfy Create Product".
    """
    variants = [variant for variant in ware.variants if not variant.blocked]
    if ware.variants and not variants:
        raise Unfit("all_blocked", item=ware.no)
    if rules.uom_as_variant:
        found = _by_unit(ware, variants, rules)
    elif _option_attributes(ware, rules):
        found = _by_attribute(ware, variants, rules)
    elif variants:
        found = Layout((VARIANT_OPTION,), tuple(Kind(v, "", (v.code,)) for v in variants))
    else:
        found = Layout((), (Kind(ware.itself, "", ()),))
    if len(found.kinds) > MOST_VARIANTS:
        raise Unfit("too_many", item=ware.no, count=len(found.kinds), most=MOST_VARIANTS)
    return found


def _by_unit(ware: Ware, variants: Sequence[WareVariant], rules: ShopRules) -> Layout:
    name = rules.option_name_for_uom
    units = list(ware.units) or [ware.base_uom]
    if not variants:
        return Layout((name,), tuple(Kind(ware.itself, unit, (unit,)) for unit in units))
    kinds = (Kind(v, unit, (v.code, unit)) for v in variants for unit in units)
    return Layout((VARIANT_OPTION, name), tuple(kinds))


def _option_attributes(ware: Ware, rules: ShopRules) -> list[int]:
    """Those of the item that are options, in the order the shop has chosen."""
    of_item = {trait.key for trait in ware.itself.traits}
    return [key for key in rules.option_attributes if key in of_item]


def _by_attribute(ware: Ware, variants: Sequence[WareVariant], rules: ShopRules) -> Layout:
    keys = _option_attributes(ware, rules)
    if len(keys) > MOST_OPTIONS:
        raise Unfit("too_many_options", item=ware.no, count=len(keys), most=MOST_OPTIONS)
    names = {trait.key: trait.name for trait in ware.itself.traits}
    for variant in ware.variants:  # a blocked one too: it may be for sale tomorrow
        _values(ware, variant, keys, names)
    kinds = [Kind(v, "", _values(ware, v, keys, names)) for v in variants or [ware.itself]]
    _refuse_equal(ware, kinds)
    return Layout(tuple(names[key] for key in keys), tuple(kinds))


def _values(
    ware: Ware, variant: WareVariant, keys: Sequence[int], names: dict[int, str]
) -> tuple[str, ...]:
    has = {trait.key: trait.value.strip() for trait in variant.traits}
    for key in keys:
        if not has.get(key):
            raise Unfit(
                "no_value", item=ware.no, variant=variant.code or ware.no, attribute=names[key]
            )
    return tuple(has[key] for key in keys)


def _refuse_equal(ware: Ware, kinds: Sequence[Kind]) -> None:
    seen: dict[tuple[str, ...], Kind] = {}
    for kind in kinds:
        key = tuple(value.casefold() for value in kind.values)
        if key in seen:
            raise Unfit(
                "same_values",
                item=ware.no,
                variant=kind.variant.code,
                other=seen[key].variant.code,
                values=", ".join(kind.values),
            )
        seen[key] = kind


def values_under(
    names: Sequence[str], kind: Kind, laid: Layout, *, default_only: bool
) -> tuple[str, ...]:
    """Return the option values of a new variant of a product that has these options already.

    A product may call its only option "Size" where the books have codes. Raises Unfit when the
    options are others than the item's, so that nobody knows what the values would be.
    """
    if default_only:
        raise Unfit("one_kind_only")
    by_name = {n.casefold(): v for n, v in zip(laid.options, kind.values, strict=True)}
    if len(names) == len(laid.options) == 1:
        return kind.values
    if {name.casefold() for name in names} == by_name.keys():
        return tuple(by_name[name.casefold()] for name in names)
    raise Unfit("other_options", names=", ".join(names), wanted=", ".join(laid.options))
