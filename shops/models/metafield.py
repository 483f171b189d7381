"""What hangs onto products, variants, customers and companies: values of a name and a type."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class Metafield(models.Model):
    """Values are kept as Shopify writes them, JSON or text, whatever their type.

    A row is only made of what Shopify has confirmed. A change of ours waits in it (`dirty`) until
    Shopify has taken it; `digest` says over which value of Shopify's it was written.
    """

    class Owner(models.TextChoices):
        PRODUCT = "PRODUCT", _("Product")
        VARIANT = "PRODUCTVARIANT", _("Variant")
        CUSTOMER = "CUSTOMER", _("Customer")
        COMPANY = "COMPANY", _("Company")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="metafields")
    owner_kind = models.CharField(_("belongs to"), max_length=14, choices=Owner)
    owner_gid = models.CharField(max_length=60)
    gid = models.CharField(max_length=60, blank=True)  # blank: somebody deleted it in Shopify
    namespace = models.CharField(_("namespace"), max_length=255)
    key = models.CharField(_("key"), max_length=64)
    type = models.CharField(_("type"), max_length=60)  # as "number_integer" or "list.url"
    value = models.TextField(_("value"))
    updated_at = models.DateTimeField(_("updated at"), null=True)  # Shopify's clock
    digest = models.CharField(max_length=64, blank=True)  # of Shopify's value; blank: it has none
    dirty = models.BooleanField(_("to be sent"), default=False)
    deleted = models.BooleanField(_("to be deleted"), default=False)
    # Why Shopify did not take our change; it is tried again unless `stale`.
    refusal = models.TextField(_("reason"), blank=True)
    stale = models.BooleanField(default=False)  # Shopify's value changed: a person has to look

    class Meta:
        verbose_name = _("metafield")
        verbose_name_plural = _("metafields")
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "owner_gid", "namespace", "key"], name="metafield_once_per_owner"
            ),
            models.CheckConstraint(
                condition=~Q(dirty=True, deleted=True), name="metafield_sent_or_deleted"
            ),
        ]
        indexes = [
            models.Index(
                fields=["shop", "owner_gid"],
                condition=Q(dirty=True) | Q(deleted=True),
                name="metafield_to_do",
            )
        ]

    def __str__(self) -> str:
        return f"{self.namespace}.{self.key}"
