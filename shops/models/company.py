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


class CompanyLocation(models.Model):
    """A place of a company that orders. The row comes with its first order, and names nobody yet."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="locations")
    gid = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=255)
    # Customers of the books; blank: the company's.
    sell_to_no = models.CharField(_("sell-to customer no."), max_length=20, blank=True)
    bill_to_no = models.CharField(_("bill-to customer no."), max_length=20, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("company location")
        verbose_name_plural = _("company locations")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "gid"], name="company_location_once_per_company"
            )
        ]

    def __str__(self) -> str:
        return self.name
