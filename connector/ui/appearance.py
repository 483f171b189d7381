"""Light or dark: a cookie, so that the server renders the right one and nothing flashes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

COOKIE = "appearance"
CHOICES = ("light", "dark")
YEAR = 31_536_000  # s


def appearance_of(request: HttpRequest) -> str:
    """Return "light", "dark", or "" to follow the system."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in CHOICES else ""


def keep_appearance(response: HttpResponse, chosen: str) -> None:
    """Remember `chosen`; anything but light and dark means to follow the system."""
    if chosen in CHOICES:
        response.set_cookie(COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
