"""What products may be filtered by, and what else may be asked of their report, both ways."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from connector.sync import dry_runs
from connector.sync.mapping.orders import bracketed
from connector.sync.order_filters import DAYS, TAGS, retry
from connector.sync.report import FilterField, Option
from jobqueue.filters import Type
from shops.models import Product

FULL = "full"
ONLY_PRICES = "only_prices"

# What a filter leaves out does not come in; what is here already is kept up to date all the same.
FILTERS = {
    "title": FilterField(Type.TEXT, _("Title"), lambda product: product.title, "title"),
    "handle": FilterField(Type.TEXT, _("Handle"), lambda product: product.handle, "handle"),
    "vendor": FilterField(Type.TEXT, _("Vendor"), lambda product: product.vendor, "vendor"),
    "product_type": FilterField(
        Type.TEXT, _("Product type"), lambda product: product.product_type, "product_type"
    ),
    "status": FilterField(
        Type.CHOICE,
        _("Status"),
        lambda product: product.status,
        "status",
        help=_("One or several: ACTIVE|DRAFT."),
        choices=tuple(Product.Status.values),
    ),
    "tag": FilterField(Type.TEXT, _("Tags"), lambda product: bracketed(product.tags), help=TAGS),
    "sku": FilterField(
        Type.TEXT,
        _("SKU"),
        lambda product: bracketed([variant.sku for variant in product.variants]),
        help=_("Each SKU stands in brackets: *[LAMP]* finds it, *[LAMP* all that begin so."),
    ),
    "updated_at": FilterField(
        Type.DATE, _("Updated at"), lambda product: product.updated_at, "updated_at", help=DAYS
    ),
}
OPTIONS = {
    FULL: Option(
        _("Which products"),
        {
            "changes": _("Those that changed since the last run"),
            "all": _("All of them again"),
        },
        help=_("All of them again: also those whose items could not be found or made before."),
        remembered=False,
    ),
    "retry": retry(_("Products that failed before")),
    ONLY_PRICES: Option(
        _("Only prices"),
        {"no": _("No"), "yes": _("Yes")},
        help=_("Products are left alone; what the books ask for them is told to Shopify."),
    ),
    dry_runs.NAME: dry_runs.OPTION,
}
