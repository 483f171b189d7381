"""Every small list of "code, description and a few values" in one table."""

from __future__ import annotations

from django.db import models


class Lookup(models.Model):
    """A row of a small list; what `data` holds depends on the kind. `erp.lookups` writes them.

    currency        {"rounding": "0.01", "unit_rounding": "0.00001",
                     "rates": [{"from": "2026-01-01", "rate": "0.92"}]}  LCY for one unit
    vat_rate        code is "BUS|PROD"; {"pct": "25", "type": "normal" | "reverse" | "none"}
    payment_terms   {"formula": "14D"}  from document date to due date, see `calcdate`; blank: at once
    payment_method  {"account": "1100"}  the balancing account, blank for the company's bank
    category        {"parent": "LAMPS"}  blank at the root of the tree
    salesperson     {"email": "ann@example.org"}
    shipping_agent  {"tracking_url": "https://example.org/%s"}  %s stands for the tracking number
    tariff          {}  numbers of goods for customs; where there are none, items may have any
    gl_account      {"type": "balance" | "income"}
    others          {}
    """

    class Kind(models.TextChoices):
        CURRENCY = "currency"
        VAT_RATE = "vat_rate"
        PAYMENT_TERMS = "payment_terms"
        PAYMENT_METHOD = "payment_method"
        SHIPMENT_METHOD = "shipment_method"
        SHIPPING_AGENT = "shipping_agent"
        UOM = "uom"
        CATEGORY = "category"
        GL_ACCOUNT = "gl_account"
        REASON = "reason"
        COUNTRY = "country"
        PRICE_GROUP = "price_group"
        SALESPERSON = "salesperson"
        TARIFF = "tariff"

    company = models.ForeignKey("erp.Company", models.PROTECT, db_index=False)
    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=41)
    description = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "code"], name="lookup_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
