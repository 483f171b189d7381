"""What a shipment would send to Shopify, in words, for a dry run."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.shopify.fulfillments import FulfillmentRequest
from connector.sync.mapping.shipments import Plan


def in_words(todo: Plan, tracking: FulfillmentRequest) -> str:
    """How much would go out in how many parcels, under which number, and whether the buyer hears."""
    units = sum(units for parcel in todo.parcels for _gid, units in parcel.goods)
    if not units:
        return _("Shopify has it already: nothing would be sent.")
    text = ngettext(
        "%(units)s units in %(count)d fulfillment.",
        "%(units)s units in %(count)d fulfillments.",
        len(todo.parcels),
    )
    words = [text % {"units": units, "count": len(todo.parcels)}]
    if requests := sum(len(parcel.requests) for parcel in todo.parcels):
        text = ngettext(
            "%(count)d request to our own service is accepted first.",
            "%(count)d requests to our own service are accepted first.",
            requests,
        )
        words.append(text % {"count": requests})
    if tracking.tracking_numbers:
        words.append(_("Tracking no. %s.") % ", ".join(tracking.tracking_numbers))
    if tracking.notify_customer:
        words.append(_("Shopify writes to the buyer."))
    return " ".join(words)
