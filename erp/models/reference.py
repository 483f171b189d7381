"""Other people's numbers for our items: bar codes, and what vendors call them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ItemReference(models.Model):
    """One number may stand for several items: whoever looks it up must not guess among them.

    The GTIN of an item or a variant is its usual bar code and needs no row here.
    """

    class Type(models.TextChoices):
        BARCODE = "barcode", _("Bar code")
        VENDOR = "vendor", _("Vendor")

    company = models.ForeignKey("erp.Company", models.PROTECT, db_index=False)
    item = models.ForeignKey("erp.Item", models.CASCADE, related_name="references")
    variant = models.ForeignKey(
        "erp.ItemVariant", models.CASCADE, null=True, blank=True, related_name="references"
    )
    uom = models.CharField(max_length=10, blank=True)  # blank: the unit that is sold
    type = models.CharField(max_length=8, choices=Type)
    vendor = models.ForeignKey("erp.Party", models.CASCADE, null=True, blank=True, related_name="+")
    number = models.CharField(max_length=50)  # in upper case

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(type="vendor") | Q(vendor__isnull=True), name="reference_vendor_only"
            ),
            # Of rows without a variant or a vendor the database takes none for equal: `references`
            # looks before it writes.
            models.UniqueConstraint(
                fields=["item", "variant", "uom", "type", "vendor", "number"],
                name="reference_once",
            ),
        ]
        indexes = [models.Index("company", "type", "number", name="reference_number")]

    def __str__(self) -> str:
        return self.number
