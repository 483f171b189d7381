"""Words of the books that depend on whether something is sold or bought."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()
# By side and kind of a document; others are called by their kind alone.
KINDS: dict[tuple[str, str], Promise] = {
    ("sale", "order"): _("Sales order"),
    ("sale", "return_order"): _("Sales return order"),
    ("purchase", "order"): _("Purchase order"),
    ("purchase", "return_order"): _("Purchase return order"),
    ("purchase", "invoice"): _("Purchase invoice"),
    ("purchase", "credit_memo"): _("Purchase credit memo"),
    ("purchase", "shipment"): _("Receipt"),
    ("purchase", "return_receipt"): _("Return shipment"),
}


@register.filter
def kind_words(document: Any) -> Promise | str:
    """What a document is called."""
    found = KINDS.get((str(document.side), str(document.kind)))
    return found or str(document.get_kind_display())
