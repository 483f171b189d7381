"""What is sent to Shopify of items, and how far that is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models import Product, Shop


class ProductExport(models.Model):
    """An item on its way to a shop, or a product that is sent what changes of its item.

    The handle is chosen and written down before the product is made, so that after a crash or a
    lost answer the product is recognised by it, and never made twice.
    """

    class State(models.TextChoices):
        CREATING = "creating", _("Being created")  # written before the call: what a crash leaves
        INCOMPLETE = "incomplete", _("Incomplete")  # made, but not all of it was taken
        DONE = "done", _("In Shopify")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="product_exports")
    item = models.ForeignKey("erp.Item", models.PROTECT, related_name="+")
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.CREATING)
    handle = models.CharField(max_length=255, blank=True)  # blank: not made by us
    operation = models.CharField(max_length=60, blank=True)  # of Shopify's, while it makes it
    product = models.OneToOneField(Product, models.CASCADE, null=True, related_name="export")
    reason = models.TextField(_("reason"), blank=True)  # why the last sending failed
    former_status = models.CharField(max_length=10, blank=True)  # before its item was blocked
    made_status = models.CharField(max_length=10, blank=True)  # what it was made then
    # What Shopify rewrote of what was sent: see `mapping.product_changes`
    altered = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(_("last sent"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "item"], condition=~Q(handle=""), name="item_made_once_per_shop"
            )
        ]
        indexes = [models.Index(fields=["shop", "state"], name="product_export_state")]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.shop_id}: {self.state}"


class OptionAttribute(models.Model):
    """An attribute of items whose values are an option of a shop's products."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="option_attributes")
    attribute = models.ForeignKey("erp.ItemAttribute", models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)  # among the options of a product

    class Meta:
        ordering = ["position", "attribute__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "attribute"], name="option_attribute_once_per_shop"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attribute} of {self.shop}"
