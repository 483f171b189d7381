"""Logging in and the look a person chose. Logging out and the language are Django's own views."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from connector.ui.appearance import keep_appearance


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or the system's look, and go back to where the person was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    keep_appearance(response, request.POST.get("appearance", ""))
    return response
