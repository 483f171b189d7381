"""When a cue turns green, yellow or red: company-wide, and for a person who wants it otherwise."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CueName(models.TextChoices):
    """The cues whose colours can be set up, in the order in which they are shown."""

    UNPROCESSED_ORDERS = "unprocessed_orders", _("Unprocessed orders")
    ORDER_UPDATES = "order_updates", _("Unprocessed order updates")
    UNMAPPED_CUSTOMERS = "unmapped_customers", _("Unmapped customers")
    UNMAPPED_PRODUCTS = "unmapped_products", _("Unmapped products")
    UNPROCESSED_SHIPMENTS = "unprocessed_shipments", _("Unprocessed shipments")
    SHIPMENT_ERRORS = "shipment_errors", _("Shipment errors")
    SYNC_ERRORS = "sync_errors", _("Synchronization errors")
    UNMAPPED_COMPANIES = "unmapped_companies", _("Unmapped companies")
    STAGED_ERRORS = "staged_errors", _("Orders to import with an error")
    API_ERRORS = "api_errors", _("API errors")
    JOBS_FAILED = "jobs_failed", _("Tasks failed")
    JOBS_IN_PROCESS = "jobs_in_process", _("Tasks in process")
    JOBS_IN_QUEUE = "jobs_in_queue", _("Tasks in queue")


class Style(models.TextChoices):
    """Source: BC table 9701, Cue Setup."""

    NONE = "none", _("No colour")
    FAVORABLE = "favorable", _("Favorable (green)")
    AMBIGUOUS = "ambiguous", _("Ambiguous (yellow)")
    UNFAVORABLE = "unfavorable", _("Unfavorable (red)")
    SUBORDINATE = "subordinate", _("Subordinate (grey)")


class CueSetup(models.Model):
    """Below threshold 1 the low style, from threshold 2 on the high style, between the middle."""

    user = models.ForeignKey(  # null: company-wide
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="cue_setups"
    )
    cue = models.CharField(_("cue"), max_length=30, choices=CueName)
    low_style = models.CharField(
        _("low range style"), max_length=12, choices=Style, default=Style.FAVORABLE
    )
    threshold_1 = models.DecimalField(
        _("threshold 1"), max_digits=9, decimal_places=2, default=Decimal(1)
    )
    middle_style = models.CharField(
        _("middle range style"), max_length=12, choices=Style, default=Style.AMBIGUOUS
    )
    threshold_2 = models.DecimalField(
        _("threshold 2"), max_digits=9, decimal_places=2, default=Decimal(5)
    )
    high_style = models.CharField(
        _("high range style"), max_length=12, choices=Style, default=Style.UNFAVORABLE
    )

    class Meta:
        verbose_name = _("cue setup")
        verbose_name_plural = _("cue setup")
        constraints = [
            models.UniqueConstraint(fields=["user", "cue"], name="cue_setup_once_per_user"),
            models.UniqueConstraint(
                fields=["cue"], condition=Q(user__isnull=True), name="cue_setup_once_per_company"
            ),
            models.CheckConstraint(
                condition=Q(threshold_1__lt=F("threshold_2")), name="cue_thresholds_rise"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cue}: {self.threshold_1}, {self.threshold_2}"

    def clean(self) -> None:
        """Raises ValidationError on threshold 2 when the thresholds do not rise."""
        if self.threshold_2 <= self.threshold_1:
            raise ValidationError(
                {"threshold_2": _("Threshold 2 must be higher than threshold 1.")}
            )


def default_setup(cue: str) -> CueSetup:
    """The setup of a cue nobody has set up, as an unsaved row."""
    if cue == CueName.JOBS_FAILED:
        return CueSetup(cue=cue, threshold_1=3, threshold_2=6, middle_style=Style.UNFAVORABLE)
    if cue == CueName.JOBS_IN_PROCESS:
        return CueSetup(cue=cue, threshold_1=3, threshold_2=5)
    if cue == CueName.JOBS_IN_QUEUE:
        return CueSetup(cue=cue, threshold_1=3, threshold_2=100)
    return CueSetup(cue=cue)
