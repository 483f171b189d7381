"""What is bought and sold, and the variants it comes in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Item(models.Model):
    class Type(models.TextChoices):
        INVENTORY = "inventory", _("Inventory")
        SERVICE = "service", _("Service")
        NON_INVENTORY = "non_inventory", _("Non-inventory")

    class Reserve(models.TextChoices):
        NEVER = "never", _("Never")
        OPTIONAL = "optional", _("Optional")
        ALWAYS = "always", _("Always")

    class PreventNegative(models.TextChoices):
        DEFAULT = "default", _("As the company")
        YES = "yes", _("Yes")
        NO = "no", _("No")

    company = models.ForeignKey("erp.Company", models.PROTECT, db_index=False)
    no = models.CharField(max_length=20)
    description = models.CharField(max_length=100)
    type = models.CharField(max_length=14, choices=Type, default=Type.INVENTORY)
    base_uom = models.CharField(max_length=10, default="PCS")
    units = models.JSONField(default=dict, blank=True)  # {"BOX": "12"}: base units in one of it
    sales_uom = models.CharField(max_length=10, blank=True)  # one of units; blank: the base unit
    category = models.CharField(max_length=20, blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    vendor = models.ForeignKey(
        "erp.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )  # of kind vendor
    vendor_item_no = models.CharField(max_length=50, blank=True)
    tariff_no = models.CharField(max_length=20, blank=True)  # "6104.43" or "610443"
    country_of_origin = models.CharField(max_length=2, blank=True)  # ISO 3166-1
    vat_prod = models.CharField(max_length=20)
    unit_price = models.DecimalField(max_digits=20, decimal_places=5, default=0)  # LCY
    price_incl_vat = models.BooleanField(default=False)
    unit_volume = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    unit_weight = models.DecimalField(max_digits=20, decimal_places=5, default=0)  # kg
    # LCY for one base unit; the moving average over all variants and locations
    unit_cost = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    blocked = models.BooleanField(default=False)
    sales_blocked = models.BooleanField(default=False)
    reserve = models.CharField(max_length=8, choices=Reserve, default=Reserve.OPTIONAL)
    prevent_negative = models.CharField(
        max_length=7, choices=PreventNegative, default=PreventNegative.DEFAULT
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "no"], name="item_no_once")]
        indexes = [
            models.Index("company", "gtin", name="item_gtin", condition=~models.Q(gtin="")),
            models.Index(
                "company",
                "vendor_item_no",
                name="item_vendor_item_no",
                condition=~models.Q(vendor_item_no=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.description}"


class ItemVariant(models.Model):
    item = models.ForeignKey(Item, models.PROTECT, related_name="variants", db_index=False)
    code = models.CharField(max_length=10)
    description = models.CharField(max_length=100, blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    blocked = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="variant_code_once")]
        indexes = [models.Index("gtin", name="variant_gtin", condition=~models.Q(gtin=""))]

    def __str__(self) -> str:
        return self.code
