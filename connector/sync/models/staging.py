"""Orders that were seen in Shopify and are not taken yet, raw, with the reason."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.models import Shop


class StagedOrder(models.Model):
    """An order to import. The row goes when the order has come in."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Left out by the filters")
        REJECTED = "rejected", _("Could not be imported")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="staged_orders")
    gid = models.CharField(max_length=60)
    name = models.CharField(_("order no."), max_length=50)
    created_at = models.DateTimeField(_("created at"), null=True)
    updated_at = models.DateTimeField(null=True)
    total = models.CharField(_("total"), max_length=40, blank=True)  # as Shopify wrote it
    state = models.CharField(_("status"), max_length=10, choices=State)
    code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    trace = models.TextField(blank=True)
    raw = models.TextField()
    attempts = models.IntegerField(_("attempts"), default=0)
    # null while it waits for a filter, and once it was rejected too often to be tried by itself
    next_try = models.DateTimeField(_("next try"), null=True)
    staged_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("order to import")
        verbose_name_plural = _("orders to import")
        constraints = [
            models.UniqueConstraint(fields=["shop", "gid"], name="staged_order_once_per_shop")
        ]
        indexes = [models.Index(fields=["shop", "state"], name="staged_order_state")]

    def __str__(self) -> str:
        return self.name
