"""The ways of shipping that buyers choose in Shopify, and what each is in the books."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class ShipmentMethodMapping(models.Model):
    """One title of shipping lines. The row comes with the first order that has it, undecided."""

    class Charge(models.TextChoices):
        SHOP = "shop", _("Shipping charges account")  # of the shop card
        ACCOUNT = "account", _("G/L account")
        ITEM = "item", _("Item")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="shipment_methods")
    name = models.CharField(_("name in Shopify"), max_length=255)
    # Codes of the books; blank: the customer's, and no agent.
    shipment_method = models.CharField(_("shipment method"), max_length=10, blank=True)
    agent = models.CharField(_("shipping agent"), max_length=20, blank=True)
    charge_type = models.CharField(
        _("charges go to"), max_length=7, choices=Charge, default=Charge.SHOP
    )
    charge_no = models.CharField(_("account or item no."), max_length=20, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("shipment method mapping")
        verbose_name_plural = _("shipment method mappings")
        constraints = [
            models.UniqueConstraint(fields=["shop", "name"], name="shipment_method_once_per_shop"),
            models.CheckConstraint(
                condition=Q(charge_type="shop", charge_no="")
                | (~Q(charge_type="shop") & ~Q(charge_no="")),
                name="shipment_method_charge_has_no",
            ),
        ]

    def __str__(self) -> str:
        return self.name
