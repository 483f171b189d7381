"""What Shopify answered about an order, as it came."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from connector.shopify.redaction import redacted
from shops.models import OrderPayload

WHOLE = "shops.view_orderpayload"  # the permission to see what names or reaches the buyer


@require_safe
def captured(request: HttpRequest, order_id: int) -> HttpResponse:
    """The answer that the order was last read from; 404 for one that was not read from Shopify."""
    payload = get_object_or_404(OrderPayload.objects.select_related("order"), pk=order_id)
    whole = request.user.has_perm(WHOLE)
    node = orjson.loads(payload.raw)
    text = orjson.dumps(node if whole else redacted(node), option=orjson.OPT_INDENT_2).decode()
    shown = {"order": payload.order, "text": text, "whole": whole}
    return render(request, "pages/order_json.html", shown)
