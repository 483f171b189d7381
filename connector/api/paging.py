"""One page of a list: newest first, bounded, and steady while rows are added or changed.

The cursor is the number of the last row that was told, so rows that come meanwhile stand before the
first page and move nothing. Numbers are given once and never again.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema

from connector.api.errors import Problem
from connector.api.shapes import Paging


def page_of(rows: QuerySet[Any], paging: Paging) -> tuple[list[Any], int | None]:
    """The rows of the page, and the cursor of the next one or None."""
    if paging.cursor is not None:
        rows = rows.filter(pk__lt=paging.cursor)
    found = list(rows.order_by("-pk")[: paging.limit + 1])
    shown = found[: paging.limit]
    return shown, shown[-1].pk if len(found) > paging.limit else None


def known_only(request: HttpRequest, filters: type[Schema]) -> None:
    """Refuse a filter that does not exist: leaving it out would answer something else."""
    for name in request.GET:
        if name not in filters.model_fields:
            text = _("There is no filter “%(name)s”. Known are: %(known)s.")
            known = ", ".join(filters.model_fields)
            raise Problem(422, text % {"name": name, "known": known}, name)
