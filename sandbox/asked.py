"""What the body of a control door means, and the error that says it means nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.records.order import Order


class BadRequest(Exception):
    """What was sent makes no sense; the message says what would."""


def units(order: Order, lines: Mapping[str, int]) -> dict[str, int]:
    """Return units by line id from units by the line's place or SKU. Raises BadRequest."""
    return named(order, lines)


def named(order: Order, lines: Mapping[str, Any]) -> dict[str, Any]:
    """Return by line id what is given by the line's place or SKU. Raises BadRequest."""
    places = {str(index): line.gid for index, line in enumerate(order.lines)}
    places |= {line.sku: line.gid for line in order.lines if line.sku}
    unknown = set(lines) - set(places)
    if unknown:
        raise BadRequest(f"The order has no line {', '.join(sorted(unknown))}.")
    return {places[key]: value for key, value in lines.items()}
