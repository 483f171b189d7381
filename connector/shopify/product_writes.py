"""Making products and changing them. What Shopify keeps of it is read afterwards, not guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connector.shopify.client import Client
from connector.shopify.errors import Unavailable

SYNCHRONOUS = 100  # variants that Shopify makes while one waits; more it makes on its own time
LOOKS = 60  # at how far it is, before the run comes back later
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0  # seconds

Wait = Callable[[float], None]  # so many seconds; may raise to stop the run
Input = Mapping[str, Any]


def product_by_handle(client: Client, handle: str) -> str | None:
    """Return the gid of the product with this handle, None when there is none."""
    node = client.execute("product_by_handle", {"handle": handle})["productByIdentifier"]
    return str(node["id"]) if node else None


def set_product(client: Client, handle: str, product: Input) -> tuple[str, str]:
    """Make the product of this handle, or bring it up to date; return (its gid, the operation's).

    One of the two is blank: many variants take their time, see `finished_product`. Raises UserErrors,
    also where a product was made and something of it refused; on Unavailable with `maybe_done` call
    it again with the same handle: there will be one product.
    """
    data = client.execute(
        "product_set",
        {
            "identifier": {"handle": handle},
            "input": {**product, "handle": handle},
            "synchronous": len(product.get("variants", ())) <= SYNCHRONOUS,
        },
    )["productSet"]
    made, operation = data["product"], data["productSetOperation"]
    return str(made["id"]) if made else "", str(operation["id"]) if operation else ""


def finished_product(client: Client, operation: str, wait: Wait) -> str:
    """Wait until Shopify has made a product; return its gid, "" when it forgot the operation.

    Raises UserErrors as it refuses, and Unavailable when it takes too long: ask again later.
    """
    pause = _FIRST_PAUSE
    for _look in range(LOOKS):
        node = client.execute("product_operation", {"id": operation})["productOperation"]
        if node is None:
            return ""
        if node["status"] == "COMPLETE":
            return str(node["product"]["id"]) if node["product"] else ""
        wait(pause)
        pause = min(_LONGEST_PAUSE, pause * 2)
    raise Unavailable(
        f"Shopify is still making a product for shop {client.shop}: try again later.",
        retry_after=_LONGEST_PAUSE,
    )


def update_product(client: Client, gid: str, product: Input) -> None:
    """Change what is given and nothing else. Raises UserErrors and as Client.execute."""
    client.execute("product_update", {"product": {"id": gid, **product}})


def update_variants(client: Client, product: str, variants: Sequence[Input]) -> None:
    """Change variants of one product; each has its id. Raises UserErrors when one was refused."""
    client.execute("product_variants_update", {"product": product, "variants": list(variants)})


def create_variants(client: Client, product: str, variants: Sequence[Input]) -> None:
    """Add variants, each with option values that the product does not have together yet.

    Raises UserErrors, and then none was made.
    """
    client.execute("product_variants_create", {"product": product, "variants": list(variants)})


def publish(client: Client, gid: str, publications: Sequence[str]) -> None:
    """Offer the product there; where it is offered already, it stays so. Raises UserErrors."""
    chosen = [{"publicationId": publication} for publication in publications]
    client.execute("product_publish", {"id": gid, "input": chosen})


def rename_default_option(client: Client, product: str, name: str, value: str) -> None:
    """Call the option "Title" of a product that comes in one kind `name`, and its value `value`.

    A product with options of its own is left as it is. Raises UserErrors and as Client.execute.
    """
    node = client.execute("product_options", {"id": product})["product"]
    if node is None or not node["hasOnlyDefaultVariant"]:
        return
    (option,) = node["options"]
    client.execute(
        "product_option_rename",
        {
            "product": product,
            "option": {"id": option["id"], "name": name},
            "values": [{"id": each["id"], "name": value} for each in option["optionValues"]],
        },
    )
