"""The pages of the sidebar, by their Business Central names. Only pages that exist stand here."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Page(NamedTuple):
    label: Promise
    icon: str
    url: str  # name of the address
    also: tuple[str, ...] = ()  # names of pages below it, which keep it marked


class Group(NamedTuple):
    heading: Promise | str
    pages: tuple[Page, ...]


NAVIGATION = (
    Group("", (Page(_("Home"), "house", "home"),)),
    Group(
        _("Shopify"),
        (
            Page(_("Orders"), "shopping-bag", "orders", ("order",)),
            Page(_("Orders to import"), "cloud-download", "staged-orders"),
            Page(
                _("Every order accounted for"),
                "list-checks",
                "reconciliation",
                ("missing-records",),
            ),
            Page(
                _("Products"),
                "package",
                "products",
                ("product", "product-variants", "product-prices"),
            ),
            Page(_("Stock by location"), "boxes", "stock", ("stock-level",)),
            Page(
                _("Customers"),
                "users",
                "shopify-customers",
                ("shopify-customer", "customer-suggestions"),
            ),
            Page(_("Companies"), "building-2", "companies"),
        ),
    ),
    Group(
        _("Sales"),
        (
            Page(_("Sales orders"), "file-text", "sales-orders", ("sales-order-new",)),
            Page(_("Sales invoices"), "receipt", "sales-invoices", ("sales-invoice-new",)),
            Page(_("Sales return orders"), "rotate-ccw", "return-orders", ("return-order-new",)),
            Page(_("Sales credit memos"), "rotate-ccw", "credit-memos", ("credit-memo-new",)),
            Page(_("Posted sales shipments"), "truck", "shipments"),
            Page(_("Posted return receipts"), "rotate-ccw", "return-receipts"),
            Page(_("Posted sales invoices"), "file-check", "posted-invoices"),
            Page(_("Posted sales credit memos"), "file-check", "posted-credit-memos"),
            Page(
                _("Items"), "boxes", "items", ("item", "item-new", "item-variants", "item-prices")
            ),
            Page(
                _("Customers"),
                "user-round",
                "customers",
                ("customer", "customer-new", "ship-to-addresses"),
            ),
        ),
    ),
    Group(
        _("Purchases"),
        (
            Page(_("Purchase orders"), "file-text", "purchase-orders", ("purchase-order-new",)),
            Page(_("Purchase invoices"), "receipt", "purchase-invoices", ("purchase-invoice-new",)),
            Page(
                _("Purchase credit memos"),
                "rotate-ccw",
                "purchase-credit-memos",
                ("purchase-credit-memo-new",),
            ),
            Page(_("Posted purchase receipts"), "boxes", "purchase-receipts"),
            Page(_("Posted purchase invoices"), "file-check", "posted-purchase-invoices"),
            Page(_("Posted purchase credit memos"), "file-check", "posted-purchase-credit-memos"),
            Page(_("Vendors"), "building-2", "vendors", ("vendor", "vendor-new")),
        ),
    ),
    Group(
        _("Finance"),
        (
            Page(_("All documents"), "layers", "documents"),
            Page(_("Payments"), "credit-card", "payments", ("payment-new",)),
            Page(_("Chart of accounts"), "book-open", "chart"),
            Page(_("G/L entries"), "landmark", "gl-entries"),
            Page(_("Customer ledger entries"), "scroll-text", "customer-ledger"),
            Page(_("Vendor ledger entries"), "scroll-text", "vendor-ledger"),
            Page(_("Item ledger entries"), "boxes", "item-ledger"),
        ),
    ),
    Group(
        _("Operations"),
        (
            Page(
                _("Job queue entries"),
                "list-checks",
                "jobs",
                ("job", "job-new", "job-schedule", "request-page", "job-pause"),
            ),
            Page(_("Scheduled tasks"), "calendar-clock", "scheduled"),
            Page(_("Log entries"), "scroll-text", "log", ("job-run",)),
            Page(_("Shopify requests"), "upload", "requests", ("request",)),
            Page(_("Skipped records"), "skip-forward", "skipped", ("issue",)),
        ),
    ),
    Group(
        _("Setup"),
        (
            Page(
                _("Shops"), "store", "shops", ("shop", "shipment-methods", "locations", "sold-to")
            ),
            Page(_("Company information"), "building-2", "company-information"),
            Page(_("Item templates"), "boxes", "item-templates"),
            Page(_("Job queue categories"), "layers", "categories"),
            Page(_("Cue setup"), "sliders-horizontal", "cue-setup"),
            Page(_("API tokens"), "key-round", "tokens"),
        ),
    ),
)
