"""Where numbers come from. `erp.series` takes them."""

from __future__ import annotations

from django.db import models


class NumberSeries(models.Model):
    """A row counts up by one for each number; the transaction that takes it holds its lock."""

    company = models.ForeignKey("erp.Company", models.PROTECT, db_index=False)
    code = models.CharField(max_length=20)
    prefix = models.CharField(max_length=12)
    width = models.PositiveSmallIntegerField(default=6)  # digits after the prefix, at least
    last_no = models.BigIntegerField(default=0)
    gapless = models.BooleanField(default=True)  # posted numbers; `audit` checks it
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    warn_at = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "number series"
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="series_code_once"),
        ]

    def __str__(self) -> str:
        return self.code
