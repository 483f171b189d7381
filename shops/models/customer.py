"""People who bought or may buy, as Shopify has them, with all their addresses.

Orders know customers before anybody has read them, so a customer may stand with what an order said.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class Customer(models.Model):
    class State(models.TextChoices):
        DISABLED = "DISABLED", _("No account")
        INVITED = "INVITED", _("Invited")
        ENABLED = "ENABLED", _("Has an account")
        DECLINED = "DECLINED", _("Declined the invitation")

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="customers")
    gid = models.CharField(max_length=60)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    email = models.CharField(_("e-mail"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    note = models.TextField(_("note"), blank=True)
    tags = models.TextField(_("tags"), blank=True)  # each in brackets, as those of an order
    tax_exempt = models.BooleanField(_("tax exempt"), default=False)
    locale = models.CharField(_("language"), max_length=20, blank=True)
    state = models.CharField(_("account"), max_length=10, choices=State, blank=True)
    verified_email = models.BooleanField(_("verified e-mail"), default=False)
    # Shopify told neither name nor e-mail nor phone: what is known of them is from before.
    withheld = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("created at"), null=True)
    updated_at = models.DateTimeField(_("updated at"), null=True)  # null: only orders know them
    seen_at = models.DateTimeField()  # Shopify's updated_at of the record it was last read from
    gone_at = models.DateTimeField(_("deleted in Shopify"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="customer_once_per_shop")
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email or self.gid


class CustomerAddress(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    gid = models.CharField(max_length=120)
    position = models.PositiveIntegerField()  # from 1, as Shopify lists them
    is_default = models.BooleanField(_("default address"), default=False)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    company = models.CharField(max_length=255, blank=True)
    address1 = models.CharField(max_length=255, blank=True)
    address2 = models.CharField(max_length=255, blank=True)
    zip = models.CharField(max_length=50, blank=True)
    city = models.CharField(max_length=255, blank=True)
    province_code = models.CharField(max_length=10, blank=True)
    province = models.CharField(max_length=100, blank=True)
    country_code = models.CharField(max_length=2, blank=True)  # ISO 3166-1
    phone = models.CharField(max_length=50, blank=True)

    class Meta:
        verbose_name = _("customer address")
        verbose_name_plural = _("customer addresses")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "gid"], name="address_once_per_customer")
        ]

    def __str__(self) -> str:
        parts = (self.company, self.address1, self.address2, f"{self.zip} {self.city}".strip())
        return ", ".join(
            filter(None, [*parts, self.province or self.province_code, self.country_code])
        )
