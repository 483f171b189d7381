"""Which record of ours is which record of theirs.

Every record has a link row from its first day, with a state and, where it is not mapped, the
reason: there are no magic ids.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from connector.sync.matching import hows
from shops.models import Company, Customer, Order, Product, Refund, Variant


class MappingState(models.TextChoices):
    UNMAPPED = "unmapped", _("Not mapped")
    MAPPED = "mapped", _("Mapped")


class MappingLink(models.Model):
    """What the three mapping links share."""

    state = models.CharField(
        _("mapping"), max_length=10, choices=MappingState, default=MappingState.UNMAPPED
    )
    how = models.CharField(_("mapped by"), max_length=40, blank=True)  # "e-mail", "SKU", "created"
    reason = models.TextField(_("reason"), blank=True)  # why it is not mapped

    class Meta:
        abstract = True

    @property
    def told_how(self) -> str:
        """How it was mapped, in the reader's language."""
        return hows.words(self.how)


class CustomerLink(MappingLink):
    customer = models.OneToOneField(Customer, models.CASCADE, related_name="link")
    party = models.ForeignKey("erp.Party", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="mapped", party__isnull=False)
                | Q(state="unmapped", party__isnull=True),
                name="customer_mapped_iff_party",
            )
        ]
        indexes = [
            models.Index(
                fields=["customer"], condition=Q(state="unmapped"), name="customer_unmapped"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer} → {self.party}"


class BillToLink(models.Model):
    """Whom one name and address of a customer stands for, where a shop maps by bill-to information.

    It keeps what was decided, so that a card may move house without getting a twin.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="bill_to_links")
    digest = models.CharField(max_length=32)  # of the name and the address, in one way of writing
    party = models.ForeignKey("erp.Party", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "digest"], name="bill_to_once")]

    def __str__(self) -> str:
        return f"{self.customer} → {self.party}"


class CompanyLink(MappingLink):
    company = models.OneToOneField(Company, models.CASCADE, related_name="link")
    party = models.ForeignKey("erp.Party", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="mapped", party__isnull=False)
                | Q(state="unmapped", party__isnull=True),
                name="company_mapped_iff_party",
            )
        ]
        indexes = [
            models.Index(fields=["company"], condition=Q(state="unmapped"), name="company_unmapped")
        ]

    def __str__(self) -> str:
        return f"{self.company} → {self.party}"


class ProductLink(MappingLink):
    """The item that a product as a whole stands for; its variants may stand for others."""

    product = models.OneToOneField(Product, models.CASCADE, related_name="link")
    item = models.ForeignKey("erp.Item", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="mapped", item__isnull=False)
                | Q(state="unmapped", item__isnull=True),
                name="product_mapped_iff_item",
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} → {self.item}"


class VariantLink(MappingLink):
    variant = models.OneToOneField(Variant, models.CASCADE, related_name="link")
    item = models.ForeignKey("erp.Item", models.PROTECT, null=True, related_name="+")
    item_variant = models.ForeignKey("erp.ItemVariant", models.PROTECT, null=True, related_name="+")
    uom = models.CharField(max_length=10, blank=True)  # in which it is sold; blank: the item's own
    # Several things it may stand for, so that a person has to say which.
    conflict = models.BooleanField(default=False)
    candidates = models.JSONField(default=list)  # [[item id, item variant id or null, unit, how]]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="mapped", item__isnull=False)
                | Q(state="unmapped", item__isnull=True),
                name="variant_mapped_iff_item",
            )
        ]
        indexes = [
            models.Index(
                fields=["variant"], condition=Q(state="unmapped"), name="variant_unmapped"
            ),
            models.Index(fields=["variant"], condition=Q(conflict=True), name="variant_conflict"),
        ]

    def __str__(self) -> str:
        return f"{self.variant} → {self.item}"


class DocumentLink(models.Model):
    """The sales document that an order became. An order has one: a second is refused."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="document_link")
    document = models.OneToOneField("erp.Document", models.PROTECT, related_name="+")
    currency_handling = models.CharField(max_length=12)  # decided once; refunds follow it
    # Ids of the refunds whose goods it was made without; null: nobody noted refunds at that time.
    refunds = models.JSONField(null=True)
    # Digest of what it said when it was made; blank: nobody noted it at that time.
    made = models.CharField(max_length=32, blank=True, default="")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.order} → {self.document}"


class LineLink(models.Model):
    """Which line of the order a line of its sales document stands for."""

    document_line = models.OneToOneField(
        "erp.DocumentLine", models.CASCADE, primary_key=True, related_name="+"
    )
    line_gid = models.CharField(max_length=60)  # gid://shopify/LineItem/1

    def __str__(self) -> str:
        return f"{self.line_gid} → {self.document_line_id}"


class RefundLink(models.Model):
    """The credit memo that a refund became. A refund has one: a second is refused."""

    refund = models.OneToOneField(Refund, models.PROTECT, related_name="link")
    document = models.OneToOneField("erp.Document", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.refund} → {self.document}"


class ShipmentLink(models.Model):
    """A posted shipment of a Shopify order, and how far Shopify knows of it."""

    class State(models.TextChoices):
        PENDING = "pending", _("To be sent")
        SENDING = "sending", _("Being sent")  # written before the call: what a crash leaves
        SENT = "sent", _("Fulfilled in Shopify")
        NOTHING_TO_SEND = "nothing_to_send", _("Nothing to send")
        FAILED = "failed", _("Failed")
        DISMISSED = "dismissed", _("Dismissed")  # failed, and a person said that this is right

    shipment = models.OneToOneField("erp.Document", models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, models.PROTECT, related_name="shipment_links")
    state = models.CharField(_("status"), max_length=16, choices=State, default=State.PENDING)
    reason = models.TextField(_("reason"), blank=True)
    fulfillment_gids = models.JSONField(default=list)  # one for each location it left from
    # [[line gid, quantity], …] of the call that is in flight, written before it is sent, so that
    # after a crash its effect can be recognised in Shopify
    sending = models.JSONField(default=list)
    attempts = models.IntegerField(default=0)
    next_try = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["state", "order"],
                condition=~Q(state__in=["sent", "nothing_to_send"]),
                name="shipment_to_do",
            ),
            models.Index(fields=["order"], name="shipment_of_order"),
        ]

    def __str__(self) -> str:
        return f"shipment {self.shipment_id} of {self.order}: {self.state}"
