"""Where Shopify rings: a delivery is checked, the report that it calls for is asked for, no more.

A delivery may be lost, doubled, late or out of order: its body decides nothing. The report reads
what is there now.
"""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from connector.shopify.webhooks import genuine
from connector.sync.jobs import request_report
from shops.models import Shop

logger = logging.getLogger(__name__)

# How a topic begins → the report that reads what changed; other topics are answered and left.
REPORTS = {
    "orders/": "orders",
    "refunds/": "orders",
    "order_transactions/": "orders",
    "products/": "products",
}
LONGEST_ID = 64  # Shopify's are UUIDs


@login_not_required
@csrf_exempt
@require_POST
def shopify(request: HttpRequest) -> HttpResponse:
    """200 once the report waits; 401 for a shop or a signature that we do not know.

    Whatever else fails is an error 500: Shopify then delivers once more.
    """
    domain = request.headers.get("X-Shopify-Shop-Domain", "")
    given = request.headers.get("X-Shopify-Hmac-Sha256", "")
    shops = [shop for shop in _shops(domain) if genuine(request.body, given, _secret(shop))]
    if not shops:
        logger.warning("webhook refused", extra={"domain": domain[:100]})
        return HttpResponse(status=401)
    topic = request.headers.get("X-Shopify-Topic", "")
    report = next((name for start, name in REPORTS.items() if topic.startswith(start)), "")
    for shop in shops:
        if report and shop.enabled:
            _ask(shop, report, request.headers.get("X-Shopify-Webhook-Id", ""))
    return HttpResponse(status=200)


def _shops(domain: str) -> list[Shop]:
    """Several shop cards may stand for one shop; http is for one on this machine."""
    addresses = [f"https://{domain}", f"http://{domain}"]
    return list(Shop.objects.filter(url__in=addresses).select_related("connection"))


def _secret(shop: Shop) -> str:
    connection = getattr(shop, "connection", None)
    return connection.client_secret if connection else ""


def _ask(shop: Shop, report: str, delivery: str) -> None:
    """A delivery that comes again leads to the entry of the first, also when that has finished."""
    key = f"webhook {shop.pk} {delivery[:LONGEST_ID]}" if delivery else None
    entry, created = request_report(report, shop, options={"retry": "due"}, idem_key=key)
    logger.info("webhook", extra={"shop": shop.code, "entry": entry.pk, "new": created})
