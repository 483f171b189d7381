"""Where a shop's new products go: its publications (sales channels) and its collections."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop

ONLINE_STORE = "online_store"


class Publication(models.Model):
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="publications")
    gid = models.CharField(max_length=60)
    name = models.CharField(_("sales channel"), max_length=255)
    handle = models.CharField(max_length=255, blank=True)
    chosen = models.BooleanField(_("offer new products here"), default=False)

    class Meta:
        verbose_name = _("sales channel")
        verbose_name_plural = _("sales channels")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="publication_once_per_shop")
        ]

    def __str__(self) -> str:
        return self.name


class ProductCollection(models.Model):
    """One that is filled by hand. The filters say which items join it; blank: all."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="product_collections")
    gid = models.CharField(max_length=60)
    title = models.CharField(_("collection"), max_length=255)
    join = models.BooleanField(_("new products join"), default=False)
    item_nos = models.CharField(_("only items no."), max_length=250, blank=True)
    categories = models.CharField(_("only categories"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="collection_once_per_shop")
        ]

    def __str__(self) -> str:
        return self.title
