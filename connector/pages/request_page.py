"""Request pages: filters and options of a report, to run it now or to keep them on an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages import job_words
from connector.pages.last_values import keep_values, last_values
from connector.pages.matching_lists import address_of
from connector.pages.request_form import RequestForm
from connector.pages.starting import may_start, start, start_several, warn
from connector.pages.subjects import Subject, subject_of, subject_of_entry
from connector.sync.parameters import BadParameters
from jobqueue.changes import keep_parameters
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, Status
from shops.models import Shop


class Count(NamedTuple):
    words: str  # how many records match, as a sentence; "" when nobody knows before it runs
    number: int | None = None
    address: str = ""  # the list that shows just these; "" where no list can


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, number: int) -> HttpResponse:
    """Run a report now, for ?shop=CODE; where there is one shop only, for that."""
    shops = list(Shop.objects.order_by("code"))
    code = request.GET.get("shop") or (shops[0].code if len(shops) == 1 else "")
    shop = next((one for one in shops if one.code == code), None)
    if shop is None:
        return _for_shops(request, number, shops)
    subject = subject_of(number, shop)
    if subject is None:
        raise Http404
    if "preview" in request.GET:
        return preview(request, subject)
    shown = {"shop": shop, "allowed": may_start(request, subject)}
    if request.method != "POST":
        last = last_values(request, subject)
        form = RequestForm(subject.declared, parameters=last.parameters if last else None)
        return _page(request, subject, form, shown | {"last": last})
    return _started(request, subject, RequestForm(subject.declared, request.POST), shown)


def _started(
    request: HttpRequest, subject: Subject, form: RequestForm, shown: dict[str, Any]
) -> HttpResponse:
    """Run it now, or take what was typed to the schedule of a new entry."""
    if not accepted(subject, form) or "count" in request.POST:
        return _page(request, subject, form, shown)
    if not shown["allowed"]:
        raise PermissionDenied
    keep_values(request, subject, subject.parameters(form.filters, form.options))
    if "schedule" in request.POST:
        where = {"shop": shown["shop"].code, "kind": subject.number}
        return redirect(f"{reverse('job-new')}?{urlencode(where | form.typed())}")
    return start(request, subject, form.filters, form.options)


def _for_shops(request: HttpRequest, number: int, shops: list[Shop]) -> HttpResponse:
    """Choose a shop; or run it for all that are ticked, each with an entry of its own."""
    found = [subject for shop in shops if (subject := subject_of(number, shop))]
    if shops and not found:
        raise Http404
    ticked = [s for s in found if s.shop and s.shop.code in request.POST.getlist("shops")]
    if ticked:
        start_several(request, ticked)
        return redirect("jobs")
    if request.method == "POST":
        messages.error(request, _("Tick at least one shop."))
    label = found[0].label if found else ""
    return render(request, "pages/choose_shop.html", {"shops": shops, "several": label})


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
        warn(request, entry.pk)
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
    known = counted(subject, form) if form.is_bound else counted_as_kept(subject, form.parameters)
    return render(
        request,
        "pages/request_page.html",
        {"subject": subject, "form": form, "counted": known, **shown},
    )


def preview(request: HttpRequest, subject: Subject) -> HttpResponse:
    """The sentence alone, for the query string's filters and options."""
    form = RequestForm(subject.declared, request.GET)
    known = counted(subject, form)
    response = render(request, "pages/request_preview.html", {"counted": known, "form": form})
    response["Cache-Control"] = "no-store"
    return response


def counted(subject: Subject, form: RequestForm) -> Count:
    """How many records match what was typed; nothing where it cannot be read."""
    if not accepted(subject, form):
        return Count("")
    return _count(subject, subject.parameters(form.filters, form.options))


def counted_as_kept(subject: Subject, parameters: Mapping[str, Any] | None = None) -> Count:
    """The same for what is kept; without it for a request without filters."""
    try:
        return _count(subject, parameters or subject.parameters({}, {}))
    except BadParameters:  # kept before the report changed; the fields below say what is wrong
        return Count("")


def _count(subject: Subject, parameters: Mapping[str, Any]) -> Count:
    found = subject.preview(parameters, timezone.now())
    return Count(found.words, found.number, address_of(subject, parameters))
