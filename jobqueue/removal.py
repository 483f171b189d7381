"""Deleting rows that others may move at the same time."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


def remove(rows: QuerySet[Any]) -> int:
    """Delete these rows; returns their number. Call it in write().

    Django reads what it deletes, and then deletes by primary key alone: an entry that is claimed
    in between would go under its run. So the rows are locked first, and only those are deleted
    that still are what was asked for once nobody else holds them. SQLite has one writer at a time.
    """
    ours = list(rows.select_for_update().values_list("pk", flat=True))
    rows.model._base_manager.filter(pk__in=ours).delete()  # noqa: SLF001 - Django's own name
    return len(ours)
