"""What Shopify was asked: the list, one request, and that a person has seen its error."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from connector.pages.order_json import WHOLE
from connector.pages.shop_codes import ShopList
from connector.shopify.documents import names
from connector.sync.models import ShopifyRequest
from connector.ui.list_filters import ExpressionFilter, ListFilter, TypedFilter
from connector.ui.lists import Rows, SavedView

SEEING = "sync.change_shopifyrequest"  # the permission to mark errors as seen


def _operations() -> Sequence[tuple[str, str]]:
    return [(name, name) for name in names()]


def _day(text: str) -> Q | None:
    """The day from midnight to midnight in the zone of the pages."""
    try:
        start = datetime.combine(date.fromisoformat(text), time())
    except ValueError:
        return None
    zone = timezone.get_current_timezone()
    end = start + timedelta(days=1)
    return Q(at__gte=start.replace(tzinfo=zone), at__lt=end.replace(tzinfo=zone))


def _run(text: str) -> Q | None:
    return Q(log_entry=int(text)) if text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004


class RequestList(ShopList):
    model = ShopifyRequest
    heading = _("Shopify requests")
    columns = "pages/requests.html"
    below = "pages/requests_seen.html"
    views = (
        SavedView("", _("All")),
        SavedView(
            "open",
            _("New errors"),
            lambda rows: rows.open(timezone.now()),  # type: ignore[attr-defined]
            counted=True,
            tone="bad",
            empty=_("Shopify refused nothing in the last 24 hours that nobody has seen."),
        ),
        SavedView(
            "errors",
            _("Errors"),
            lambda rows: rows.filter(failed=True),
            empty=_("Shopify has refused nothing."),
        ),
    )
    filters = (
        ListFilter("operation", _("Operation"), "operation", _operations),
        TypedFilter("day", _("Day"), _day, "date"),
        ExpressionFilter("run", _("Run"), _run),
    )
    search = ("error__icontains", "request_id__icontains")
    search_label = _("Search error or request ID")
    order = ("-at", "-pk")
    empty = _("No request is kept. The shop card says which are: errors only, all, or none.")

    def rows(self) -> Rows:
        return ShopifyRequest.objects.select_related("shop").defer("variables", "answer")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            query=self.request.GET.urlencode(),
            may_see=self.request.user.has_perm(SEEING),
            **kwargs,
        )


@require_safe
def shopify_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request. What was asked and answered is for those who may see order payloads."""
    rows = ShopifyRequest.objects.select_related("shop", "log_entry")
    shown = {
        "row": get_object_or_404(rows, pk=request_id),
        "whole": request.user.has_perm(WHOLE),
        "may_see": request.user.has_perm(SEEING),
    }
    return render(request, "pages/request.html", shown)


@require_POST
def mark_seen(request: HttpRequest) -> HttpResponse:
    """Take one error, or all that the list shows, off the cue."""
    if not request.user.has_perm(SEEING):
        raise PermissionDenied
    query = request.POST.get("query", "")
    rows: Any = RequestList.of(request, query).matching()
    if (one := request.POST.get("request", "")).isdecimal():
        rows = ShopifyRequest.objects.filter(pk=int(one))
    unseen = ShopifyRequest.objects.filter(pk__in=rows.values("pk"), failed=True, seen_at=None)
    count = unseen.update(seen_at=timezone.now(), seen_by=request.user.get_username()[:150])
    text = ngettext(
        "%(count)d error is marked as seen.", "%(count)d errors are marked as seen.", count
    )
    messages.success(request, text % {"count": count})
    return redirect(f"{reverse('requests')}?{query}")
