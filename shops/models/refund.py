"""Refunds as Shopify has them. What the books made of one stands in links, not here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models.order import Order


class RefundQuerySet(models.QuerySet["Refund"]):
    def unprocessed(self) -> RefundQuerySet:
        return self.filter(state=Refund.State.UNPROCESSED)


class Refund(models.Model):
    """One refund of an order, refreshed with it; its lines stand in the order's OrderPayload."""

    class State(models.TextChoices):
        UNPROCESSED = "unprocessed", _("Unprocessed")
        PROCESSED = "processed", _("Processed")
        NO_DOCUMENT = "no_document", _("Needs no document")

    order = models.ForeignKey(Order, models.CASCADE, related_name="refunds")
    gid = models.CharField(max_length=60)  # gid://shopify/Refund/123
    return_gid = models.CharField(max_length=60, blank=True, default="")  # that it belongs to
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField()  # Shopify's clock
    note = models.TextField(_("note"), blank=True)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=4)  # paid back
    presentment_amount = models.DecimalField(max_digits=20, decimal_places=4)
    quantity = models.IntegerField(_("quantity"))  # units of goods, whether they come back or not
    pending = models.BooleanField(_("pending"), default=False)  # the payment is on its way

    state = models.CharField(_("status"), max_length=12, choices=State, default=State.UNPROCESSED)
    reason_code = models.CharField(max_length=30, blank=True)  # why there is no credit memo
    reason = models.TextField(_("reason"), blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "gid"], name="refund_once_per_order")
        ]
        indexes = [
            models.Index(
                fields=["order"], condition=Q(state="unprocessed"), name="refund_unprocessed"
            ),
            models.Index(fields=["gid"], name="refund_gid"),
        ]

    def __str__(self) -> str:
        return f"refund of {self.order}"
