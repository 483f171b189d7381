"""What items are like: colour, size, weight. Named in any number of languages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 50  # characters
LONGEST_VALUE = 250


class ItemAttribute(models.Model):
    """`names` is {language: name}; `options` lists the values that an option may have."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        OPTION = "option", _("Option")
        INTEGER = "integer", _("Whole number")
        DECIMAL = "decimal", _("Decimal number")

    company = models.ForeignKey("erp.Company", models.PROTECT, db_index=False)
    name = models.CharField(max_length=LONGEST_NAME)
    names = models.JSONField(default=dict, blank=True)
    type = models.CharField(max_length=8, choices=Type, default=Type.TEXT)
    options = models.JSONField(default=list, blank=True)
    unit = models.CharField(max_length=10, blank=True)  # shown after numbers
    blocked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="attribute_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class ItemAttributeValue(models.Model):
    """What an attribute is for an item, or for one of its variants; `texts` is {language: text}."""

    attribute = models.ForeignKey(ItemAttribute, models.PROTECT, related_name="values")
    item = models.ForeignKey("erp.Item", models.CASCADE, related_name="attributes", db_index=False)
    variant = models.ForeignKey(
        "erp.ItemVariant", models.CASCADE, null=True, blank=True, related_name="attributes"
    )
    value = models.CharField(max_length=LONGEST_VALUE)
    texts = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "attribute"],
                condition=Q(variant__isnull=True),
                name="attribute_once_without_variant",
            ),
            models.UniqueConstraint(
                fields=["item", "variant", "attribute"],
                condition=Q(variant__isnull=False),
                name="attribute_once_by_variant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value}"
