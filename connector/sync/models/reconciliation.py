"""How Shopify's orders, refunds and fulfillments of a day compare with ours, and what is missing."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from connector.sync.mapping import missing
from connector.ui.moments import day_text
from shops.models import Shop


class DayCount(models.Model):
    """One day of one shop, as it was when it was last checked. Days are those of the shop's zone."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="day_counts")
    day = models.DateField(_("day"))
    orders = models.IntegerField(default=0)  # in Shopify
    orders_here = models.IntegerField(default=0)
    orders_booked = models.IntegerField(default=0)  # processed, or in need of no document
    refunds = models.IntegerField(default=0)
    refunds_booked = models.IntegerField(default=0)
    fulfillments = models.IntegerField(default=0)
    fulfillments_booked = models.IntegerField(default=0)
    missing = models.IntegerField(_("not in the books"), default=0)  # rows of MissingRecord
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("day compared with Shopify")
        verbose_name_plural = _("days compared with Shopify")
        constraints = [
            models.UniqueConstraint(fields=["shop", "day"], name="day_count_once_per_shop")
        ]
        indexes = [
            models.Index(fields=["-day", "shop"], name="day_count_newest"),
            models.Index(
                fields=["-day", "shop"], name="day_count_missing", condition=Q(missing__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} of {self.shop}"


class MissingRecord(models.Model):
    """A record of Shopify that is not in the books; gone at the first check that finds it there."""

    class Kind(models.TextChoices):
        ORDER = missing.Kind.ORDER.value, _("Order")
        REFUND = missing.Kind.REFUND.value, _("Refund")
        FULFILLMENT = missing.Kind.FULFILLMENT.value, _("Fulfillment")

    class Why(models.TextChoices):
        WAITING = missing.Why.WAITING.value, _("Waits to be imported")
        NOT_YET = missing.Why.NOT_YET.value, _("Not synchronized yet")
        CANCELLED = missing.Why.CANCELLED.value, _("Cancelled")
        ARCHIVED = missing.Why.ARCHIVED.value, _("Archived")
        MISSED = missing.Why.MISSED.value, _("Missed")
        GONE = missing.Why.GONE.value, _("Gone from Shopify")
        UNPROCESSED = missing.Why.UNPROCESSED.value, _("Unprocessed")
        RESOLVED = missing.Why.RESOLVED.value, _("Marked as resolved")
        ORDER_MISSING = missing.Why.ORDER_MISSING.value, _("Order not here")
        WITH_ORDER = missing.Why.WITH_ORDER.value, _("Comes with its order")
        DIFFERS = missing.Why.DIFFERS.value, _("Not in the books")
        NOT_SHIPPED = missing.Why.NOT_SHIPPED.value, _("Not shipped in the books")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="missing_records")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    gid = models.CharField(max_length=60)
    order_gid = models.CharField(max_length=60)
    order_name = models.CharField(_("order no."), max_length=50)
    day = models.DateField(_("day"))
    why = models.CharField(_("why"), max_length=16, choices=Why)
    details = models.JSONField(default=dict)  # what the sentence that tells why speaks of
    checked_at = models.DateTimeField(_("checked at"))
    asked_at = models.DateTimeField(null=True)  # a person wants it fetched, whatever it is

    class Meta:
        verbose_name = _("record that is not in the books")
        verbose_name_plural = _("records that are not in the books")
        constraints = [models.UniqueConstraint(fields=["shop", "gid"], name="missing_record_once")]
        indexes = [
            models.Index(fields=["-day", "order_name"], name="missing_record_newest"),
            models.Index(
                fields=["shop"], name="missing_record_asked", condition=Q(asked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.order_name}"

    @property
    def trouble(self) -> bool:
        """Whether a person has to do something about it."""
        return self.why in missing.TROUBLE

    @property
    def fetchable(self) -> bool:
        return self.why in missing.FETCHABLE

    @property
    def reason(self) -> str:
        """Why it is not in the books and what to do, as a sentence."""
        details = {"reason": "", **self.details}
        if "on" in details:
            details["by"] = details["by"] or gettext("a person")
            details["note"] = details["note"].rstrip(".")
            details["on"] = day_text(date.fromisoformat(details["on"]))
        return str(_SENTENCES[missing.Why(self.why)]) % details


_SENTENCES = {
    missing.Why.WAITING: _("It waits among the orders to import: %(reason)s"),
    missing.Why.NOT_YET: _("It changed after the last sync from Shopify: the next takes it."),
    missing.Why.CANCELLED: _("It was cancelled in Shopify before it was first imported."),
    missing.Why.ARCHIVED: _("It was archived in Shopify before it was first imported."),
    missing.Why.MISSED: _("It is open in Shopify, and no sync has brought it. Fetch it."),
    missing.Why.GONE: _(
        "It is here, but no longer in Shopify: it was deleted there. Cancel it in the books."
    ),
    missing.Why.UNPROCESSED: _("It has no sales document yet. %(reason)s"),
    missing.Why.RESOLVED: _(
        "Marked as resolved by %(by)s on %(on)s: “%(note)s”. Shopify has %(shopify)s %(currency)s "
        "left of order %(order)s, the books have %(books)s."
    ),
    missing.Why.ORDER_MISSING: _("Its order %(order)s is not here."),
    missing.Why.WITH_ORDER: _("It comes into the books together with order %(order)s."),
    missing.Why.DIFFERS: _(
        "After its refunds Shopify has %(shopify)s %(currency)s left of order %(order)s, the books "
        "have %(books)s. Make a credit memo that corrects its invoice."
    ),
    missing.Why.NOT_SHIPPED: _(
        "Shopify has fulfilled it, but sales order %(document)s is not wholly shipped in the books."
    ),
}
