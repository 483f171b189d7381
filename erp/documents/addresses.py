"""Address snapshots: what a document keeps, whatever later becomes of the party."""

from __future__ import annotations

from dataclasses import fields

from erp.drafts import AddressDraft
from erp.models import Party, ShipToAddress

NAMES = tuple(field.name for field in fields(AddressDraft))


def snapshot(source: AddressDraft | Party | ShipToAddress) -> dict[str, str]:
    """Return a dict of all fields of `AddressDraft`; the others have the same ones."""
    return {name: getattr(source, name) for name in NAMES}
