"""People who bought, as Shopify has them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class Customer(models.Model):
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="customers")
    gid = models.CharField(max_length=60)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(_("e-mail"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    seen_at = models.DateTimeField()  # Shopify's updated_at of the record it was last read from

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="customer_once_per_shop")
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email or self.gid
