"""Which picture of ours is which picture of a product in Shopify, and how far it got."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models import Product


class MediaLink(models.Model):
    """One picture of a product, known by its content. The row stands before anything is sent."""

    class Origin(models.TextChoices):
        BOOKS = "books", _("Ours")
        SHOPIFY = "shopify", _("The merchant's own")  # never removed there

    class State(models.TextChoices):
        UPLOADING = "uploading", _("Being sent")  # what a crash leaves: look before sending again
        PROCESSING = "processing", _("Shopify is processing it")
        READY = "shown", _("In Shopify")
        FAILED = "failed", _("Failed")
        REMOVED = "removed", _("Removed in Shopify")  # by the merchant: not sent again by itself

    product = models.ForeignKey(Product, models.CASCADE, related_name="media_links")
    origin = models.CharField(max_length=8, choices=Origin)
    sha256 = models.CharField(max_length=64)  # of the content, in hexadecimal
    media_gid = models.CharField(max_length=60, blank=True)  # blank: Shopify has not confirmed it
    state = models.CharField(_("status"), max_length=10, choices=State)
    problem = models.TextField(_("problem"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)  # from 1, among ours; as last confirmed
    alt = models.CharField(max_length=512, blank=True)  # as last confirmed
    variant_gids = models.JSONField(default=list)  # the variants that show it; as last confirmed
    # Where the uploaded file lies until Shopify has taken it; where the picture is shown since.
    source = models.URLField(max_length=2000, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(null=True)
    # The pictures of items that came into the books with it, and only with it.
    brought = models.ManyToManyField("erp.ItemPicture", related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "sha256"],
                condition=Q(origin="books"),
                name="picture_sent_once_per_product",
            ),
            models.UniqueConstraint(
                fields=["product", "media_gid"],
                condition=~Q(media_gid=""),
                name="media_once_per_product",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "product"], condition=~Q(state="shown"), name="media_not_ready"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:8]} of {self.product}: {self.state}"


class MediaMark(models.Model):
    """How a product was when its pictures were last taken into the books."""

    product = models.OneToOneField(
        Product, models.CASCADE, primary_key=True, related_name="media_mark"
    )
    shown = models.CharField(max_length=32)  # digest of what it showed
    targets = models.CharField(max_length=32)  # digest of the items they went to

    def __str__(self) -> str:
        return f"pictures of {self.product}"
