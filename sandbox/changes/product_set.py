"""What productSet makes of a product: lists that are given replace what is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.changes import Refused
from sandbox.changes.options import Choices, check_number, complete
from sandbox.records.product import Option, OptionValue, Product, Variant

NewGid = Callable[[str], str]
Given = Mapping[str, Any]
Path = tuple[str, ...]
OPTIONS = ("input", "productOptions")


def set_options(product: Product, given: Sequence[Given], new_gid: NewGid) -> tuple[Option, ...]:
    """Return the options as given; those that were there keep their ids. Raises Refused."""
    check_number(len(given), OPTIONS)
    by_gid = {option.gid: option for option in product.options}
    by_name = {option.name.lower(): option for option in product.options}
    found: list[tuple[int, Option]] = []
    seen: set[str] = set()
    for index, entry in enumerate(given):
        at = (*OPTIONS, str(index))
        old = by_gid.get(entry.get("id") or "")
        if entry.get("id") and old is None:
            raise Refused("Option does not exist", (*at, "id"), "OPTION_DOES_NOT_EXIST")
        name = (entry.get("name") or (old.name if old else "")).strip()
        if not name:
            raise Refused("Option name can't be blank", (*at, "name"), "MISSING_FIELD_REQUIRED")
        if name.lower() in seen:
            raise Refused(f"Duplicated option name '{name}'", at, "DUPLICATED_OPTION_NAME")
        seen.add(name.lower())
        old = old or by_name.get(name.lower())
        values = _set_values(old, entry.get("values"), at, new_gid)
        gid = old.gid if old else new_gid("ProductOption")
        found.append((entry.get("position") or index + 1, Option(gid, name, values)))
    return tuple(option for _, option in sorted(found, key=lambda pair: pair[0]))


def _set_values(
    old: Option | None, given: Sequence[Given] | None, at: Path, new_gid: NewGid
) -> tuple[OptionValue, ...]:
    if given is None and old is not None:
        return old.values
    if not given:
        raise Refused("Option values are missing", at, "OPTION_VALUES_MISSING")
    by_gid = {value.gid: value for value in (old.values if old else ())}
    by_name = {value.name.lower(): value for value in by_gid.values()}
    values: dict[str, OptionValue] = {}
    for index, entry in enumerate(given):
        field = (*at, "values", str(index))
        known = by_gid.get(entry.get("id") or "")
        name = (entry.get("name") or (known.name if known else "")).strip()
        if not name:
            raise Refused("Option value can't be blank", field, "MISSING_FIELD_REQUIRED")
        if name.lower() in values:
            raise Refused(f"Duplicated option value '{name}'", field, "DUPLICATED_OPTION_VALUE")
        known = known or by_name.get(name.lower())
        gid = known.gid if known else new_gid("ProductOptionValue")
        values[name.lower()] = OptionValue(gid, name)
    return tuple(values.values())


def followed(
    variants: Sequence[Variant], old: Sequence[Option], new: Sequence[Option]
) -> dict[str, Variant]:
    """Return the variants by id, with the names that their options and values have now."""
    renamed = {
        (option.name, value.name): (option.gid, value.gid)
        for option in old
        for value in option.values
    }
    names = {
        (option.gid, value.gid): (option.name, value.name)
        for option in new
        for value in option.values
    }

    def moved(variant: Variant) -> Variant:
        pairs = (names.get(renamed.get(pair, ("", "")), pair) for pair in variant.options)
        return replace(variant, options=tuple(pairs))

    return {variant.gid: moved(variant) for variant in variants}


def wanted_pairs(
    product: Product, choices: Choices, found: Mapping[str, str], path: Path
) -> tuple[tuple[str, str], ...]:
    """Return the option values of a variant; all of them have to be in the options."""
    pairs = complete(product, found, path)
    for index, (name, value) in enumerate(pairs):
        if (name, value) not in choices.pairs:
            field = (*path, "optionValues", str(index))
            message = f"Option value '{value}' does not exist in option '{name}'"
            raise Refused(message, field, "OPTION_VALUE_DOES_NOT_EXIST")
    return pairs
