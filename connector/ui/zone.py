"""The time zone in which the pages speak to a person: a cookie, like light and dark."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

COOKIE = "zone"
AT_LOG_IN = "zone"  # in the session: what counts for who has chosen none
PROGRAMS = "/api/"  # they get UTC
YEAR = 31_536_000  # s
AREAS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/")


class SpeaksOneZone:
    """Middleware: every time of a page is of one zone, which the page names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        with timezone.override(zone_of(request)):
            return self.get_response(request)


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The chosen zone, else that of the log-in, else the setting's."""
    kept = (request.COOKIES.get(COOKIE, ""), request.session.get(AT_LOG_IN, ""))
    known = (zone for name in kept if (zone := zone_named(name)))
    return next(known, ZoneInfo(settings.TIME_ZONE))


def zone_named(name: str) -> ZoneInfo | None:
    """None when there is no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def keep_zone(response: HttpResponse, name: str) -> None:
    """Remember the choice; "" means to follow the first shop again."""
    if name:
        response.set_cookie(COOKIE, name, max_age=YEAR, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")


def place_names() -> tuple[str, ...]:
    """The zones to choose from, in order: those named after a place, and UTC."""
    named = {zone for zone in available_timezones() if zone.startswith(AREAS)}
    return tuple(sorted(named | {"UTC"}))
