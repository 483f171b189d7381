"""Where goods lie."""

from __future__ import annotations

from django.db import models


class Location(models.Model):
    company = models.ForeignKey("erp.Company", models.PROTECT, db_index=False)
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    address = models.JSONField(default=dict, blank=True)  # as Document.sell_to_address
    blocked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="location_code_once")
        ]

    def __str__(self) -> str:
        return self.code
