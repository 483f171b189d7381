"""Sales prices by customer, group, currency, quantity and date. `erp.prices` picks among them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Price(models.Model):
    class Source(models.TextChoices):
        ALL = "all", _("All customers")
        GROUP = "group", _("Price group")
        CUSTOMER = "customer", _("Customer")

    item = models.ForeignKey("erp.Item", models.PROTECT, related_name="prices")
    variant = models.ForeignKey(
        "erp.ItemVariant", models.PROTECT, null=True, blank=True, related_name="+"
    )
    source_type = models.CharField(max_length=8, choices=Source, default=Source.ALL)
    source_no = models.CharField(max_length=20, blank=True)
    uom = models.CharField(max_length=10, blank=True)
    currency = models.CharField(max_length=3, blank=True)  # blank: the company's
    min_qty = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    starts = models.DateField(null=True, blank=True)  # first day
    ends = models.DateField(null=True, blank=True)  # last day
    unit_price = models.DecimalField(max_digits=20, decimal_places=5)
    line_discount_pct = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    incl_vat = models.BooleanField(default=False)
    allow_invoice_disc = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.source_type} {self.source_no} {self.unit_price} {self.currency}"
