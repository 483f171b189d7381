"""Where a buyer is decides what taxes the books expect: countries and their parts, one by one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class TaxArea(models.Model):
    """The VAT business group of documents that go to a country, or to one county of it."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="tax_areas")
    country = models.CharField(_("country"), max_length=2)  # ISO 3166-1
    county = models.CharField(
        _("county"),
        max_length=60,
        blank=True,
        help_text=_("Its code or its name, as Shopify has it. Blank: the rest of the country."),
    )
    vat_bus = models.CharField(_("VAT business group"), max_length=20)
    vat_bus_exempt = models.CharField(
        _("of tax exempt orders"), max_length=20, blank=True, help_text=_("Blank: the same.")
    )

    class Meta:
        ordering = ["country", "county"]
        verbose_name = _("tax area")
        verbose_name_plural = _("tax areas")
        constraints = [
            models.UniqueConstraint(fields=["shop", "country", "county"], name="tax_area_once")
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.county}".strip()
