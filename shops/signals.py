"""What the shop card tells whoever listens. It knows nobody."""

from __future__ import annotations

from django.dispatch import Signal

switched = (
    Signal()
)  # sender: Shop; instance. Enabled or disabled by an UPDATE of rows, not by save()
