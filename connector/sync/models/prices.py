"""What was last told to Shopify about prices, and the bulk operations that tell many at once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models import Shop, Variant


class PriceMark(models.Model):
    """The prices of a variant that Shopify last confirmed to us, in the shop's currency."""

    class State(models.TextChoices):
        SENT = "sent", _("In step")
        DRIFT = "drift", _("Edited in Shopify")
        ACCEPTED = "accepted", _("Shopify's price accepted")

    variant = models.OneToOneField(
        Variant, models.CASCADE, primary_key=True, related_name="price_mark"
    )
    price = models.DecimalField(_("price"), max_digits=20, decimal_places=4)
    compare_at = models.DecimalField(
        _("compare-at price"), max_digits=20, decimal_places=4, null=True
    )
    unit_cost = models.DecimalField(_("unit cost"), max_digits=20, decimal_places=4, null=True)
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.SENT)
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        indexes = [
            models.Index(fields=["state"], condition=~Q(state="sent"), name="price_not_in_step")
        ]

    def __str__(self) -> str:
        return f"{self.variant}: {self.price}"


class BulkOperation(models.Model):
    """Many price changes that Shopify works off by itself."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running in Shopify")
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="bulk_operations")
    gid = models.CharField(max_length=60)  # gid://shopify/BulkOperation/1
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.RUNNING)
    error = models.CharField(max_length=250, blank=True)
    # [[variant id, price, compare-at, cost], …] as they will be once Shopify confirms; line by line
    rows = models.JSONField(default=list)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    confirmed = models.PositiveIntegerField(_("confirmed"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop"],
                condition=Q(state="running"),
                name="bulk_operation_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.gid} of {self.shop}: {self.state}"
