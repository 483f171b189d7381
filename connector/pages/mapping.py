"""The saved views that all lists with a mapping share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from connector.sync.models.links import MappingState
from connector.ui.lists import SavedView


def mapping_views(**waiting: Any) -> tuple[SavedView, ...]:
    """`waiting` is what holds, besides, of a row that waits for a person."""
    return (
        SavedView("", _("All")),
        SavedView(
            "unmapped",
            MappingState.UNMAPPED.label,
            lambda rows: rows.filter(link__state=MappingState.UNMAPPED, **waiting),
            counted=True,
            tone="warn",
        ),
        SavedView(
            "mapped",
            MappingState.MAPPED.label,
            lambda rows: rows.filter(link__state=MappingState.MAPPED),
        ),
    )
