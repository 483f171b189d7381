"""What Shopify was asked and what it answered, as far as the shop card wants it kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models import Shop

RECENT = timedelta(hours=24)  # how long an error that nobody looked at counts


class ShopifyRequestQuerySet(models.QuerySet["ShopifyRequest"]):
    def open(self, now: datetime) -> ShopifyRequestQuerySet:
        """Errors of the last 24 hours that nobody has marked as seen."""
        return self.filter(failed=True, seen_at=None, at__gt=now - RECENT)


class ShopifyRequest(models.Model):
    """One call, with its repetitions. What names or reaches a person is hidden before it is kept."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="requests")
    log_entry = models.ForeignKey(  # of the run that asked; null where a person did
        "jobqueue.JobQueueLogEntry", models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()  # when it ended
    operation = models.CharField(max_length=60)  # file name of the document
    cost = models.IntegerField(null=True)  # null where Shopify did not say
    status = models.IntegerField()  # 0 where nothing answered
    milliseconds = models.IntegerField()  # of the last attempt
    retries = models.IntegerField()
    request_id = models.CharField(max_length=80, blank=True)
    failed = models.BooleanField()
    error = models.TextField(blank=True)  # as a sentence
    variables = models.TextField(blank=True)  # JSON, may be cut off
    answer = models.TextField(blank=True)  # JSON, may be cut off; "" where nothing answered
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=150, blank=True)  # user name

    objects = ShopifyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("Shopify request")
        verbose_name_plural = _("Shopify requests")
        indexes = [
            models.Index(fields=["-at"], name="shopify_request_newest"),
            models.Index(
                fields=["-at"], condition=Q(failed=True, seen_at=None), name="shopify_request_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.at}"
