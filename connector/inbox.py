"""Where Shopify rings: a delivery is checked, the report that it calls for is asked for, no more.

A delivery may be lost, doubled, late or out of order: its body decides nothing. The report reads
what is there now.
"""

from __future__ import annotations

import logging
import re

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from connector.shopify.webhooks import genuine
from connector.sync.customer_filters import DIRECTION, FROM
from connector.sync.jobs import request_report
from shops.models import Shop

logger = logging.getLogger(__name__)

# How a topic begins → the report that reads what changed; other topics are answered and left.
REPORTS = {
    "orders/": "orders",
    "refunds/": "orders",
    "order_transactions/": "orders",
    "products/": "products",
    "customers/create": "customers",
    "customers/update": "customers",
    "customers/enable": "customers",
    "customers/disable": "customers",
}
# Topics of customers that no list shows any more, and where the delivery names them.
GONE = {
    "customers/delete": "admin_graphql_api_id",
    "customers/merge": "admin_graphql_api_customer_deleted_id",
}
CUSTOMER = re.compile(r"gid://shopify/Customer/[0-9]{1,20}")
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
    gone = _gone(topic, request.body)
    for shop in shops:
        if (report or gone) and shop.enabled:
            _ask(shop, report or "customers", request.headers.get("X-Shopify-Webhook-Id", ""), gone)
    return HttpResponse(status=200)


def _shops(domain: str) -> list[Shop]:
    """Several shop cards may stand for one shop; http is for one on this machine."""
    addresses = [f"https://{domain}", f"http://{domain}"]
    return list(Shop.objects.filter(url__in=addresses).select_related("connection"))


def _secret(shop: Shop) -> str:
    connection = getattr(shop, "connection", None)
    return connection.client_secret if connection else ""


def _gone(topic: str, body: bytes) -> str:
    """The customer that a delivery says is gone; "" for none. Whether that is so, Shopify is asked."""
    if topic not in GONE:
        return ""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    gid = str(told.get(GONE[topic]) or f"gid://shopify/Customer/{told.get('id')}")
    return gid if CUSTOMER.fullmatch(gid) else ""


def _ask(shop: Shop, report: str, delivery: str, gone: str) -> None:
    """A delivery that comes again leads to the entry of the first, also when that has finished."""
    key = f"webhook {shop.pk} {delivery[:LONGEST_ID]}" if delivery else None
    filters, options = {}, {"retry": "due"}
    if gone:
        filters, options = {"gid": f"'{gone}'"}, {DIRECTION: FROM}
    entry, created = request_report(report, shop, filters=filters, options=options, idem_key=key)
    logger.info("webhook", extra={"shop": shop.code, "entry": entry.pk, "new": created})
