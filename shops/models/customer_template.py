"""What the customers of a country become in the books, and to whom their orders are sold."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class CustomerTemplate(models.Model):
    """Orders that are sent to the country are sold to its default customer, if it has one.

    The rest is for cards that are made for customers of the country. Orders of companies do not
    count. Source: BC's "Shopify Customer Template", by shop and country.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="customer_templates")
    country = models.CharField(_("country"), max_length=2)  # ISO 3166-1 alpha-2
    default_customer_no = models.CharField(_("default customer no."), max_length=20, blank=True)
    vat_bus = models.CharField(_("VAT business group"), max_length=20, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    payment_terms = models.CharField(_("payment terms"), max_length=10, blank=True)
    payment_method = models.CharField(_("payment method"), max_length=10, blank=True)
    price_group = models.CharField(_("price group"), max_length=20, blank=True)

    class Meta:
        ordering = ["country"]
        verbose_name = _("customer template")
        verbose_name_plural = _("customer templates")
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "country"], name="customer_template_once_per_country"
            ),
            models.CheckConstraint(condition=~Q(country=""), name="customer_template_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.country}: {self.default_customer_no}"
