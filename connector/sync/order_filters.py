"""What orders may be filtered by, with help and known values, the same wherever they are asked for."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connector.sync.mapping.orders import bracketed
from connector.sync.report import FilterField, Option
from jobqueue.filters import Type

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
    # A schedule that tried all of them each time would never leave one in peace.
    return Option(label, choices, scheduled="due")


COUNTRIES = _("The country's two letters: NO|SE, or <>US.")


def _country(*addresses: Any) -> str:
    """Of the first address that there is."""
    return next((address.country_code for address in addresses if address), "")


# Of orders as they come from Shopify; what a filter leaves out waits.
ARRIVING = {
    "fully_paid": FilterField(Type.BOOLEAN, _("Fully paid"), lambda order: order.fully_paid),
    "financial_status": FilterField(
        Type.CHOICE,
        _("Payment status"),
        lambda order: order.financial_status,
        help=STATUS,
        choices=PAYMENT,
    ),
    "fulfillment_status": FilterField(
        Type.CHOICE,
        _("Fulfillment status"),
        lambda order: order.fulfillment_status,
        choices=FULFILLMENT,
    ),
    "name": FilterField(
        Type.TEXT,
        _("Order no."),
        lambda order: order.name,
        help=ORDER_NO,
    ),
    "created_at": FilterField(
        Type.DATE,
        _("Created at"),
        lambda order: order.created_at,
        help=DAYS,
    ),
    "channel": FilterField(
        Type.TEXT,
        _("Channel"),
        lambda order: order.channel,
        help=CHANNEL,
    ),
    "tags": FilterField(
        Type.TEXT,
        _("Tags"),
        lambda order: bracketed(order.tags),
        help=TAGS,
    ),
    "total": FilterField(
        Type.NUMBER,
        _("Total"),
        lambda order: order.current_total.shop,
        help=AMOUNT,
    ),
    "high_risk": FilterField(Type.BOOLEAN, _("High risk"), lambda order: order.high_risk),
    "channel_liable": FilterField(
        Type.BOOLEAN,
        _("Channel liable taxes"),
        lambda order: order.channel_liable,
        help=_("The sales channel remits taxes of the order, not the shop."),
    ),
    "test": FilterField(Type.BOOLEAN, _("Test"), lambda order: order.test),
    # Asked only of what is not here yet: what came in once is kept up to date, whatever is filtered.
    "import_action": FilterField(
        Type.CHOICE,
        _("Import action"),
        lambda _order: "NEW",
        help=_("UPDATE brings known orders up to date and lets no new ones in."),
        choices=("NEW", "UPDATE"),
    ),
    "confirmed": FilterField(Type.BOOLEAN, _("Confirmed"), lambda order: order.confirmed),
    "unpaid": FilterField(Type.BOOLEAN, _("Unpaid"), lambda order: order.unpaid),
    "tax": FilterField(
        Type.NUMBER,
        _("VAT amount"),
        lambda order: order.current_tax.shop,
        help=_("An amount or a range, in the shop's currency: 0 finds orders without tax."),
    ),
    "attributes": FilterField(
        Type.TEXT,
        _("Attributes"),
        lambda order: bracketed([f"{key}={value}" for key, value in order.attributes]),
        help=_(
            "Each stands in brackets, key=value: *[gift=* finds the key, *[gift=yes]* the value, "
            "<>*[gift=* leaves the key out."
        ),
    ),
    "country": FilterField(
        Type.CHOICE,
        _("Sell-to country"),
        lambda order: _country(order.shipping_address, order.billing_address),
        help=_("Of the ship-to address, else of the bill-to address: NO|SE, or <>US."),
    ),
    "ship_to_country": FilterField(
        Type.CHOICE,
        _("Ship-to country"),
        lambda order: _country(order.shipping_address),
        help=COUNTRIES,
    ),
    "bill_to_country": FilterField(
        Type.CHOICE,
        _("Bill-to country"),
        lambda order: _country(order.billing_address),
        help=COUNTRIES,
    ),
    "purchasing_entity": FilterField(
        Type.CHOICE,
        _("Purchasing entity"),
        lambda order: "COMPANY" if order.company else "CUSTOMER" if order.customer else "",
        help=_("COMPANY, CUSTOMER, or '' for guests."),
        choices=("COMPANY", "CUSTOMER"),
    ),
    "b2b": FilterField(Type.BOOLEAN, _("Company order"), lambda order: order.company is not None),
}
