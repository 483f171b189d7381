"""Customers and vendors."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from erp.models.item import Item
from erp.phones import phone_tail


class Party(models.Model):
    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        VENDOR = "vendor", _("Vendor")

    class Blocked(models.TextChoices):
        NONE = "none", _("Not blocked")
        SHIP = "ship", _("Shipping blocked")
        INVOICE = "invoice", _("Invoicing blocked")
        ALL = "all", _("Blocked")

    company = models.ForeignKey("erp.Company", models.PROTECT, db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    no = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    name_2 = models.CharField(max_length=50, blank=True)
    address = models.CharField(max_length=100, blank=True)
    address_2 = models.CharField(max_length=50, blank=True)
    city = models.CharField(max_length=30, blank=True)
    post_code = models.CharField(max_length=20, blank=True)
    county = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1
    contact = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    vat_registration_no = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3, blank=True)  # blank: the company's
    vat_bus = models.CharField(max_length=20)
    prices_incl_vat = models.BooleanField(default=False)
    price_group = models.CharField(max_length=20, blank=True)
    payment_terms = models.CharField(max_length=10, blank=True)
    payment_method = models.CharField(max_length=10, blank=True)
    shipment_method = models.CharField(max_length=10, blank=True)
    bill_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    # Whether orders keep their goods; the item may say otherwise
    reserve = models.CharField(max_length=8, choices=Item.Reserve, default=Item.Reserve.OPTIONAL)
    salesperson = models.CharField(max_length=20, blank=True)
    blocked = models.CharField(max_length=8, choices=Blocked, default=Blocked.NONE)

    class Meta:
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "no"], name="party_no_once"),
        ]
        indexes = [
            # Finding a customer by what a shop knows of them; upper case is what `iexact` asks for.
            models.Index("company", Upper("email"), name="party_email"),
            models.Index("company", phone_tail(), name="party_phone_tail"),
            models.Index("company", Upper("name"), name="party_name"),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.name}"
