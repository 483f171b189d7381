"""Where a customer wants goods sent, besides their own address."""

from __future__ import annotations

from django.db import models


class ShipToAddress(models.Model):
    """Has the fields of `drafts.AddressDraft`; a document keeps a copy of what was chosen."""

    party = models.ForeignKey(
        "erp.Party", models.CASCADE, related_name="ship_to_addresses", db_index=False
    )
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    name_2 = models.CharField(max_length=50, blank=True)
    address = models.CharField(max_length=100, blank=True)
    address_2 = models.CharField(max_length=50, blank=True)
    post_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=30, blank=True)
    county = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1
    contact = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name_plural = "ship-to addresses"
        constraints = [
            models.UniqueConstraint(fields=["party", "code"], name="ship_to_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
