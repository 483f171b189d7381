"""The saved views that all lists with a mapping share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from connector.sync.models.links import MappingState
from connector.ui.lists import SavedView


def mapping_views() -> tuple[SavedView, ...]:
    return (
        SavedView("", _("All")),
        SavedView(
            "unmapped",
            MappingState.UNMAPPED.label,
            lambda rows: rows.filter(link__state=MappingState.UNMAPPED),
            counted=True,
            tone="warn",
        ),
        SavedView(
            "mapped",
            MappingState.MAPPED.label,
            lambda rows: rows.filter(link__state=MappingState.MAPPED),
        ),
    )
