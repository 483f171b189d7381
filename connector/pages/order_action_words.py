"""Who did what with an order, what was asked for and what came of it, in one line."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from connector.pages.shopify_words import CANCEL_REASONS
from connector.sync.models import OrderAction

REASONS = dict(CANCEL_REASONS)


def action_words(action: OrderAction) -> str:
    return " · ".join(filter(None, _words(action)))


def _words(action: OrderAction) -> Iterator[str]:
    yield action.by
    asked = action.asked
    if action.kind == OrderAction.Kind.CANCEL:
        yield str(REASONS.get(asked.get("reason", ""), ""))
        yield _("Refund") if asked.get("refund") else ""
        yield _("Restock") if asked.get("restock") else ""
        yield _("Notify the buyer") if asked.get("notify") else ""
    yield asked.get("note", "")
    yield action.answer
    if action.shopify_request:
        yield _("Shopify request %s") % action.shopify_request
