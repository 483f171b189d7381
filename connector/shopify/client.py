"""The one way to ask a shop something: paced, tried again where that is safe, errors raised."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, TypeVar

from connector.shopify.answers import Result, data_of
from connector.shopify.bucket import CallCost, Reservation
from connector.shopify.calls import Call, Keeps
from connector.shopify.documents import Document, load
from connector.shopify.errors import ShopifyError, Unavailable
from connector.shopify.paging import Page, Paging
from connector.shopify.retry import Retry
from connector.shopify.throttle import Throttle
from connector.shopify.transport import Transport

logger = logging.getLogger(__name__)
Node = TypeVar("Node")


class Client:
    """Asks one shop. Threads may share it; workers share its bucket."""

    def __init__(
        self,
        transport: Transport,
        throttle: Throttle,
        retry: Retry | None = None,
        *,
        keep: Keeps | None = None,
    ) -> None:
        """`keep` is told of calls that failed, or of all if it wants them; None keeps none."""
        self.shop = transport.shop
        self._transport = transport
        self._throttle = throttle
        self._retry = retry or Retry()
        self._keep = keep
        self._dearer: dict[str, int] = {}  # document → points above our formula, as last seen

    def execute(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run one document of `graphql/` and return its `data`, complete.

        Raises a ShopifyError; see `errors` for which means what. Unavailable comes only after the
        attempts that were safe, and its `maybe_done` says whether to look before repeating.
        """
        return self.run(document, variables or {}).data

    def run(self, document: str, variables: Mapping[str, Any]) -> Result:
        """As `execute`, but with the cost."""
        call = Call(self.shop, document, variables)
        try:
            result = self._attempts(load(document), call)
        except ShopifyError as error:
            call.error, call.request_id = error, error.request_id
            if self._keep is not None and call.sent:
                self._keep(call)
            raise
        if self._keep is not None and self._keep.all:
            call.request_id = result.request_id
            self._keep(call)
        return result

    def _attempts(self, doc: Document, call: Call) -> Result:
        document, variables = call.document, call.variables
        for attempt in count(1):
            reservation = self._throttle.acquire(self.price(document, variables))
            try:
                return self._once(doc, call, reservation)
            except Unavailable as error:
                if not self._retry.again(error, attempt=attempt, repeatable=doc.repeatable):
                    raise
                logger.warning(
                    "Shopify did not answer; trying again",
                    extra={"shop": self.shop, "document": document, "attempt": attempt},
                )
        raise AssertionError("count() does not end")

    def pages(
        self,
        document: str,
        path: tuple[str, ...],
        parse: Callable[[dict[str, Any]], Node],
        *,
        first: int,
        **variables: Any,
    ) -> Iterator[Page[Node]]:
        """Yield the pages of the connection at `path` of the answer, each node read by `parse`.

        `first` is the most nodes of a page; what is too dear or too slow is asked for in less.
        A `null` on the way to the connection (e.g. a shop without Shopify Payments) ends the pages.
        Raises as `execute`, and QueryRejected for a node that `parse` cannot read.
        """
        return iter(Paging(self, document, path, parse, first=first, variables=variables))

    def price(self, document: str, variables: Mapping[str, Any]) -> int:
        """Return the points a call will ask for, by formula and by what Shopify last asked."""
        return load(document).cost(variables) + self._dearer.get(document, 0)

    def _once(self, doc: Document, call: Call, reservation: Reservation) -> Result:
        told: CallCost | None = None
        variables = call.variables
        began = time.monotonic()
        call.sent, call.answer = call.sent + 1, None
        try:
            answer = self._transport.post({"query": doc.text, "variables": variables})
            told, call.answer = _cost_of(answer.body), answer.body
        finally:
            call.seconds = time.monotonic() - began
            call.cost = told.actual if told else None
            self._throttle.settle(reservation, told)
        self._learn(doc, variables, told)
        data = data_of(answer, doc, self.shop)
        return Result(data, told.actual or 0 if told else 0, answer.request_id)

    def _learn(self, doc: Document, variables: Mapping[str, Any], told: CallCost | None) -> None:
        """Shopify changes prices without a new version: follow them up, never below the formula."""
        if told is not None:
            self._dearer[doc.name] = max(0, told.requested - doc.cost(variables))
            logger.debug(
                "asked Shopify",
                extra={"shop": self.shop, "document": doc.name, "cost": told.actual},
            )


def _cost_of(body: Mapping[str, Any]) -> CallCost | None:
    """Return the cost an answer tells; None when it tells none, as some errors do."""
    try:
        return CallCost.from_node(body["extensions"]["cost"])
    except (KeyError, TypeError):
        return None
