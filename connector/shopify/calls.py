"""What became of one call, for whoever keeps a log of them. Keeps nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from connector.shopify.errors import ShopifyError

OK = 200


@dataclass(slots=True)
class Call:
    """One document that was sent, with its repetitions. As Shopify saw it: nothing is redacted."""

    shop: str
    document: str
    variables: Mapping[str, Any] = field(repr=False)
    sent: int = 0  # attempts that reached the wire
    seconds: float = 0.0  # that the last of them took
    answer: Mapping[str, Any] | None = field(default=None, repr=False)  # to the last of them
    cost: int | None = None  # points; None where Shopify did not say
    request_id: str = ""  # Shopify's X-Request-Id
    error: ShopifyError | None = None

    @property
    def retries(self) -> int:
        return max(0, self.sent - 1)

    @property
    def status(self) -> int:
        """The HTTP status; 0 where nothing answered."""
        if self.answer is not None:
            return OK
        return self.error.status if self.error else 0


class Keeps(Protocol):
    """Keeps calls. It must raise nothing: no call may fail because of it."""

    @property
    def all(self) -> bool:
        """Whether calls that went well are kept too."""

    def __call__(self, call: Call) -> None: ...
