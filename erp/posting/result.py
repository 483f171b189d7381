"""What a posting gave."""

from __future__ import annotations

from dataclasses import dataclass

from erp.models import Document


@dataclass(frozen=True, slots=True)
class Posted:
    """The posted documents; `repeated` when an earlier call with the same request posted them."""

    shipment: Document | None = None
    invoice: Document | None = None  # or credit memo
    repeated: bool = False
