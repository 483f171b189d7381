"""What may be asked of a batch posting: the request page of BC's reports.

Two of BC's options are not here. The books calculate no invoice discounts, they keep those that a
document came with, and distribute them whenever it is posted. And they keep no VAT date of its own:
VAT counts by the posting date.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from connector.sync import order_filters
from connector.sync.report import FilterField, Option
from jobqueue.filters import Type

_ANY = {
    "no": FilterField(
        Type.TEXT,
        gettext_lazy("No."),
        column="no",
        help=gettext_lazy("Of the document. One, or several: SO-1001..SO-1050."),
    ),
    "status": FilterField(
        Type.CHOICE,
        gettext_lazy("Status"),
        column="state",
        help=gettext_lazy("RELEASED leaves out what somebody may still be working on."),
        choices=("OPEN", "RELEASED"),
    ),
    "posting_date": FilterField(
        Type.DATE, gettext_lazy("Posting date"), column="posting_date", help=order_filters.DAYS
    ),
}
SALES = _ANY | {
    "customer_no": FilterField(Type.TEXT, gettext_lazy("Sell-to customer no."), column="party__no"),
    "order_no": FilterField(
        Type.TEXT,
        gettext_lazy("Shopify order no."),
        column="shopify_order_no",
        help=gettext_lazy("#1001..#1050, or <>'' for all documents that came from Shopify."),
    ),
}
PURCHASES = _ANY | {
    "vendor_no": FilterField(Type.TEXT, gettext_lazy("Buy-from vendor no."), column="party__no"),
    "external_no": FilterField(
        Type.TEXT, gettext_lazy("Vendor document no."), column="external_no"
    ),
}
_YES = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}
_NO = {"no": gettext_lazy("No"), "yes": gettext_lazy("Yes")}
_INVOICE = Option(pgettext_lazy("posting an order", "Invoice"), _YES)
SHIP = {"ship": Option(gettext_lazy("Ship"), _YES), "invoice": _INVOICE}
RECEIVE = {"receive": Option(gettext_lazy("Receive"), _YES), "invoice": _INVOICE}
DATES = {
    "replace_posting_date": Option(
        gettext_lazy("Replace posting date"),
        {
            "no": gettext_lazy("No"),
            "today": gettext_lazy("Yes, by the day it runs"),
            "yes": gettext_lazy("Yes, by the new posting date"),
        },
    ),
    "posting_date": Option(
        gettext_lazy("New posting date"),
        help=gettext_lazy("A fixed day: a schedule keeps posting on it."),
    ),
    "replace_document_date": Option(
        gettext_lazy("Replace document date"),
        _NO,
        help=gettext_lazy("Counts only where the posting date is replaced, and by the same day."),
    ),
}
COMBINE = {
    "posting_date": Option(
        gettext_lazy("Posting date"),
        help=gettext_lazy("Blank: the day it runs. A fixed day: a schedule keeps posting on it."),
    ),
    "post": Option(gettext_lazy("Post the invoices"), _NO),
}
