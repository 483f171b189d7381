"""Calls that take all or none: what Shopify refuses is left out, so that it does not block the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from connector.shopify.errors import UserError, UserErrors

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class Answered(Generic[T, R]):
    """What became of some of them: each is confirmed or refused."""

    confirmed: list[tuple[T, R]] = field(default_factory=list)
    refused: list[tuple[T, UserError]] = field(default_factory=list)


def send(
    items: Sequence[T], call: Callable[[Sequence[T]], Sequence[R]]
) -> Iterator[Answered[T, R]]:
    """Send all in one call; again without those that Shopify names, until it takes the rest.

    Each answer is yielded before the next call, so that it can be recorded. Where Shopify names
    none, halves are sent. Raises what `call` raises but UserErrors.
    """
    rest = list(items)
    while rest:
        try:
            answers = call(rest)
        except UserErrors as refusal:
            named = _named(refusal, len(rest))
            if not named and len(rest) > 1:
                middle = len(rest) // 2
                yield from send(rest[:middle], call)
                yield from send(rest[middle:], call)
                return
            named = named or {0: _whole(refusal)}
            yield Answered(refused=[(rest[index], error) for index, error in named.items()])
            rest = [item for index, item in enumerate(rest) if index not in named]
        else:
            yield Answered(confirmed=list(zip(rest, answers, strict=True)))
            return


def _named(refusal: UserErrors, count: int) -> dict[int, UserError]:
    """Index → the first reason why it was refused: ("metafields", "3", "value") names the fourth."""
    found: dict[int, UserError] = {}
    for error in refusal.errors:
        index = next((part for part in error.field if part.isdigit()), "")
        if index and int(index) < count:
            found.setdefault(int(index), error)
    return found


def _whole(refusal: UserErrors) -> UserError:
    return refusal.errors[0] if refusal.errors else UserError((), str(refusal), "")
