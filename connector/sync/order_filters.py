"""What orders may be filtered by: help and known values, the same wherever orders are asked for."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connector.sync.report import Option

PAYMENT = (
    "AUTHORIZED",
    "EXPIRED",
    "PAID",
    "PARTIALLY_PAID",
    "PARTIALLY_REFUNDED",
    "PENDING",
    "REFUNDED",
    "VOIDED",
)
FULFILLMENT = (
    "FULFILLED",
    "IN_PROGRESS",
    "ON_HOLD",
    "OPEN",
    "PARTIALLY_FULFILLED",
    "PENDING_FULFILLMENT",
    "RESTOCKED",
    "SCHEDULED",
    "UNFULFILLED",
)
ORDER_NO = _("One number, or several: #1001..#1050 or #1001|#1007.")
DAYS = _("A day or a range: 2026-03-09, 2026-03-01..2026-03-31 or 2026-03-01..")
AMOUNT = _("An amount or a range, in the shop's currency: >500 or 100..200.")
TAGS = _("Each tag stands in brackets: *[vip]* finds it, <>*[vip]* leaves it out.")
CHANNEL = _("As Shopify names it. To leave one out: <>Point of Sale.")
STATUS = _("One or several: PAID|PARTIALLY_REFUNDED.")


def retry(label: str | Promise) -> Option:
    """Whether records that failed before are tried again at once, or each at its time."""
    choices = {"all": _("Try all of them again"), "due": _("Only those whose next try is due")}
    return Option(label, choices)
