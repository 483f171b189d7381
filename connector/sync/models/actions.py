"""What a person, or a sync, did with an imported order: asked for, sent, answered. Never deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models import Order

# Longer than a call can take in all: a second press must not overtake the first.
UNDER_WAY = timedelta(minutes=3)


class OrderActionQuerySet(models.QuerySet["OrderAction"]):
    def stuck(self, now: datetime) -> OrderActionQuerySet:
        """Being sent for longer than a call can take."""
        since = now - UNDER_WAY
        begun = Q(tried_at__lt=since) | Q(tried_at=None, asked_at__lt=since)
        return self.filter(begun, state=OrderAction.State.SENDING)


class OrderAction(models.Model):
    """One action on one order. What goes to Shopify is written down before it is sent."""

    class Kind(models.TextChoices):
        APPLY = "apply", _("Apply changes")
        UNLINK = "unlink", _("Unlink and process again")
        CANCEL = "cancel", _("Cancel order")
        PAY = "pay", _("Mark as paid")
        CLOSE = "close", _("Archive")

    class State(models.TextChoices):
        SENDING = "sending", _("Being sent")  # also what a crash or a lost answer leaves
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        NEEDLESS = "needless", _("Was so already")

    order = models.ForeignKey(Order, models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State)
    by = models.CharField(max_length=150)  # user name, or what did it
    asked = models.JSONField(default=dict)  # the choices, by name
    answer = models.TextField(blank=True)  # what came of it, as a sentence
    shopify_request = models.CharField(max_length=80, blank=True)  # X-Request-Id
    shopify_job = models.CharField(max_length=80, blank=True, default="")  # that cancels; a gid
    # Names the press of a button, so that a form that is sent twice acts once.
    request_id = models.UUIDField(unique=True)
    attempts = models.IntegerField(default=0)  # calls that were sent
    asked_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)  # when the last call began
    ended_at = models.DateTimeField(null=True)

    objects = OrderActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(state="sending"),
                name="order_action_one_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}: {self.state}"
