"""Creating items and their variants."""

from __future__ import annotations

from collections.abc import Sequence

from erp.drafts import ItemDraft
from erp.errors import CardError
from erp.models import Company, Item


def create_item(company: Company, draft: ItemDraft) -> Item:
    """Raises CardError."""
    raise NotImplementedError


def create_items(company: Company, drafts: Sequence[ItemDraft]) -> list[Item | CardError]:
    """Create what can be created, in one transaction; the answers come in the order of the drafts."""
    raise NotImplementedError
