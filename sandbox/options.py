"""What options a product has, told by its variants, for those that come from a file or a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.records.product import Option, OptionValue, Variant


def options_of(variants: Sequence[Variant], new_gid: Callable[[str], str]) -> tuple[Option, ...]:
    """Return the options and their values in the order in which the variants name them."""
    found: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in variant.options:
            found.setdefault(name, {})[value] = None
    return tuple(
        Option(
            new_gid("ProductOption"),
            name,
            tuple(OptionValue(new_gid("ProductOptionValue"), value) for value in values),
        )
        for name, values in found.items()
    )
