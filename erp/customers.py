"""Creating customers."""

from __future__ import annotations

from collections.abc import Sequence

from erp.drafts import CustomerDraft
from erp.errors import CardError
from erp.models import Company, Party


def create_customer(company: Company, draft: CustomerDraft) -> Party:
    """Raises CardError."""
    raise NotImplementedError


def create_customers(company: Company, drafts: Sequence[CustomerDraft]) -> list[Party | CardError]:
    """Create what can be created, in one transaction; the answers come in the order of the drafts."""
    raise NotImplementedError
