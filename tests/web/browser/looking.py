"""What the tests in a real browser share: where it is, how a page is opened, which there are."""

from __future__ import annotations

import shutil

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils.http import urlencode
from playwright.sync_api import Browser, BrowserContext, ViewportSize
from pytest_django.live_server_helper import LiveServer

from shops.models import Customer
from tests.web.world import World

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
MARKS = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: the pages are not looked at"),
]


def opened(
    browser: Browser,
    live_server: LiveServer,
    session: str,
    *,
    width: int = 1440,
    dark: bool = False,
    script: bool = True,
    check_policy: bool = True,
) -> BrowserContext:
    context = browser.new_context(
        base_url=live_server.url,
        viewport=ViewportSize(width=width, height=900),
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        bypass_csp=not check_policy,
        reduced_motion="reduce",
    )
    context.add_cookies(
        [
            {
                "name": django_settings.SESSION_COOKIE_NAME,
                "value": session,
                "url": live_server.url,
            }
        ]
    )
    return context


def main_pages(world: World) -> list[str]:
    return [
        reverse("home"),
        reverse("jobs"),
        reverse("order", args=[world.order.pk]),
        reverse("shop", args=[world.shop.code]),
    ]


def queue_pages(world: World) -> list[str]:
    return [
        reverse("job", args=[world.failed.pk]),
        reverse("job", args=[world.entry.pk]),
        reverse("log"),
        reverse("log-entry", args=[world.log_entry.pk]),
        reverse("scheduled"),
        f"{reverse('job-pause')}?shop={world.shop.code}",
        reverse("job-schedule", args=[world.failed.pk]),
        reverse("request-page", args=[world.failed.pk]),
        f"{reverse('report', args=[30103])}?shop={world.shop.code}",
        f"{reverse('job-new')}?shop={world.shop.code}&kind=30104",
    ]


def books_pages(world: World) -> list[str]:
    party = {"kind": "customer", "party": world.party.no}
    invoice = world.document.posted_children.get(kind="invoice")
    return [
        reverse("document", args=[world.draft.pk]),
        reverse("document", args=[invoice.pk]),
        reverse("document-post", args=[world.document.pk]),
        reverse("document-action", args=[world.draft.pk, "cancel"]),
        reverse("customer", args=[world.party.no]),
        reverse("customers"),
        reverse("customer-new"),
        reverse("item-new"),
        reverse("item-variants", args=[world.item.no]),
        reverse("item-pictures", args=[world.item.no]),
        f"{reverse('item-prices', args=[world.item.no])}?ask=1",
        reverse("chart"),
        reverse("gl-entries"),
        f"{reverse('customer-ledger')}?party={world.party.no}&from=2026-01-01",
        reverse("item-ledger"),
        reverse("documents"),
        reverse("payments"),
        reverse("payment-new"),
        f"{reverse('payment-new')}?{urlencode(party)}",
        reverse("sales-order-new"),
        reverse("cards-import", args=["items"]),
        reverse("cards-export", args=["customers"]),
        reverse("company-information"),
        reverse("ship-to-addresses", args=[world.party.no]),
        reverse("purchase-order-new"),
    ]


def papers(world: World) -> list[str]:
    """In the language of whom they go to."""
    posted = world.document.posted_children.exclude(posted_no=None)
    return [reverse("document-print", args=[row.pk]) for row in posted]


def other_pages(world: World) -> list[str]:
    return [
        *queue_pages(world),
        reverse("order", args=[world.unprocessed.pk]),
        reverse("document", args=[world.document.pk]),
        reverse("item", args=[world.item.no]),
        reverse("cue-setup"),
        reverse("orders"),
        reverse("products"),
        *(reverse("product", args=[row.pk]) for row in world.shop.products.all()),
        reverse("item-templates"),
        reverse("order-apply", args=[world.order.pk]),
        reverse("order-unlink", args=[world.order.pk]),
        reverse("order-act", args=[world.unprocessed.pk, "cancel"]),
        reverse("order-act", args=[world.unprocessed.pk, "close"]),
        reverse("sold-to", args=[world.shop.code]),
        reverse("channels", args=[world.shop.code]),
        reverse("languages", args=[world.shop.code]),
        *(reverse("metafields", args=[row.pk]) for row in world.shop.products.all()),
        *(reverse("metafield", args=[row.pk]) for row in world.shop.metafields.filter(key="size")),
        *(reverse("shopify-customer", args=[row.pk]) for row in Customer.objects.all()),
        reverse("customer-suggestions", args=["FJELL"]),
        reverse("reconciliation"),
        reverse("missing-records"),
        f"{reverse('orders')}?total=%3E1",
        reverse("shipments"),
        reverse("categories"),
        reverse("tokens"),
        reverse("notifications"),
        reverse("notification-settings"),
        reverse("shops"),
        reverse("report", args=[30104]),
        reverse("issue", args=[world.shop.issues.latest("pk").pk]),
    ]
