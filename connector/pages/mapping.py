"""The saved views that all lists with a mapping share."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from connector.sync.models.links import MappingState
from connector.ui.lists import SavedView


def mapping_views(gone: str = "") -> tuple[SavedView, ...]:
    """`gone` is a look-up that is true of what Shopify still has: the rest needs no mapping."""
    there = Q(**{gone: True}) if gone else Q()
    return (
        SavedView("", _("All")),
        SavedView(
            "unmapped",
            MappingState.UNMAPPED.label,
            lambda rows: rows.filter(there, link__state=MappingState.UNMAPPED),
            counted=True,
            tone="warn",
        ),
        SavedView(
            "mapped",
            MappingState.MAPPED.label,
            lambda rows: rows.filter(link__state=MappingState.MAPPED),
        ),
    )
