"""What a shop sells, as Shopify has it. A sold thing is a variant, also where a product has one.

Orders know variants before anybody has read the products, so a variant may stand without one.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class Product(models.Model):
    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", _("Active")
        ARCHIVED = "ARCHIVED", _("Archived")
        DRAFT = "DRAFT", _("Draft")
        UNLISTED = "UNLISTED", _("Unlisted")

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="products")
    gid = models.CharField(max_length=60)
    title = models.CharField(_("title"), max_length=255)
    handle = models.CharField(_("handle"), max_length=255, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    vendor = models.CharField(_("vendor"), max_length=255, blank=True)
    product_type = models.CharField(_("product type"), max_length=255, blank=True)
    category_gid = models.CharField(max_length=80, blank=True)  # of Shopify's taxonomy
    category_name = models.CharField(_("category"), max_length=255, blank=True)  # its full name
    tags = models.JSONField(_("tags"), default=list, blank=True)  # sorted, as Shopify has them
    description_html = models.TextField(_("description"), blank=True)
    seo_title = models.CharField(_("SEO title"), max_length=255, blank=True)
    seo_description = models.TextField(_("SEO description"), blank=True)
    options = models.JSONField(default=list, blank=True)  # names by position; none: ["Title"]
    only_default_variant = models.BooleanField(default=False)  # it comes in one kind only
    gift_card = models.BooleanField(_("gift card"), default=False)
    url = models.URLField(max_length=500, blank=True)  # in the online store; blank: not there
    image_gid = models.CharField(max_length=60, blank=True)  # its first picture
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))  # Shopify's clock
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(_("deleted in Shopify"), null=True, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="product_once_per_shop")
        ]

    def __str__(self) -> str:
        return self.title


class Variant(models.Model):
    class InventoryPolicy(models.TextChoices):
        DENY = "DENY", _("Stop selling when out of stock")
        CONTINUE = "CONTINUE", _("Continue selling when out of stock")

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="variants")
    gid = models.CharField(max_length=60)
    product_gid = models.CharField(max_length=60, blank=True)  # as the order line names it
    product = models.ForeignKey(Product, models.CASCADE, null=True, related_name="variants")
    title = models.CharField(_("product"), max_length=255)
    variant_title = models.CharField(_("variant"), max_length=255, blank=True)
    position = models.PositiveIntegerField(default=0)  # from 1; 0: only orders know it
    options = models.JSONField(default=list, blank=True)  # values, in the order of the product's
    sku = models.CharField(_("SKU"), max_length=255, blank=True)
    barcode = models.CharField(_("barcode"), max_length=255, blank=True)
    price = models.DecimalField(_("price"), max_digits=20, decimal_places=4, default=0)
    compare_at_price = models.DecimalField(
        _("compare-at price"), max_digits=20, decimal_places=4, null=True
    )
    taxable = models.BooleanField(_("taxable"), default=True)
    inventory_policy = models.CharField(max_length=10, choices=InventoryPolicy, blank=True)
    inventory_item_gid = models.CharField(max_length=60, blank=True)
    tracked = models.BooleanField(_("tracked"), null=True)  # null: not read yet
    requires_shipping = models.BooleanField(default=True)
    unit_cost = models.DecimalField(_("unit cost"), max_digits=20, decimal_places=4, null=True)
    weight = models.DecimalField(_("weight"), max_digits=20, decimal_places=5, null=True)
    weight_unit = models.CharField(max_length=10, blank=True)  # GRAMS, KILOGRAMS, OUNCES, POUNDS
    hs_code = models.CharField(_("HS code"), max_length=20, blank=True)
    country_of_origin = models.CharField(_("country of origin"), max_length=2, blank=True)
    image_gid = models.CharField(max_length=60, blank=True)
    updated_at = models.DateTimeField(null=True)  # Shopify's clock; null: only orders know it
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(_("deleted in Shopify"), null=True, blank=True)

    class Meta:
        verbose_name = _("product variant")
        verbose_name_plural = _("product variants")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="variant_once_per_shop")
        ]
        indexes = [
            models.Index(fields=["shop", "sku"], name="variant_sku"),
            models.Index("shop", Upper("sku"), name="variant_sku_any_case"),
            models.Index(fields=["shop", "inventory_item_gid"], name="variant_inventory_item"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.title, self.variant_title]))
