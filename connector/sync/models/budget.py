"""What is left of a shop's API points, in one row that all workers of the shop share."""

from __future__ import annotations

from django.db import models

from shops.models import Shop


class ApiBudget(models.Model):
    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="budget")
    maximum = models.FloatField()  # points the bucket holds
    rate = models.FloatField()  # points restored a second
    available = models.FloatField()  # points, as of `at`; below 0 when calls have to wait
    at = models.FloatField()  # s since the epoch, of the database's clock

    def __str__(self) -> str:
        return f"API points of {self.shop_id}"
