"""The places a shop ships from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class Location(models.Model):
    class StockCalculation(models.TextChoices):
        """How many are told to Shopify. Source: BC, stock calculation of a Shopify location."""

        OFF = "off", _("Off")
        PROJECTED = "projected", _("Projected Available Balance at Today")
        FREE = "free", _("Free Inventory (not reserved)")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="locations")
    gid = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=100)
    active = models.BooleanField(_("active"), default=True)
    is_fulfillment_service = models.BooleanField(_("fulfillment service"), default=False)
    location_code = models.CharField(
        _("location in the books"),
        max_length=10,
        blank=True,
        help_text=_("Blank: the location of the shop card."),
    )
    # Only of a fulfillment service: it is the connector's own, so requests to it are accepted.
    ours = models.BooleanField(
        _("fulfilled by us"),
        default=False,
        help_text=_("Requests to this fulfillment service are accepted when goods are shipped."),
    )
    stock_calculation = models.CharField(
        _("stock calculation"),
        max_length=10,
        choices=StockCalculation,
        default=StockCalculation.OFF,
        help_text=_("Off: nothing is told to Shopify."),
    )
    location_filter = models.CharField(
        _("location filter"),
        max_length=250,
        blank=True,
        help_text=_("Locations of the books, as EAST|WEST. Blank: all; '' is no location."),
    )
    buffer = models.PositiveIntegerField(
        _("kept back"), default=0, help_text=_("So many fewer are shown in Shopify.")
    )
    cap = models.PositiveIntegerField(
        _("at most"), null=True, blank=True, help_text=_("More are never shown. Blank: no limit.")
    )
    default_product_location = models.BooleanField(
        _("default product location"),
        default=False,
        help_text=_("New products are stocked here."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="location_once_per_shop")
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of_stock(cls, shop: Shop) -> models.QuerySet[Location]:
        """The places whose stock we tell: active, our own, and with a calculation chosen.

        Another app's warehouse counts its own; what Shopify calls legacy locations are such.
        """
        ours = models.Q(is_fulfillment_service=False) | models.Q(ours=True)
        rows = cls.objects.filter(ours, shop=shop, active=True)
        return rows.exclude(stock_calculation=cls.StockCalculation.OFF)

    @classmethod
    def mapped(cls, shop: Shop) -> dict[str, str]:
        """Gid → code of the books, of those that have one."""
        rows = cls.objects.filter(shop=shop).exclude(location_code="")
        return dict(rows.values_list("gid", "location_code"))
