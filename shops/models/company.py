"""Companies that buy (B2B), as Shopify has them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class Company(models.Model):
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="companies")
    gid = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=255)
    email = models.CharField(_("e-mail"), max_length=200, blank=True)  # of the ordering contact
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="company_once_per_shop")
        ]

    def __str__(self) -> str:
        return self.name
