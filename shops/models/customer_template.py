"""To whom the orders of a country are sold, whoever bought."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class CustomerTemplate(models.Model):
    """Orders that are sent to the country are sold to its default customer. Not those of companies.

    Source: BC's "Shopify Customer Template", by shop and country.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="customer_templates")
    country = models.CharField(_("country"), max_length=2)  # ISO 3166-1 alpha-2
    default_customer_no = models.CharField(_("default customer no."), max_length=20)

    class Meta:
        ordering = ["country"]
        verbose_name = _("customer template")
        verbose_name_plural = _("customer templates")
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "country"], name="customer_template_once_per_country"
            ),
            models.CheckConstraint(
                condition=~Q(country="") & ~Q(default_customer_no=""),
                name="customer_template_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country}: {self.default_customer_no}"
