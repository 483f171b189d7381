"""Job queue categories: how many entries of each run at once, and who waits."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages.row_forms import save_together
from jobqueue.models import JobQueueCategory, JobQueueEntry, Status

CHANGE = "jobqueue.change_jobqueuecategory"


class CategoryForm(forms.ModelForm[JobQueueCategory]):
    class Meta:
        model = JobQueueCategory
        fields = ["description", "limit"]


@require_http_methods(["GET", "HEAD", "POST"])
def categories(request: HttpRequest) -> HttpResponse:
    """All categories in one form. Saving needs the right to change them."""
    may_change = request.user.has_perm(CHANGE)
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    rows = JobQueueCategory.objects.order_by("code")
    forms_ = [CategoryForm(data, instance=row, prefix=row.code) for row in rows]
    valid = [form.is_valid() for form in forms_]  # all say what is wrong
    if data is not None and all(valid):
        save_together(forms_)
        messages.success(request, _("The categories are saved."))
        return redirect("categories")
    counts = _counts()
    for form in forms_:
        form.instance.__dict__["counts"] = counts.get(form.instance.code, {})
    shown = {"forms": forms_, "may_change": may_change}
    return render(request, "pages/categories.html", shown)


def _counts() -> dict[str, dict[str, int]]:
    """Category → how many of its entries run and wait, in one query."""
    rows = JobQueueEntry.objects.filter(status__in=[Status.IN_PROCESS, Status.WAITING]).order_by()
    counted = rows.values("category").annotate(
        running=Count("pk", filter=Q(status=Status.IN_PROCESS)),
        waiting=Count("pk", filter=Q(status=Status.WAITING)),
    )
    return {
        row["category"]: {"running": row["running"], "waiting": row["waiting"]} for row in counted
    }
