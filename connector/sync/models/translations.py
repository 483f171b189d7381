"""Which translations Shopify has of ours, so that nothing is sent twice."""

from __future__ import annotations

from django.db import models

from shops.models import Shop


class TranslationMark(models.Model):
    """Written only after Shopify has taken the text."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="translation_marks")
    resource_gid = models.CharField(max_length=60)
    locale = models.CharField(max_length=35)  # BCP-47, whole
    key = models.CharField(max_length=60)  # title, body_html
    ours = models.CharField(max_length=64)  # digest of the text that was sent
    source = models.CharField(max_length=64)  # Shopify's digest of the text that was translated

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "resource_gid", "locale", "key"], name="translation_mark_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource_gid} {self.locale} {self.key}"
