"""Shopify's payment and fulfillment states in words.

Source: shopify.dev, OrderDisplayFinancialStatus and OrderDisplayFulfillmentStatus, 2026-10.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

FINANCIAL = {
    "AUTHORIZED": _("Authorized"),
    "EXPIRED": _("Expired"),
    "PAID": _("Paid"),
    "PARTIALLY_PAID": _("Partially paid"),
    "PARTIALLY_REFUNDED": _("Partially refunded"),
    "PENDING": _("Pending"),
    "REFUNDED": _("Refunded"),
    "VOIDED": _("Voided"),
}
FULFILLMENT = {
    "FULFILLED": _("Fulfilled"),
    "IN_PROGRESS": _("In progress"),
    "ON_HOLD": _("On hold"),
    "OPEN": _("Open"),
    "PARTIALLY_FULFILLED": _("Partially fulfilled"),
    "PENDING_FULFILLMENT": _("Fulfillment pending"),
    "REQUEST_DECLINED": _("Fulfillment declined"),
    "RESTOCKED": _("Restocked"),
    "SCHEDULED": _("Scheduled"),
    "UNFULFILLED": _("Unfulfilled"),
}
# Source: OrderCancelReason. The order is that of the choices.
CANCEL_REASONS = [
    ("CUSTOMER", _("The buyer changed their mind")),
    ("INVENTORY", _("Goods are not available")),
    ("FRAUD", _("Fraud")),
    ("DECLINED", _("The payment was declined")),
    ("STAFF", _("Our mistake")),
    ("OTHER", _("Another reason")),
]


def payment_status(value: str) -> str:
    """A value this list does not know yet is shown as Shopify writes it."""
    return str(FINANCIAL.get(value, value))


def fulfillment_status(value: str) -> str:
    """A value this list does not know yet is shown as Shopify writes it."""
    return str(FULFILLMENT.get(value, value))
