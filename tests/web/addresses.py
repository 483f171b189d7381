"""Every page there is, with an address that works in the little world."""

from __future__ import annotations

from django.urls import reverse

from tests.web.world import World

LISTS = (
    "orders",
    "staged-orders",
    "reconciliation",
    "missing-records",
    "products",
    "shopify-customers",
    "companies",
    "sales-orders",
    "sales-invoices",
    "shipments",
    "posted-invoices",
    "credit-memos",
    "posted-credit-memos",
    "purchase-orders",
    "purchase-invoices",
    "purchase-credit-memos",
    "purchase-receipts",
    "posted-purchase-invoices",
    "posted-purchase-credit-memos",
    "documents",
    "payments",
    "items",
    "customers",
    "vendors",
    "gl-entries",
    "customer-ledger",
    "vendor-ledger",
    "item-ledger",
    "jobs",
    "log",
    "skipped",
    "shops",
    "notifications",
)
OTHERS = (
    "company-information",
    "chart",
    "scheduled",
    "categories",
    "job-pause",
    "ended-fragment",
    "home",
    "cue-setup",
    "notification-settings",
    "cues-fragment",
    "running-fragment",
    "tokens",
    "zone",
)

CREATING = (
    "item-new",
    "customer-new",
    "vendor-new",
    "sales-order-new",
    "sales-invoice-new",
    "credit-memo-new",
    "purchase-order-new",
    "purchase-invoice-new",
    "purchase-credit-memo-new",
)  # for those alone who may create


def pages(world: World) -> list[str]:
    cards = [
        reverse("order", args=[world.order.pk]),
        reverse("order", args=[world.unprocessed.pk]),
        reverse("document", args=[world.document.pk]),
        *(reverse("document", args=[row.pk]) for row in world.document.posted_children.all()),
        *(reverse("document-print", args=[row.pk]) for row in world.document.posted_children.all()),
        reverse("item", args=[world.item.no]),
        reverse("item-variants", args=[world.item.no]),
        reverse("item-prices", args=[world.item.no]),
        f"{reverse('item-prices', args=[world.item.no])}?ask=1&quantity=2",
        reverse("customer", args=[world.party.no]),
        reverse("ship-to-addresses", args=[world.party.no]),
        reverse("job", args=[world.entry.pk]),
        reverse("job", args=[world.failed.pk]),
        reverse("progress-fragment", args=[world.entry.pk]),
        reverse("job-run", args=[world.failed.pk, world.log_entry.fence]),
        f"{reverse('job-rows')}?rows={world.entry.pk}.old",
        reverse("log-entry", args=[world.log_entry.pk]),
        reverse("log-error", args=[world.log_entry.pk]),
        reverse("log-delete"),
        reverse("shop", args=[world.shop.code]),
        reverse("shipment-methods", args=[world.shop.code]),
        reverse("report", args=[30104]),
        f"{reverse('job-pause')}?shop={world.shop.code}",
        f"{reverse('report', args=[30103])}?shop={world.shop.code}",
        f"{reverse('report', args=[296])}?shop={world.shop.code}",
        *(reverse("issue", args=[row.pk]) for row in world.shop.issues.all()),
        reverse("job-schedule", args=[world.failed.pk]),
        reverse("job-new"),
        reverse("jobs-failed"),
        f"{reverse('job-new')}?shop={world.shop.code}",
        f"{reverse('job-new')}?shop={world.shop.code}&kind=30104",
        reverse("request-page", args=[world.failed.pk]),
        f"{reverse('cue-setup')}?scope=company",
    ]
    return [reverse(name) for name in (*LISTS, *OTHERS)] + cards
