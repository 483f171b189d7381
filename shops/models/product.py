"""What a shop sells, as Shopify has it. A sold thing is a variant, also where a product has one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class Variant(models.Model):
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="variants")
    gid = models.CharField(max_length=60)
    product_gid = models.CharField(max_length=60, blank=True)
    title = models.CharField(_("product"), max_length=255)
    variant_title = models.CharField(_("variant"), max_length=255, blank=True)
    sku = models.CharField(_("SKU"), max_length=255, blank=True)
    price = models.DecimalField(_("price"), max_digits=20, decimal_places=4, default=0)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("product variant")
        verbose_name_plural = _("product variants")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="variant_once_per_shop")
        ]
        indexes = [models.Index(fields=["shop", "sku"], name="variant_sku")]

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.title, self.variant_title]))
