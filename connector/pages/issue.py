"""One skipped record: why it was left out, and what a person may do about it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from connector.pages.back import back_to
from connector.pages.issue_retries import may_handle, retry
from connector.sync.dismissing import dismiss, reopen
from connector.sync.models import Issue
from jobqueue.errors import Refused
from shops.models import Order, Refund

NOTE = 500  # characters


@require_safe
def issue(request: HttpRequest, issue_id: int) -> HttpResponse:
    row = _issue(issue_id)
    shown = {
        "issue": row,
        "allowed": may_handle(request.user, row),
        "alike": _alike(row).count(),
        "order": _order_of(row),
        "note_length": NOTE,
    }
    return render(request, "pages/issue.html", shown)


@require_POST
def act(request: HttpRequest, issue_id: int, action: str) -> HttpResponse:
    """Retry or dismiss one, or all of its reason; reopen. Dismissing takes a note."""
    row = _issue(issue_id)
    if not may_handle(request.user, row):
        raise PermissionDenied
    if action in {"retry", "retry-alike"}:
        return _retry(request, row, [row] if action == "retry" else list(_alike(row)))
    if action == "dismiss":
        _dismiss(request, row)
    elif action == "dismiss-alike":
        _dismiss_alike(request, row)
    elif action == "reopen":
        reopen(row)
        messages.success(request, _("%s is open again.") % row.ref)
    else:
        raise Http404
    return _back(request, row)


def _issue(issue_id: int) -> Issue:
    return get_object_or_404(Issue.objects.select_related("shop", "run__log_entry"), pk=issue_id)


def _order_of(row: Issue) -> Order | None:
    """The order that the record is, or is a refund of."""
    order = Order.objects.filter(shop=row.shop, gid=row.gid).first()
    if order is None:
        refunded = Refund.objects.filter(order__shop=row.shop, gid=row.gid)
        order = Order.objects.filter(refunds__in=refunded).first()
    return order


def _alike(row: Issue) -> QuerySet[Issue]:
    """The open records of the same shop and report that were left out for the same reason."""
    return Issue.objects.open().filter(shop=row.shop, report=row.report, code=row.code)


def _retry(request: HttpRequest, row: Issue, rows: list[Issue]) -> HttpResponse:
    try:
        entries = retry(rows, by_id=request.user.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(request, row)
    text = ngettext(
        "%(count)d record is tried again.", "%(count)d records are tried again.", len(rows)
    )
    messages.success(request, text % {"count": len(rows)})
    return redirect("job", entry_id=entries[0].pk) if entries else _back(request, row)


def _dismiss_alike(request: HttpRequest, row: Issue) -> None:
    if note := _note(request):
        count = dismiss(_alike(row), note)
        text = ngettext("%(count)d record is dismissed.", "%(count)d records are dismissed.", count)
        messages.success(request, text % {"count": count})


def _note(request: HttpRequest) -> str:
    """The note, or "" after saying that it is missing."""
    note = request.POST.get("note", "").strip()[:NOTE]
    if not note:
        messages.error(request, _("Write a note: why does nobody have to look at this record?"))
    return note


def _dismiss(request: HttpRequest, row: Issue) -> None:
    if not (note := _note(request)):
        return
    if dismiss(Issue.objects.filter(pk=row.pk), note):
        messages.success(request, _("%s is dismissed.") % row.ref)
    else:
        messages.info(request, _("%s is not open any more.") % row.ref)


def _back(request: HttpRequest, row: Issue) -> HttpResponse:
    return redirect(back_to(request, reverse("issue", args=[row.pk])))
