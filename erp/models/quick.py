"""Instances made from rows of the database without Model.__init__."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState


class Quick(models.Model):
    """For tables that are read by the thousand.

    `Model.__init__` goes through every field, its default and its descriptor, which was most of the
    time it took to read a line. Here the values are set at once; a field that is not among them is
    read when somebody asks for it, as ever. The signals of `__init__` are not sent, which no field
    of such a table may need.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs are those of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        row = cls.__new__(cls)
        row.__dict__.update(zip(field_names, values, strict=True))
        row._state = ModelState()
        row._state.db, row._state.adding = db, False
        return row
