"""Walks a connection page by page, with pages as big as Shopify bears. Sends nothing itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from connector.shopify.answers import Result
from connector.shopify.cost import SINGLE_CALL_LIMIT
from connector.shopify.errors import CostTooHigh, MalformedAnswer, QueryRejected, TimedOut
from connector.shopify.words import gettext as _

logger = logging.getLogger(__name__)
Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class Page(Generic[Node]):
    nodes: tuple[Node, ...]
    cursor: str | None  # where the next page begins; None after the last
    cost: int  # points it took


class Asks(Protocol):
    """As much of the client as paging needs."""

    shop: str

    def run(self, document: str, variables: Mapping[str, Any]) -> Result: ...

    def price(self, document: str, variables: Mapping[str, Any]) -> int: ...


class Paging(Generic[Node]):
    """One walk over one connection.

    A page that takes too long is halved, and grows back by steps while pages arrive in time. A page
    that is too dear is halved for good, as its price will not change.
    """

    def __init__(
        self,
        client: Asks,
        document: str,
        path: tuple[str, ...],
        parse: Callable[[dict[str, Any]], Node],
        *,
        first: int,
        variables: Mapping[str, Any],
    ) -> None:
        self._client = client
        self._document = document
        self._path = path
        self._parse = parse
        self._variables = dict(variables)
        self._most = self._affordable(first)
        self._step = max(1, first // 10)
        self._first = self._most

    def __iter__(self) -> Iterator[Page[Node]]:
        after: str | None = self._variables.pop("after", None)
        seen = {after}
        while True:
            result = self._ask(after)
            connection = self._connection(result.data)
            if connection is None:
                return
            info = connection["pageInfo"]
            after = info["endCursor"] if info["hasNextPage"] else None
            yield Page(tuple(map(self._read, connection["nodes"])), after, result.cost)
            if not info["hasNextPage"]:
                return
            if after in seen:
                raise MalformedAnswer(
                    _(
                        "Shopify sent shop %(shop)s the same page of %(document)s twice: "
                        "try again later."
                    )
                    % {"shop": self._client.shop, "document": self._document}
                )
            seen.add(after)

    def _ask(self, after: str | None) -> Result:
        """Ask for one page, smaller and smaller until Shopify gives it."""
        while True:
            variables = self._variables | {"first": self._first, "after": after}
            try:
                result = self._client.run(self._document, variables)
            except TimedOut:
                if not self._halve():
                    raise
            except CostTooHigh:
                if not self._halve():
                    raise
                self._most = self._first
            else:
                self._first = min(self._most, self._first + self._step)
                return result

    def _halve(self) -> bool:
        if self._first == 1:
            return False
        self._first //= 2
        logger.info(
            "asking Shopify for smaller pages",
            extra={
                "shop": self._client.shop,
                "document": self._document,
                "first": self._first,
            },
        )
        return True

    def _affordable(self, first: int) -> int:
        """Halve until the formula says that Shopify will let one such call pass."""
        while first > 1 and self._price(first) > SINGLE_CALL_LIMIT:
            first //= 2
        return first

    def _price(self, first: int) -> int:
        return self._client.price(self._document, self._variables | {"first": first})

    def _connection(self, data: Any) -> dict[str, Any] | None:
        for key in self._path:
            data = data[key]
            if data is None:
                return None
        return dict(data)

    def _read(self, node: dict[str, Any]) -> Node:
        """Read one node; a shape we cannot read is our bug, or the API has changed."""
        try:
            return self._parse(node)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise QueryRejected(
                f"{self._document}: cannot read {node.get('id')}: {error!r}"
            ) from error
