"""How many lie where, and what they are worth: the sum of the item ledger, kept by its trigger."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Stock(models.Model):
    """No code may write here: the database refuses it (see `erp.guards`)."""

    item = models.ForeignKey("erp.Item", models.PROTECT, db_index=False)
    variant = models.ForeignKey("erp.ItemVariant", models.PROTECT, null=True, db_index=False)
    location = models.ForeignKey("erp.Location", models.PROTECT)
    qty = models.DecimalField(max_digits=20, decimal_places=5)  # base units
    value = models.DecimalField(max_digits=20, decimal_places=4)  # LCY
    last_entry = models.ForeignKey("erp.ItemEntry", models.PROTECT, db_index=False)

    class Meta:
        verbose_name_plural = "stock"
        constraints = [
            # Two partial indexes, since SQLite knows no NULLS NOT DISTINCT.
            models.UniqueConstraint(
                fields=["item", "location"],
                condition=Q(variant__isnull=True),
                name="stock_once_without_variant",
            ),
            models.UniqueConstraint(
                fields=["item", "variant", "location"],
                condition=Q(variant__isnull=False),
                name="stock_once_by_variant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.qty}"
