"""What one shop decides about its customers: which way they go, and how cards are filled in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class CustomerSettings(models.Model):
    """How customers are recognised and whether unknown ones are created: see `OrderSettings`."""

    class CustomerImport(models.TextChoices):
        NONE = "none", _("None")
        WITH_ORDERS = "with_orders", _("With order import")
        ALL = "all", _("All customers")

    class Source(models.TextChoices):
        COMPANY = "company", _("Company name")
        FIRST_LAST = "first_last", _("First and last name")
        LAST_FIRST = "last_first", _("Last and first name")
        NONE = "none", _("None")

    class ContactSource(models.TextChoices):
        FIRST_LAST = "first_last", _("First and last name")
        LAST_FIRST = "last_first", _("Last and first name")
        NONE = "none", _("None")

    class CountySource(models.TextChoices):
        CODE = "code", _("Code")
        NAME = "name", _("Name")

    class BlankValues(models.TextChoices):
        KEEP = "keep", _("Keep what the other side has")
        CLEAR = "clear", _("Clear it there too")

    shop = models.OneToOneField(Shop, models.CASCADE, related_name="customer_settings")

    customer_import = models.CharField(
        _("customer import from Shopify"),
        max_length=12,
        choices=CustomerImport,
        default=CustomerImport.WITH_ORDERS,
    )
    shopify_can_update_customers = models.BooleanField(
        _("Shopify can update customers"),
        default=False,
        help_text=_("Name, address, e-mail and phone follow Shopify. Excludes the opposite."),
    )
    can_update_shopify_customers = models.BooleanField(
        _("can update Shopify customers"),
        default=False,
        help_text=_("Mapped customers in Shopify follow their cards. Excludes the opposite."),
    )
    blank_values = models.CharField(
        _("what is blank"), max_length=5, choices=BlankValues, default=BlankValues.KEEP
    )
    name_source = models.CharField(
        _("name from"), max_length=10, choices=Source, default=Source.COMPANY
    )
    name2_source = models.CharField(
        _("name 2 from"), max_length=10, choices=Source, default=Source.FIRST_LAST
    )
    contact_source = models.CharField(
        _("contact from"), max_length=10, choices=ContactSource, default=ContactSource.FIRST_LAST
    )
    county_source = models.CharField(
        _("county from"), max_length=4, choices=CountySource, default=CountySource.CODE
    )

    class Meta:
        verbose_name = _("customer settings")
        verbose_name_plural = _("customer settings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shopify_can_update_customers=False)
                | models.Q(can_update_shopify_customers=False),
                name="customers_one_direction",
            )
        ]

    def __str__(self) -> str:
        return f"customer settings of {self.shop}"

    @classmethod
    def of(cls, shop: Shop) -> CustomerSettings:
        """The shop's settings; one that has none yet has the defaults, not saved."""
        return cls.objects.filter(shop=shop).first() or cls(shop=shop)
