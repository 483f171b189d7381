"""Orders that changed after their document was made: a person says that the books know of it now."""

from __future__ import annotations

from datetime import datetime

from shops.models import Order


def resolve(order: Order, answer: str, by: str, now: datetime) -> bool:
    """Take the flag off; the next change in Shopify puts it on again.

    False when it is not flagged with what the person saw: something changed since.
    """
    flagged = Order.objects.filter(pk=order.pk, conflict=True, conflict_note=order.conflict_note)
    return bool(
        flagged.update(
            conflict=False,
            conflict_note="",
            conflict_answer=answer,
            conflict_resolved_by=by[:150],
            conflict_resolved_at=now,
        )
    )
