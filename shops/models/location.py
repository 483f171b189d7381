"""The places a shop ships from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class Location(models.Model):
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="locations")
    gid = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=100)
    active = models.BooleanField(_("active"), default=True)
    is_fulfillment_service = models.BooleanField(default=False)
    location_code = models.CharField(
        _("location in the books"),
        max_length=10,
        blank=True,
        help_text=_("Blank: the location of the shop card."),
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
    def mapped(cls, shop: Shop) -> dict[str, str]:
        """Gid → code of the books, of those that have one."""
        rows = cls.objects.filter(shop=shop).exclude(location_code="")
        return dict(rows.values_list("gid", "location_code"))
