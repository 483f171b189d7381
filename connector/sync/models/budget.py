"""What is left of a shop's API points, in one row that all workers of the shop share."""

from __future__ import annotations

from django.db import models

from shops.models import Shop


class ApiBudget(models.Model):
    """The fields of connector.shopify.bucket.Level; points, and points a second."""

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="budget")
    available = models.FloatField()
    at = models.FloatField()  # s since the epoch, of the database's clock
    maximum = models.FloatField()
    restore = models.FloatField()
    in_flight = models.FloatField(default=0)
    settled = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"API points of {self.shop_id}"
