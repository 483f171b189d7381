"""Which customers wait for a person to map them: counted by a cue, listed under it."""

from __future__ import annotations

from django.db.models import QuerySet

from connector.sync.models import CustomerLink
from connector.sync.models.links import MappingState


def unmapped_customers() -> QuerySet[CustomerLink]:
    """Whom Shopify has no longer, nobody need map."""
    return CustomerLink.objects.filter(state=MappingState.UNMAPPED, customer__gone_at=None)
