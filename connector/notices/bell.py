"""The bell at the top of every page: what the person has not read yet, in one query."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from connector.notices.models import Notice

SHOWN = 6
MOST = 9  # above it the number is "9+"


def bell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Nothing is asked for until a template shows the bell."""
    return {"bell": SimpleLazyObject(lambda: unread(request))}


def unread(request: HttpRequest) -> dict[str, Any]:
    """The newest unread notices, and how many there are, as text: "", "3" or "9+"."""
    if not request.user.is_authenticated:
        return {"count": "", "notices": [], "here": "/"}
    found = list(Notice.objects.unread(request.user)[: MOST + 1])
    count = f"{MOST}+" if len(found) > MOST else str(len(found) or "")
    return {"count": count, "notices": found[:SHOWN], "here": _here(request)}


def _here(request: HttpRequest) -> str:
    """The page that shows the bell, also where only a part of it is asked for."""
    part_of = request.htmx.current_url_abs_path if hasattr(request, "htmx") else None
    return str(part_of or request.get_full_path())
