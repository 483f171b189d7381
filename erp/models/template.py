"""What new items are made by."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.models.item import Item


class ItemTemplate(models.Model):
    """Blank fields mean what the company has. Source: BC's table 1382, "Item Templ."."""

    company = models.ForeignKey("erp.Company", models.PROTECT, db_index=False)
    code = models.CharField(_("code"), max_length=20)
    description = models.CharField(_("description"), max_length=100, blank=True)
    type = models.CharField(
        _("type"), max_length=14, choices=Item.Type, default=Item.Type.INVENTORY
    )
    base_uom = models.CharField(_("base unit of measure"), max_length=10, default="PCS")
    category = models.CharField(_("item category"), max_length=20, blank=True)
    vat_prod = models.CharField(_("VAT product group"), max_length=20, blank=True)
    price_incl_vat = models.BooleanField(_("price includes VAT"), default=False)
    reserve = models.CharField(
        _("reserve"), max_length=8, choices=Item.Reserve, default=Item.Reserve.OPTIONAL
    )

    class Meta:
        verbose_name = _("item template")
        verbose_name_plural = _("item templates")
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="item_template_once")
        ]

    def __str__(self) -> str:
        return self.code
