"""Takes what names or reaches a person out of what Shopify answered. Pure."""

from __future__ import annotations

from typing import Any

HIDDEN = "•••"

# Fields of orders_page.graphql and of what completes it. Countries and provinces stay: they decide
# about taxes. Notes and attributes are written freely and may hold anything.
PERSONAL = frozenset(
    {
        "address1",
        "address2",
        "city",
        "customerNote",
        "email",
        "emailAddress",
        "firstName",
        "lastName",
        "note",
        "phone",
        "phoneNumber",
        "returnReasonNote",
        "zip",
    }
)
FREE = "customAttributes"  # key stays, value goes


def redacted(node: Any, *, within: str = "") -> Any:
    """The same structure with HIDDEN in place of what is personal; empty values stay empty."""
    match node:
        case dict():
            return {key: _field(key, value, within) for key, value in node.items()}
        case list():
            return [redacted(one, within=within) for one in node]
        case _:
            return node


def _field(key: str, value: Any, within: str) -> Any:
    of_address = within.endswith("Address") and key == "company"
    if key in PERSONAL or of_address or (within == FREE and key == "value"):
        return value if value in {None, ""} else HIDDEN
    return redacted(value, within=key)
