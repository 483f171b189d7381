"""Who works in a shop, and which salesperson of the books each is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class StaffMember(models.Model):
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="staff")
    gid = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=255)
    email = models.CharField(_("e-mail"), max_length=255, blank=True)
    active = models.BooleanField(_("active"), default=True)
    salesperson_code = models.CharField(_("salesperson"), max_length=20, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="staff_once_per_shop"),
            models.UniqueConstraint(
                fields=["shop", "salesperson_code"],
                condition=~Q(salesperson_code=""),
                name="salesperson_once_per_shop",
            ),
        ]

    def __str__(self) -> str:
        return self.name
