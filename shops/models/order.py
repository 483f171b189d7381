"""Orders as Shopify has them. What the books made of one stands in links, not here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class OrderQuerySet(models.QuerySet["Order"]):
    def unprocessed(self) -> OrderQuerySet:
        return self.filter(state=Order.State.UNPROCESSED)

    def in_conflict(self) -> OrderQuerySet:
        return self.filter(conflict=True)


class Order(models.Model):
    """One order, refreshed at every import. Amounts are in `currency`, the shop's own.

    The full answer of Shopify is in OrderPayload, and sales documents are made from that; these
    columns are what people list, filter and search by.
    """

    class State(models.TextChoices):
        UNPROCESSED = "unprocessed", _("Unprocessed")
        PROCESSED = "processed", _("Processed")
        NO_DOCUMENT = "no_document", _("Needs no document")

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="orders")
    gid = models.CharField(max_length=60)  # gid://shopify/Order/123
    name = models.CharField(_("order no."), max_length=50)  # "#1001"
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField()  # Shopify's clock
    currency = models.CharField(_("currency"), max_length=5)  # ISO 4217, or "USDC"
    presentment_currency = models.CharField(max_length=5)  # what the buyer saw
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=4)  # as ordered
    current_total = models.DecimalField(_("current total"), max_digits=20, decimal_places=4)
    current_tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=4)
    presentment_total = models.DecimalField(max_digits=20, decimal_places=4)  # current
    outstanding = models.DecimalField(_("outstanding"), max_digits=20, decimal_places=4)
    quantity = models.IntegerField(_("quantity"))  # current; without gift cards and tips
    line_count = models.IntegerField(_("lines"))
    financial_status = models.CharField(_("payment status"), max_length=30, blank=True)
    fulfillment_status = models.CharField(_("fulfillment status"), max_length=30, blank=True)
    fully_paid = models.BooleanField(default=False)
    test = models.BooleanField(_("test"), default=False)
    closed = models.BooleanField(_("archived"), default=False)
    cancelled_at = models.DateTimeField(null=True)
    high_risk = models.BooleanField(_("high risk"), default=False)
    customer_name = models.CharField(_("customer"), max_length=150, blank=True)
    email = models.CharField(_("e-mail"), max_length=200, blank=True)
    customer_gid = models.CharField(max_length=60, blank=True)
    company_gid = models.CharField(max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)  # where it is sent to
    channel = models.CharField(_("channel"), max_length=100, blank=True)
    po_number = models.CharField(_("PO number"), max_length=512, blank=True)
    tags = models.TextField(_("tags"), blank=True)  # "[vip] [wholesale]", so that one can filter
    imported_at = models.DateTimeField(_("imported at"))  # when it first came in

    state = models.CharField(_("status"), max_length=12, choices=State, default=State.UNPROCESSED)
    reason_code = models.CharField(max_length=30, blank=True)  # why it is not processed
    reason = models.TextField(_("reason"), blank=True)
    conflict = models.BooleanField(_("changed after processing"), default=False)
    conflict_note = models.TextField(blank=True)
    # How a person answered the last change, who, and when; taken back by the next one.
    conflict_answer = models.TextField(blank=True, default="")
    conflict_resolved_by = models.CharField(max_length=150, blank=True, default="")  # user name
    conflict_resolved_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [models.UniqueConstraint(fields=["shop", "gid"], name="order_once_per_shop")]
        indexes = [
            models.Index(fields=["-created_at"], name="order_newest"),
            models.Index(fields=["shop", "-created_at"], name="order_newest_of_shop"),
            models.Index(fields=["name"], name="order_name"),
            models.Index(
                fields=["shop", "created_at"],
                condition=Q(state="unprocessed"),
                name="order_unprocessed",
            ),
            models.Index(
                fields=["shop", "created_at"], condition=Q(conflict=True), name="order_conflict"
            ),
            models.Index(
                fields=["shop"],
                condition=Q(
                    state="processed", closed=False, fully_paid=True, fulfillment_status="FULFILLED"
                ),
                name="order_to_archive",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    gid = models.CharField(max_length=60)
    position = models.IntegerField()  # as Shopify lists them, from 0
    title = models.CharField(_("description"), max_length=255)
    variant_title = models.CharField(max_length=255, blank=True)
    sku = models.CharField(_("SKU"), max_length=255, blank=True)
    quantity = models.IntegerField(_("quantity"))  # as ordered
    current_quantity = models.IntegerField()  # less what was removed or refunded
    unit_price = models.DecimalField(_("unit price"), max_digits=20, decimal_places=4)
    discount = models.DecimalField(_("discount"), max_digits=20, decimal_places=4)  # of the line
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=4)  # of the line
    gift_card = models.BooleanField(default=False)
    requires_shipping = models.BooleanField(default=True)
    # Taken in exchange for goods that were sent back: no sales document has it, a refund's has.
    exchange = models.BooleanField(_("exchange"), default=False)
    variant_gid = models.CharField(max_length=60, blank=True)  # blank: a line without a product

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "gid"], name="order_line_once_per_order")
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"


class OrderPayload(models.Model):
    """Shopify's answer as it came. A table of its own, because lists never need it."""

    order = models.OneToOneField(Order, models.CASCADE, related_name="payload", primary_key=True)
    raw = models.TextField()  # JSON: one node of orders_page.graphql with all its lines
    digest = models.CharField(max_length=32)  # of `raw`; an equal one means nothing changed

    def __str__(self) -> str:
        return f"payload of {self.order_id}"
