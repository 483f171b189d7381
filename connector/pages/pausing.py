"""Pausing a shop, or all shops, with a reason and an end; and going on."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from connector.pages.back import back_to
from connector.pages.schedule_form import moment_input
from connector.rolecenter.pauses import holding, holding_for
from jobqueue import database, pauses
from jobqueue.errors import Refused
from shops.models import Shop

STEERING = "jobqueue.change_jobqueueentry"
LONGEST = 200  # characters of a reason


class PauseForm(forms.Form):
    use_required_attribute = False

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST,
        help_text=gettext_lazy("Everybody who looks at the job queue reads it, with your name."),
        error_messages={"required": gettext_lazy("Write why: others wonder what they wait for.")},
    )
    until = forms.DateTimeField(label=gettext_lazy("Until"), required=False, widget=moment_input())

    def clean_until(self) -> object:
        until = self.cleaned_data["until"]
        if until is not None and until <= database.clock():
            raise ValidationError(_("This time has passed. Choose a later one, or none."))
        return until


@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest) -> HttpResponse:
    """Pause ?shop=CODE; without a shop, all. Takes the right to steer the queue."""
    code = request.GET.get("shop", "")
    shop = get_object_or_404(Shop, code=code) if code else None
    allowed = request.user.has_perm(STEERING)
    data = request.POST if request.method == "POST" else None
    if data is not None and not allowed:
        raise PermissionDenied
    now = database.clock()
    notices = holding_for(code, now) if code else holding(now)
    zone = shop.zone if shop else timezone.get_current_timezone_name()
    with timezone.override(ZoneInfo(zone)):
        form = PauseForm(data)
        form.fields["until"].help_text = (
            _("Empty: until somebody resumes it. Time zone: %s.") % zone
        )
        if data is not None and form.is_valid():
            return _paused(request, form, code)
        shown = {
            "form": form,
            "shop": shop,
            "allowed": allowed,
            "back": reverse("shop", args=[code]) if code else reverse("jobs"),
            "pauses": notices,
        }
        return render(request, "pages/pause.html", shown)


def _paused(request: HttpRequest, form: PauseForm, code: str) -> HttpResponse:
    who, why = request.user.get_username(), form.cleaned_data["reason"]
    pauses.pause(code, reason=f"{who}: {why}", until=form.cleaned_data["until"])
    if code:
        messages.success(request, _("Shop %s is paused. What runs now runs to its end.") % code)
        return redirect("shop", code=code)
    messages.success(request, _("All shops are paused. What runs now runs to its end."))
    return redirect("jobs")


@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Take off the pause of the posted shop; of "", the pause of all."""
    if not request.user.has_perm(STEERING):
        raise PermissionDenied
    code = request.POST.get("shop", "")
    try:
        pauses.resume(code)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Shop %s goes on. What it missed runs once.") % code
            if code
            else _("The job queue goes on. What was missed runs once."),
        )
    return redirect(back_to(request, reverse("jobs")))
