"""Keeping the addresses to which customers want goods sent."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from erp.documents.addresses import NAMES
from erp.errors import CardError
from erp.models import Party, ShipToAddress


@transaction.atomic
def put_ship_to(party: Party, code: str, **changes: Any) -> ShipToAddress:
    """Create an address of a customer or change the one with this code. Raises CardError."""
    kept = code.strip().upper()
    if party.kind != Party.Kind.CUSTOMER:
        raise CardError("kind", _("Only customers have ship-to addresses."))
    if not kept:
        raise CardError("code", _("Give it a code."))
    if unknown := sorted(changes.keys() - set(NAMES)):
        raise CardError(
            "field", _("There is no field %(name)s to change.") % {"name": ", ".join(unknown)}
        )
    rows = ShipToAddress.objects.select_for_update().filter(party=party, code=kept)
    row = rows.first() or ShipToAddress(party=party, code=kept)
    for name, value in changes.items():
        setattr(row, name, value)
    try:
        row.clean_fields(exclude={"party"})
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise CardError(name, " ".join(sentences)) from None
    row.save()
    return row
