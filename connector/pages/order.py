"""The page of one Shopify order."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from connector.pages.issues import add_rights
from connector.pages.order_acts import SHOPIFY
from connector.pages.order_amounts import totals_of
from connector.pages.order_lines import lines_of
from connector.pages.order_remedies import remedies
from connector.pages.order_returns import returns_of
from connector.pages.order_story import events, steps, story_of
from connector.pages.shopify_words import fulfillment_status, payment_status
from connector.pages.subjects import POSTING
from connector.sync.conflicts import resolve
from connector.sync.models import CustomerLink
from shops.models import Order

NOTE = 500  # characters
WITH = ("shop", "payload", "document_link__document__party")  # read at once with the order


@require_safe
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    row = get_object_or_404(Order.objects.select_related(*WITH), pk=order_id)
    story = story_of(row)
    links = CustomerLink.objects.filter(
        customer__shop=row.shop, customer__gid=row.customer_gid
    ).select_related("party")
    customer, lines = links.first() if row.customer_gid else None, lines_of(row)
    issues = story.open_issues
    add_rights(issues, request)
    shown = {
        "order": row,
        "note_length": NOTE,
        "may_resolve": request.user.has_perm(POSTING),
        "may_act": request.user.has_perm(SHOPIFY),
        "issues": issues,
        "payment_status": payment_status(row.financial_status),
        "fulfillment_status": fulfillment_status(row.fulfillment_status),
        "story": story,
        "steps": steps(story),
        "events": events(story),
        "lines": lines,
        "remedies": remedies(row, lines, customer),
        "returns": returns_of(row, story.returns),
        "totals": totals_of(row, story.link),
        "customer": customer,
        "tags": [tag.strip("[]") for tag in row.tags.split("] [") if tag.strip("[]")],
        "admin_url": f"{row.shop.url}/admin/orders/{row.gid.rsplit('/', 1)[-1]}",
    }
    return render(request, "pages/order.html", shown)


@require_POST
def mark_resolved(request: HttpRequest, order_id: int) -> HttpResponse:
    """The books know of the change now, or need not. Takes a note, and the right to change them."""
    row = get_object_or_404(Order, pk=order_id)
    if not request.user.has_perm(POSTING):
        raise PermissionDenied
    answer = request.POST.get("note", "").strip()[:NOTE]
    row.conflict_note = request.POST.get("seen", "").replace("\r\n", "\n")
    if not answer:
        messages.error(request, _("Write a note: what did you do about the change?"))
    elif resolve(row, answer, request.user.get_username(), timezone.now()):
        messages.success(request, _("Order %s is marked as resolved.") % row.name)
    else:
        messages.error(request, _("The order changed again meanwhile. Look at what changed."))
    return redirect("order", order_id=order_id)
