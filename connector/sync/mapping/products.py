"""Items → the products that a shop is to have. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connector.sync.mapping.bodies import body
from connector.sync.mapping.options import Unfit, layout
from connector.sync.mapping.variants import wanted_variant
from connector.sync.mapping.wares import ShopRules, WantedProduct, Ware

LONGEST_TITLE = LONGEST_TEXT = 255  # characters that Shopify takes; BC cuts titles at 100
LONGEST_HANDLE = 200  # Shopify takes 255; there is room for a number behind it


def wanted_product(ware: Ware, rules: ShopRules) -> WantedProduct:
    """What the product of an item is to be, with all its variants. Raises Unfit."""
    laid = layout(ware, rules)
    return WantedProduct(
        values=product_values(ware, rules),
        options=laid.options,
        variants=tuple(wanted_variant(ware, kind, rules) for kind in laid.kinds),
    )


def product_values(ware: Ware, rules: ShopRules) -> dict[str, str | None]:
    """All but the status, which depends on what it is now."""
    return {
        "title": title(ware),
        "description_html": body(ware, rules),
        "vendor": ware.vendor.strip()[:LONGEST_TEXT],
        "product_type": ware.category.strip()[:LONGEST_TEXT],
    }


def refuse_unsellable(ware: Ware) -> None:
    """Raises Unfit for an item that is not to be sold, or has no name."""
    if ware.blocked:
        raise Unfit("blocked", item=ware.no)
    if ware.sales_blocked:
        raise Unfit("sales_blocked", item=ware.no)
    if not ware.description.strip():
        raise Unfit("no_description", item=ware.no)


def title(ware: Ware) -> str:
    """In the language of the shop, else as on the item card; on one line."""
    text = ware.title.strip() or ware.description
    return " ".join(text.replace("\t", " ").split("\n")).strip()[:LONGEST_TITLE]


def handle(ware: Ware, number: int = 1) -> str:
    """A name for the product's address that no other item has; `number` counts the attempts.

    It is chosen before the product is made, so that a call whose answer was lost can be recognised.
    """
    words = _slug(title(ware))[:LONGEST_HANDLE].strip("-")
    parts = [words, _slug(ware.no), "" if number == 1 else str(number)]
    return "-".join(part for part in parts if part)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Status:
    wanted: str | None = None  # None: stays as it is
    former: str = ""  # what to go back to once the item is unblocked; blank: nothing is remembered
    made: str = ""  # what it was made when the item was blocked


def status(ware: Ware, rules: ShopRules, current: str, before: Status) -> Status:
    """What becomes of a product's status. Raises Unfit when a blocked item leaves nothing to do.

    Only an item that is blocked altogether counts, not one that is blocked for sales. What a person
    has changed in Shopify since it was archived or drafted stays.
    """
    if ware.blocked:
        if rules.blocked_action in {"", current}:
            raise Unfit("blocked", item=ware.no)
        return Status(rules.blocked_action, before.former or current, rules.blocked_action)
    if before.former and rules.restore and current == before.made:
        return Status(before.former)
    return Status()
