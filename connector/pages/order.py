"""The page of one Shopify order."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from connector.pages.issues import add_rights, issues_of
from connector.pages.order_amounts import totals_of
from connector.pages.order_lines import lines_of
from connector.pages.order_story import events, steps, story_of
from connector.pages.shopify_words import fulfillment_status, payment_status
from connector.sync.models import CustomerLink
from shops.models import Order


@require_safe
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    row = get_object_or_404(Order.objects.select_related("shop"), pk=order_id)
    story = story_of(row)
    customer = CustomerLink.objects.filter(
        customer__shop=row.shop, customer__gid=row.customer_gid
    ).select_related("party")
    issues = issues_of(row)
    add_rights(issues, request)
    shown = {
        "order": row,
        "issues": issues,
        "payment_status": payment_status(row.financial_status),
        "fulfillment_status": fulfillment_status(row.fulfillment_status),
        "story": story,
        "steps": steps(story),
        "events": events(story),
        "lines": lines_of(row),
        "totals": totals_of(row, story.link),
        "customer": customer.first() if row.customer_gid else None,
        "tags": [tag.strip("[]") for tag in row.tags.split("] [") if tag.strip("[]")],
        "admin_url": f"{row.shop.url}/admin/orders/{row.gid.rsplit('/', 1)[-1]}",
    }
    return render(request, "pages/order.html", shown)
