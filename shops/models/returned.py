"""Returns as Shopify has them. They are told, not booked: the books follow their refunds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models.order import Order


class Return(models.Model):
    """One return of an order, refreshed with it; its lines stand in the order's OrderPayload."""

    class Status(models.TextChoices):
        REQUESTED = "REQUESTED", _("Requested")
        OPEN = "OPEN", _("Open")
        CLOSED = "CLOSED", _("Closed")
        DECLINED = "DECLINED", _("Declined")
        CANCELED = "CANCELED", _("Cancelled")

    order = models.ForeignKey(Order, models.CASCADE, related_name="returns")
    gid = models.CharField(max_length=60)  # gid://shopify/Return/123
    name = models.CharField(_("return no."), max_length=50)  # "#1001-R1"
    # Shopify's word: one that is not known here yet is kept as it came.
    status = models.CharField(_("status"), max_length=20, choices=Status)
    created_at = models.DateTimeField(_("created at"))
    closed_at = models.DateTimeField(null=True)
    quantity = models.IntegerField(_("quantity"))  # units that are to come back
    decline_reason = models.CharField(max_length=30, blank=True)
    decline_note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "gid"], name="return_once_per_order")
        ]
        indexes = [
            models.Index(
                fields=["order"],
                condition=Q(status__in=["REQUESTED", "OPEN"]),
                name="return_not_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.name
