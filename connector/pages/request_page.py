"""Request pages: filters and options of a report, to run it now or to keep them on an entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages import job_words
from connector.pages.entry_changes import keep_parameters
from connector.pages.request_form import RequestForm
from connector.pages.starting import may_start, start
from connector.pages.subjects import Subject, subject_of, subject_of_entry
from connector.sync.parameters import BadParameters
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, Status
from shops.models import Shop


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, number: int) -> HttpResponse:
    """Run a report now, for ?shop=CODE; where there is one shop only, for that."""
    shops = list(Shop.objects.order_by("code"))
    code = request.GET.get("shop") or (shops[0].code if len(shops) == 1 else "")
    shop = next((one for one in shops if one.code == code), None)
    if shop is None:
        return render(request, "pages/choose_shop.html", {"shops": shops})
    subject = subject_of(number, shop)
    if subject is None:
        raise Http404
    shown = {"shop": shop, "allowed": may_start(request, subject)}
    if "preview" in request.GET:
        return preview(request, subject)
    if request.method != "POST":
        return _page(request, subject, RequestForm(subject.declared), shown)
    form = RequestForm(subject.declared, request.POST)
    if not accepted(subject, form) or "count" in request.POST:
        return _page(request, subject, form, shown)
    return start(request, subject, form.filters, form.options)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Change what an entry asks for, while it does not run. Who saves becomes its user."""
    entry = get_object_or_404(JobQueueEntry, pk=entry_id)
    subject = subject_of_entry(entry)
    if subject is None:
        raise Http404
    if "preview" in request.GET:
        return preview(request, subject)
    allowed = job_words.may_change(request.user, entry) and may_start(request, subject)
    shown = {"entry": entry, "allowed": allowed, "runs": entry.status == Status.IN_PROCESS}
    if request.method != "POST":
        form = RequestForm(subject.declared, parameters=entry.parameters)
        return _page(request, subject, form, shown)
    if not allowed:
        raise PermissionDenied
    form = RequestForm(subject.declared, request.POST, entry.parameters)
    if not accepted(subject, form) or "count" in request.POST:
        return _page(request, subject, form, shown)
    return _kept(request, entry, subject.parameters(form.filters, form.options))


def _kept(request: HttpRequest, entry: JobQueueEntry, parameters: dict[str, Any]) -> HttpResponse:
    try:
        keep_parameters(entry, parameters, request.user.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The filters and options are saved. You are now its user."))
    return redirect("job", entry_id=entry.pk)


def accepted(subject: Subject, form: RequestForm) -> bool:
    """Whether the form can be read; what its fields say together is checked by the report."""
    if not form.is_valid():
        return False
    try:
        subject.parameters(form.filters, form.options)
    except BadParameters as error:
        form.add_error(None, str(error))
        return False
    return True


def _page(
    request: HttpRequest, subject: Subject, form: RequestForm, shown: dict[str, Any]
) -> HttpResponse:
    known = (
        counted(subject, form) if form.is_bound else counted_as_kept(subject, shown.get("entry"))
    )
    return render(
        request,
        "pages/request_page.html",
        {"subject": subject, "form": form, "counted": known, **shown},
    )


def preview(request: HttpRequest, subject: Subject) -> HttpResponse:
    """The sentence alone, for the query string's filters and options."""
    form = RequestForm(subject.declared, request.GET)
    response = render(
        request, "pages/request_preview.html", {"counted": counted(subject, form), "form": form}
    )
    response["Cache-Control"] = "no-store"
    return response


def counted(subject: Subject, form: RequestForm) -> str:
    """How many records match what was typed, as a sentence; "" where it cannot be read."""
    if not accepted(subject, form):
        return ""
    return subject.preview(subject.parameters(form.filters, form.options), timezone.now())


def counted_as_kept(subject: Subject, entry: JobQueueEntry | None = None) -> str:
    """The sentence for what the entry keeps; without one for a request without filters."""
    parameters = entry.parameters if entry else subject.parameters({}, {})
    try:
        return subject.preview(parameters, timezone.now())
    except BadParameters:  # kept before the report changed; the fields below say what is wrong
        return ""
