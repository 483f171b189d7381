"""Logging in and the look a person chose. Logging out and the language are Django's own views."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from connector.pages.back import back_to
from connector.ui.appearance import keep_appearance


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or the system's look, and go back to where the person was."""
    response = HttpResponseRedirect(back_to(request, "/"))
    keep_appearance(response, request.POST.get("appearance", ""))
    return response
