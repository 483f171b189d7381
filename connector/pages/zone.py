"""One's own time zone: chosen on a page, or that of the first shop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.request_form import SuggestingInput
from connector.ui.zone import AT_LOG_IN, COOKIE, keep_zone, place_names, zone_named
from shops.models import Shop


class LogIn(LoginView):
    """Looks up the first shop's zone once, so that no page has to."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        first = Shop.objects.order_by("pk").values_list("zone", flat=True).first()
        self.request.session[AT_LOG_IN] = first or ""
        return response


class ZoneForm(forms.Form):
    use_required_attribute = False

    zone = forms.CharField(
        required=False,
        max_length=60,
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy(
            "A name like Europe/Oslo. Empty: that of the first shop, from your next log-in on."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].widget = SuggestingInput(place_names())

    def clean_zone(self) -> str:
        name: str = self.cleaned_data["zone"]
        if name and zone_named(name) is None:
            text = _("There is no time zone “%s”. Choose one like Europe/Oslo.")
            raise forms.ValidationError(text % name)
        return name


@require_http_methods(["GET", "HEAD", "POST"])
def zone(request: HttpRequest) -> HttpResponse:
    """Choose the zone in which this browser's pages speak."""
    kept = {"zone": request.COOKIES.get(COOKIE, "")}
    form = ZoneForm(request.POST if request.method == "POST" else None, initial=kept)
    if not form.is_bound or not form.is_valid():
        return render(request, "pages/zone.html", {"form": form})
    response = redirect("zone")
    keep_zone(response, form.cleaned_data["zone"])
    messages.success(request, _("Your choice is saved."))
    return response
