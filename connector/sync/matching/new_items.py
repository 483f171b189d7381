"""What items and variants are made for a product that the books do not have.

One item a product with variants, or one item a variant: the shop's rule for SKUs decides. Pure.
Source: BC's connector, "Create item from product"; where its documentation says otherwise, its code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connector.sync.matching.rules import LONGEST_CODE, LONGEST_NO, Rules, code, item_no, parts

WITH_VARIANTS = {"variant_code", "item_and_variant"}  # rules that make variants of one item
OWN_ITEMS = {"item_no", "vendor_item_no", "barcode"}  # rules that make an item of each variant


@dataclass(frozen=True, slots=True)
class Wanted:
    """A variant of Shopify that needs an item. Amounts in the shop's currency."""

    key: int
    sku: str
    barcode: str
    name: str  # of the variant, "" where the product comes in one kind only
    kind: tuple[str, ...]  # values of its options, without that of the unit of measure
    unit: str  # as the option has it, or ""
    price: Decimal
    cost: Decimal | None
    hs_code: str
    country: str


@dataclass(frozen=True, slots=True)
class Making:
    """A product and its variants without an item."""

    title: str
    vendor: str
    product_type: str
    html: str
    alone: bool  # no variants, but of one thing in several units
    units: bool  # one of its options is a unit of measure
    item_id: int | None  # that the product is linked to
    variants: tuple[Wanted, ...]  # by position


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to make, or to make variants and units of where `item_id` has one."""

    making: Making
    item_id: int | None
    no: str  # "": from the number series
    description: str
    members: tuple[Wanted, ...]  # that it stands for; the first tells price and cost
    codes: Mapping[int, str]  # variant codes by key; none: the item itself
    names: Mapping[str, str]  # what each variant code is called

    @property
    def first(self) -> Wanted:
        return self.members[0]


def plan(
    making: Making,
    rules: Rules,
    *,
    prefix: str,
    items: Mapping[str, int],
    taken: Mapping[int, Collection[str]],
) -> list[NewItem]:
    """What to make for one product.

    `items` are those of the books by number, `taken` the variant codes each has.
    """
    groups: dict[object, list[Wanted]] = {}
    for one in making.variants:
        groups.setdefault(_group(making, one, rules), []).append(one)
    return [_item(making, members, rules, prefix, items, taken) for members in groups.values()]


def _group(making: Making, one: Wanted, rules: Rules) -> object:
    """Variants with the same answer become one item."""
    if rules.sku == "item_and_variant":
        return _first_part(one, rules) or _some_number(making, rules)
    if rules.sku in OWN_ITEMS:
        return one.kind if making.units else one.key
    return ""


def _item(
    making: Making,
    members: Sequence[Wanted],
    rules: Rules,
    prefix: str,
    items: Mapping[str, int],
    taken: Mapping[int, Collection[str]],
) -> NewItem:
    no = _number(members, rules)
    existing = items.get(no) if rules.sku == "item_and_variant" else None
    if rules.sku not in OWN_ITEMS and existing is None:
        existing = making.item_id
    used = set(taken.get(existing, ())) if existing else set()
    with_variants = rules.sku in WITH_VARIANTS and not making.alone
    codes = _codes(members, rules, prefix, used) if with_variants else {}
    own = rules.sku in OWN_ITEMS and not making.alone
    return NewItem(
        making=making,
        item_id=existing,
        no=no,
        description=_description(making, members[0], own=own),
        members=tuple(members),
        codes=codes,
        names={codes[one.key]: _kind(one) for one in reversed(members) if one.key in codes},
    )


def _description(making: Making, one: Wanted, *, own: bool) -> str:
    return own_description(making.title, _kind(one)) if own else making.title[:100]


def own_description(title: str, kind: str) -> str:
    """What the item of a single variant is called."""
    return " · ".join(filter(None, [title, kind]))[:100]


def _kind(one: Wanted) -> str:
    return " / ".join(one.kind) or one.name


def _number(members: Sequence[Wanted], rules: Rules) -> str:
    read: Mapping[str, Callable[[Wanted], str]] = {
        "item_no": lambda one: item_no(one.sku),
        "item_and_variant": lambda one: _first_part(one, rules),
    }
    if rules.sku not in read:
        return ""
    return next(filter(None, map(read[rules.sku], members)), "")


def _first_part(one: Wanted, rules: Rules) -> str:
    return code(parts(one.sku, rules.separator)[0], LONGEST_NO)


def _some_number(making: Making, rules: Rules) -> str:
    return next((no for one in making.variants if (no := _first_part(one, rules))), "")


def _codes(members: Sequence[Wanted], rules: Rules, prefix: str, used: set[str]) -> dict[int, str]:
    """A code for each kind: of its SKU where that can be one and is free, else the next number."""
    of_kind: dict[tuple[str, ...], str] = {}
    for one in members:
        found = _code_of(one, rules)
        if found and found not in used and one.kind not in of_kind:
            of_kind[one.kind] = found
            used.add(found)
    numbers = _next_codes(prefix, used)
    for one in members:
        if one.kind not in of_kind:
            of_kind[one.kind] = next(numbers)
    return {one.key: of_kind[one.kind] for one in members}


def _code_of(one: Wanted, rules: Rules) -> str:
    if rules.sku == "variant_code":
        return code(one.sku, LONGEST_CODE)
    split = parts(one.sku, rules.separator)
    return code(split[1], LONGEST_CODE) if len(split) > 1 else ""


def _next_codes(prefix: str, used: Collection[str]) -> Iterator[str]:
    """V_001, V_002 …: after the last that is used."""
    start = prefix.strip().upper()
    numbers = [
        int(rest)
        for one in used
        if one.startswith(start) and (rest := one[len(start) :]).isdecimal()
    ]
    last = max(numbers, default=0)
    while True:
        last += 1
        yield f"{start}{last:03d}"
