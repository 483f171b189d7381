"""The GraphQL documents, one operation a file, each loaded once by name. Cursors are variables.

A mutation whose file says `# @repeatable` may be sent again when nobody knows whether it arrived.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import orjson

from connector.shopify.cost import evaluate

_PACKAGE = resources.files("connector.shopify")
_OPERATION = re.compile(r"^(query|mutation)\b", re.MULTILINE)
_REPEATABLE = re.compile(r"^# @repeatable\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    name: str  # of the file, without its ending
    text: str
    is_mutation: bool
    repeatable: bool  # sending it twice does what sending it once does
    formula: Any  # see `cost`

    def cost(self, variables: Mapping[str, Any]) -> int:
        """Return the points Shopify will ask for, before it gives back what was not used."""
        return max(1, evaluate(self.formula, variables))


@cache
def load(name: str) -> Document:
    """Read graphql/<name>.graphql.

    Raises FileNotFoundError for an unknown name, LookupError when it holds no operation or when
    `python -m connector.shopify.pricing` has not been run since it was added.
    """
    text = (_PACKAGE / "graphql" / f"{name}.graphql").read_text(encoding="utf-8")
    operation = _OPERATION.search(text)
    if operation is None:
        raise LookupError(f"{name}.graphql holds no operation")
    is_mutation = operation[1] == "mutation"
    repeatable = not is_mutation or _REPEATABLE.search(text) is not None
    return Document(name, text, is_mutation, repeatable, _formulas()[name])


def names() -> list[str]:
    """Return the names of all documents, in order."""
    return sorted(
        entry.name.removesuffix(".graphql")
        for entry in (_PACKAGE / "graphql").iterdir()
        if entry.name.endswith(".graphql")
    )


@cache
def _formulas() -> dict[str, Any]:
    formulas: dict[str, Any] = orjson.loads((_PACKAGE / "costs.json").read_bytes())
    return formulas
