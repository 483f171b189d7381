"""Live parts of a page: the browser asks for one again and again, and is told only what changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language


def version(data: object) -> str:
    """A short digest of `data`, which must have a repr that says all of it (dataclasses do)."""
    text = f"{get_language()} {data!r}"
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def fragment(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, of: object
) -> HttpResponse:
    """Render `template`, which shows `of`; 204 when the browser has that version.

    htmx swaps nothing on 204, so focus and selection stay where they are.
    """
    current = version(of)
    if request.GET.get("v") == current:
        return HttpResponse(status=204)
    response = render(request, template, dict(context))
    response["Cache-Control"] = "no-store"
    return response
