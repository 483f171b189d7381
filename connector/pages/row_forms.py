"""Pages on which all rows of a small table are edited in one form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.forms import ModelForm


@transaction.atomic
def save_together(forms: Iterable[ModelForm[Any]]) -> None:
    """All or none. Only of valid forms."""
    for form in forms:
        form.save()
