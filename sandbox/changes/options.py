"""The options of a product: made, renamed, and chosen from by variants.

Messages and codes as reported of Admin API 2025-01 … 2026-04.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.changes import Refused
from sandbox.records.product import DEFAULT_TITLE, Option, OptionValue, Product, Variant

NewGid = Callable[[str], str]
Path = tuple[str, ...]
Pairs = tuple[tuple[str, str], ...]
MAX_OPTIONS = 3
MAX_NAME = 255  # characters


def made(given: Sequence[Mapping[str, Any]], new_gid: NewGid, path: Path) -> tuple[Option, ...]:
    """Return new options. Raises Refused, with codes of productSet and productOptionsCreate."""
    check_number(len(given), path)
    seen: set[str] = set()
    options = []
    for index, option in enumerate(given):
        at = (*path, str(index))
        name = (option.get("name") or "").strip()
        if option.get("linkedMetafield"):
            raise Refused("The sandbox does not link options to metafields.", at, "INVALID_INPUT")
        if not name:
            raise Refused("Option name can't be blank.", (*at, "name"), "OPTION_NAME_MISSING")
        if name.lower() in seen:
            raise Refused(f"Duplicated option name '{name}'", at, "DUPLICATED_OPTION_NAME")
        seen.add(name.lower())
        values = _values(option.get("values") or (), at, name)
        options.append(
            Option(
                new_gid("ProductOption"),
                name,
                tuple(OptionValue(new_gid("ProductOptionValue"), value) for value in values),
            )
        )
    return tuple(options)


def check_number(number: int, path: Path) -> None:
    if number > MAX_OPTIONS:
        message = f"Can only specify a maximum of {MAX_OPTIONS} options"
        raise Refused(message, path, "OPTIONS_OVER_LIMIT")


def _values(given: Sequence[Mapping[str, Any]], at: Path, option: str) -> list[str]:
    if not given:
        message = f"Option values are missing for option '{option}'"
        raise Refused(message, at, "OPTION_VALUES_MISSING")
    values: list[str] = []
    for index, value in enumerate(given):
        name = (value.get("name") or "").strip()
        field = (*at, "values", str(index), "name")
        if not name:
            raise Refused("Option value can't be blank", field, "OPTION_VALUES_MISSING")
        if len(name) > MAX_NAME:
            message = f"Option value name is too long. Maximum length is {MAX_NAME}."
            raise Refused(message, field, "OPTION_VALUE_NAME_TOO_LONG")
        if name.lower() in (known.lower() for known in values):
            raise Refused(f"Duplicated option value '{name}'", field, "DUPLICATED_OPTION_VALUE")
        values.append(name)
    return values


class Choices:
    """The options of a product, looked up by name and id as often as it has variants."""

    def __init__(self, product: Product) -> None:
        options = product.options or (DEFAULT_OPTION,)
        self.options = {option.name.lower(): option for option in options}
        self.options |= {option.gid: option for option in options if option.gid}
        self.values = {
            option.name: {v.name.lower(): v.name for v in option.values} for option in options
        }
        self.by_gid = {
            v.gid: (option, v.name) for option in options for v in option.values if v.gid
        }
        self.pairs = {(option.name, v.name) for option in options for v in option.values}

    def option(self, entry: Mapping[str, Any]) -> Option | None:
        """Return the option an input means, by its id, its name, or the id of a value."""
        wanted = entry.get("optionId") or (entry.get("optionName") or "").strip().lower()
        if wanted:
            return self.options.get(wanted)
        return self.by_gid.get(entry.get("id") or "", (None, ""))[0]


def chosen(
    choices: Choices, given: Sequence[Mapping[str, Any]], path: Path, unknown: str
) -> dict[str, str]:
    """Return the values that an input chooses, by name of the option.

    `unknown` is the code for an option that the product does not have. Raises Refused.
    """
    found: dict[str, str] = {}
    for index, entry in enumerate(given):
        at = (*path, "optionValues", str(index))
        if entry.get("optionId") and entry.get("optionName"):
            raise Refused("cannot specify both `optionId` and `optionName`", at, "INVALID_INPUT")
        if entry.get("id") and entry.get("name"):
            raise Refused("cannot specify both `id` and `name`", at, "INVALID_INPUT")
        option = choices.option(entry)
        if option is None:
            raise Refused("Option does not exist", at, unknown)
        if option.name in found:
            message = f"Duplicated option name '{option.name}'"
            raise Refused(message, (*path, "optionValues"), "INVALID_INPUT")
        found[option.name] = _value(choices, option, entry, at)
    return found


DEFAULT_OPTION = Option("", "Title", (OptionValue("", DEFAULT_TITLE),))


def _value(choices: Choices, option: Option, entry: Mapping[str, Any], at: Path) -> str:
    if entry.get("id"):
        owner, known = choices.by_gid.get(entry["id"], (None, ""))
        if owner is not option:
            raise Refused("Option value does not exist", at, "OPTION_VALUE_DOES_NOT_EXIST")
        return known
    name = str(entry.get("name") or "").strip()
    if not name:
        raise Refused("Option value can't be blank", at, "INVALID_INPUT")
    if len(name) > MAX_NAME:
        message = f"Option value name is too long. Maximum length is {MAX_NAME}."
        raise Refused(message, at, "INVALID_INPUT")
    return choices.values[option.name].get(name.lower(), name)


def complete(product: Product, found: Mapping[str, str], path: Path) -> Pairs:
    """Return the values of all options, in their order. Raises Refused when one is missing."""
    for option in product.options:
        if option.name not in found:
            message = f"You need to add option values for {option.name}"
            raise Refused(message, path, "NEED_TO_ADD_OPTION_VALUES")
    return tuple((option.name, found[option.name]) for option in product.options)


def with_values(product: Product, new_gid: NewGid) -> Product:
    """Return the product with those values in its options that its variants have on top."""
    used: dict[str, dict[str, None]] = {}
    for variant in product.variants:
        for name, value in variant.options:
            used.setdefault(name, {})[value] = None
    options = []
    for option in product.options:
        known = {value.name for value in option.values}
        more = [
            OptionValue(new_gid("ProductOptionValue"), name)
            for name in used.get(option.name, ())
            if name not in known
        ]
        options.append(replace(option, values=(*option.values, *more)) if more else option)
    return replace(product, options=tuple(options))


def titled(variant: Variant) -> Variant:
    """Return the variant with the title that its options make."""
    title = " / ".join(value for _, value in variant.options) or DEFAULT_TITLE
    return variant if variant.title == title else replace(variant, title=title)


def refuse_doubles(variants: Sequence[Variant], where: Mapping[str, Path], code: str) -> None:
    """Raise Refused for the first variant, of those in `where`, that another one equals."""
    seen: dict[Pairs, str] = {}
    for variant in variants:
        key = tuple((name, value.lower()) for name, value in variant.options)
        if key in seen:
            path = where.get(variant.gid) or where.get(seen[key]) or ()
            message = (
                f"The variant '{variant.title}' already exists. "
                "Please change at least one option value."
            )
            raise Refused(message, path, code)
        seen[key] = variant.gid


def realised(product: Product) -> Product:
    """Return the product with the option "Title" that Shopify shows where there is none."""
    if product.options:
        return product
    gid = f"gid://shopify/ProductOption/{product.gid.rsplit('/', 1)[1]}"
    value = OptionValue(gid.replace("/ProductOption/", "/ProductOptionValue/"), DEFAULT_TITLE)
    variants = tuple(replace(v, options=(("Title", DEFAULT_TITLE),)) for v in product.variants)
    return replace(product, options=(Option(gid, "Title", (value,)),), variants=variants)


def plain(product: Product) -> Product:
    """Return the product without the option "Title" where that is all it has."""
    if [option.name for option in product.options] != ["Title"]:
        return product
    if [variant.options for variant in product.variants] != [(("Title", DEFAULT_TITLE),)]:
        return product
    return replace(
        product, options=(), variants=tuple(replace(v, options=()) for v in product.variants)
    )


def renamed(
    product: Product, old: Option, name: str, values: Mapping[str, str], place: int | None
) -> Product:
    """Return the product with one option called otherwise, and some of its values by id.

    `place` is where it is to stand among the options, from 1.
    """
    new_names = {v.name: values.get(v.gid, v.name) for v in old.values}
    new = replace(
        old, name=name, values=tuple(replace(v, name=new_names[v.name]) for v in old.values)
    )
    options = [new if option.gid == old.gid else option for option in product.options]
    if place is not None:
        options.remove(new)
        options.insert(place - 1, new)
    order = {option.name: index for index, option in enumerate(options)}

    def moved(variant: Variant) -> Variant:
        pairs = [
            (name, new_names.get(value, value)) if option == old.name else (option, value)
            for option, value in variant.options
        ]
        pairs.sort(key=lambda pair: order[pair[0]])
        return titled(replace(variant, options=tuple(pairs)))

    return replace(
        product, options=tuple(options), variants=tuple(moved(v) for v in product.variants)
    )
