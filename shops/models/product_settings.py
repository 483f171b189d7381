"""What one shop decides about its products: which way they go, and how items are recognised."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.product import Product, Variant
from shops.models.shop import Shop


class ProductSettings(models.Model):
    """Whether unknown items are created is one question for orders and products: `OrderSettings`."""

    class SyncItem(models.TextChoices):
        NONE = "", _("Not synchronized")
        TO_SHOPIFY = "to_shopify", _("To Shopify")
        FROM_SHOPIFY = "from_shopify", _("From Shopify")

    class SyncImages(models.TextChoices):
        DISABLED = "disabled", _("Disabled")
        TO_SHOPIFY = "to_shopify", _("To Shopify")
        FROM_SHOPIFY = "from_shopify", _("From Shopify")

    class SkuMapping(models.TextChoices):
        NONE = "", _("Not used")
        ITEM_NO = "item_no", _("Item No.")
        VARIANT_CODE = "variant_code", _("Variant Code")
        ITEM_AND_VARIANT = "item_and_variant", _("Item No. + Variant Code")
        VENDOR_ITEM_NO = "vendor_item_no", _("Vendor Item No.")
        BARCODE = "barcode", _("Bar Code")

    class RemovedProducts(models.TextChoices):
        NOTHING = "", _("Do nothing")
        ARCHIVED = "ARCHIVED", _("Archive")
        DRAFT = "DRAFT", _("Set to draft")

    class WeightUnit(models.TextChoices):
        GRAMS = "GRAMS", _("Grams")
        KILOGRAMS = "KILOGRAMS", _("Kilograms")
        OUNCES = "OUNCES", _("Ounces")
        POUNDS = "POUNDS", _("Pounds")

    class PriceDrift(models.TextChoices):
        OVERWRITE = "overwrite", _("Overwrite with ours")
        ACCEPT = "accept", _("Leave it and list it")

    class Created(models.TextChoices):
        ACTIVE = Product.Status.ACTIVE.value, _("Active")
        DRAFT = Product.Status.DRAFT.value, _("Draft")
        UNLISTED = Product.Status.UNLISTED.value, _("Unlisted")

    shop = models.OneToOneField(Shop, models.CASCADE, related_name="product_settings")

    sync_item = models.CharField(
        _("sync items"), max_length=12, choices=SyncItem, default=SyncItem.NONE, blank=True
    )
    shopify_can_update_items = models.BooleanField(
        _("Shopify can update items"),
        default=False,
        help_text=_("Description, category, vendor and references follow Shopify; prices do not."),
    )
    can_update_shopify_products = models.BooleanField(
        _("can update Shopify products"),
        default=False,
        help_text=_("Not needed for prices, stock and images, nor to add a product."),
    )
    item_template = models.CharField(_("item template"), max_length=20, blank=True)
    sku_mapping = models.CharField(
        _("SKU mapping"),
        max_length=16,
        choices=SkuMapping,
        default=SkuMapping.ITEM_NO,
        blank=True,
        help_text=_("What the SKU of a variant stands for in the books."),
    )
    sku_separator = models.CharField(_("SKU field separator"), max_length=10, default="|")
    variant_prefix = models.CharField(_("variant prefix"), max_length=5, default="V_")
    find_mapping_by_barcode = models.BooleanField(_("find mapping by bar code"), default=True)
    sync_item_images = models.CharField(
        _("sync item images"), max_length=12, choices=SyncImages, default=SyncImages.DISABLED
    )
    sync_item_extended_text = models.BooleanField(_("sync extended texts"), default=False)
    sync_item_marketing_text = models.BooleanField(_("sync marketing text"), default=False)
    sync_item_attributes = models.BooleanField(_("sync item attributes"), default=False)
    sync_metafields = models.BooleanField(_("product metafields to Shopify"), default=True)
    sync_hs_code_and_country = models.BooleanField(
        _("sync HS code and country of origin"), default=True
    )
    uom_as_variant = models.BooleanField(_("units of measure as variants"), default=False)
    option_name_for_uom = models.CharField(
        _("option name for the unit"), max_length=50, default="Unit of Measure"
    )
    status_for_created_products = models.CharField(
        _("status of created products"), max_length=10, choices=Created, default=Created.ACTIVE
    )
    action_for_removed_products = models.CharField(
        _("when an item is blocked"),
        max_length=10,
        choices=RemovedProducts,
        default=RemovedProducts.NOTHING,
        blank=True,
    )
    restore_unblocked_products = models.BooleanField(
        _("restore when unblocked"),
        default=False,
        help_text=_("A product that was archived or drafted with its item gets its status back."),
    )
    inventory_tracked = models.BooleanField(_("track inventory"), default=True)
    default_inventory_policy = models.CharField(
        _("inventory policy"),
        max_length=10,
        choices=Variant.InventoryPolicy,
        default=Variant.InventoryPolicy.CONTINUE,
    )
    weight_unit = models.CharField(
        _("weight unit"), max_length=10, choices=WeightUnit, default=WeightUnit.KILOGRAMS
    )
    language = models.CharField(
        _("language of texts"),
        max_length=8,
        blank=True,
        help_text=_("As “nb” or “pt-BR”. Blank: as on the item card."),
    )

    sync_prices = models.BooleanField(
        _("sync prices with products"),
        default=True,
        help_text=_("Off: prices go only when a run is asked for prices alone."),
    )
    price_drift = models.CharField(
        _("price edited in Shopify"),
        max_length=10,
        choices=PriceDrift,
        default=PriceDrift.OVERWRITE,
    )
    price_currency = models.CharField(
        _("currency of prices"), max_length=3, blank=True, help_text=_("Blank: the books' own.")
    )
    customer_price_group = models.CharField(_("customer price group"), max_length=20, blank=True)
    allow_line_disc = models.BooleanField(_("allow line discounts"), default=True)
    prices_including_vat = models.BooleanField(_("prices including VAT"), default=False)
    price_vat_bus = models.CharField(_("VAT business group of prices"), max_length=20, blank=True)

    # {field: {"owner": "books" | "shopify", "empty": "keep" | "clear"}}; what is missing: the default
    field_rules = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("product settings")
        verbose_name_plural = _("product settings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shopify_can_update_items=False)
                | models.Q(can_update_shopify_products=False),
                name="products_one_direction",
            )
        ]

    def __str__(self) -> str:
        return f"product settings of {self.shop}"

    @classmethod
    def of(cls, shop: Shop) -> ProductSettings:
        """The shop's settings; one that has none yet has the defaults, not saved."""
        return cls.objects.filter(shop=shop).first() or cls(shop=shop)
