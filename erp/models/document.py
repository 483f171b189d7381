"""The head of every document, from a draft order to a posted invoice: one table, frozen once posted."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from erp.models.quick import Quick


class DocumentQuerySet(models.QuerySet["Document"]):
    def unposted(self) -> Self:
        return self.filter(state__in=[Document.State.OPEN, Document.State.RELEASED])

    def sales(self, kind: str) -> Self:
        return self.filter(side=Document.Side.SALE, kind=kind)

    def purchases(self, kind: str) -> Self:
        return self.filter(side=Document.Side.PURCHASE, kind=kind)


class Document(Quick):
    """Addresses are snapshots: a dict with the field names of `drafts.AddressDraft`, or empty."""

    class Side(models.TextChoices):
        SALE = "sale", _("Sale")
        PURCHASE = "purchase", _("Purchase")
        STOCK = "stock", _("Stock")
        BANK = "bank", _("Bank")

    class Kind(models.TextChoices):
        ORDER = "order", _("Order")
        RETURN_ORDER = "return_order", _("Return order")
        INVOICE = "invoice", _("Invoice")
        CREDIT_MEMO = "credit_memo", _("Credit memo")
        SHIPMENT = "shipment", _("Shipment")
        RETURN_RECEIPT = "return_receipt", _("Return receipt")
        PAYMENT = "payment", _("Payment")
        ADJUSTMENT = "adjustment", _("Adjustment")
        TRANSFER = "transfer", _("Transfer")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        RELEASED = "released", _("Released")
        POSTED = "posted", _("Posted")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")

    class TaxMode(models.TextChoices):
        CALCULATED = "calculated", _("Calculated")
        GIVEN = "given", _("Given")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey("erp.Company", models.PROTECT, db_index=False)
    side = models.CharField(max_length=8, choices=Side)
    kind = models.CharField(max_length=14, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    no = models.CharField(max_length=20)
    posted_no = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001 - null: unposted

    party = models.ForeignKey("erp.Party", models.PROTECT, null=True, related_name="documents")
    # Who owes the money, when it is not the party who ordered.
    bill_to = models.ForeignKey(
        "erp.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    sell_to_address = models.JSONField(default=dict, blank=True)
    bill_to_address = models.JSONField(default=dict, blank=True)
    ship_to_address = models.JSONField(default=dict, blank=True)
    external_no = models.CharField(max_length=35, blank=True)
    your_ref = models.CharField(max_length=35, blank=True)

    order_date = models.DateField(null=True, blank=True)
    document_date = models.DateField()
    posting_date = models.DateField()
    due_date = models.DateField(null=True, blank=True)
    requested_date = models.DateField(null=True, blank=True)

    currency = models.CharField(max_length=3)
    # LCY for one unit of the currency; of the posting date once posted
    rate = models.DecimalField(max_digits=20, decimal_places=10, default=1)
    prices_incl_vat = models.BooleanField(default=False)
    vat_bus = models.CharField(max_length=20, blank=True)
    tax_mode = models.CharField(max_length=10, choices=TaxMode, default=TaxMode.CALCULATED)

    payment_terms = models.CharField(max_length=10, blank=True)
    payment_method = models.CharField(max_length=10, blank=True)
    shipment_method = models.CharField(max_length=10, blank=True)
    agent = models.CharField(max_length=20, blank=True)
    tracking_no = models.CharField(max_length=50, blank=True)
    tracking_url = models.CharField(max_length=250, blank=True)
    reason = models.CharField(max_length=10, blank=True)  # why stock was adjusted: a reason code
    notes = models.TextField(blank=True)

    # In the document's currency, rounded to its precision; amount + vat_amount = amount_incl.
    invoice_discount = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    amount = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    vat_amount = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    amount_incl = models.DecimalField(max_digits=20, decimal_places=4, default=0)

    # The order from which a shipment, receipt, invoice or credit memo was posted.
    source = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="posted_children"
    )
    # The invoice that a credit memo corrects.
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", db_index=False
    )
    version = models.PositiveIntegerField(default=1)  # grows with each change of state
    request_id = models.UUIDField(null=True, blank=True, unique=True)  # who asked to create it
    posting_request_id = models.UUIDField(null=True, blank=True)  # who asked to post it
    created_by = models.CharField(max_length=150, blank=True)  # user name, or what created it
    posted_at = models.DateTimeField(null=True, blank=True)  # aware, UTC

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "side", "kind", "no"], name="document_no_once"
            ),
            models.UniqueConstraint(
                fields=["company", "side", "kind", "posted_no"], name="document_posted_no_once"
            ),
            models.UniqueConstraint(
                fields=["posting_request_id", "kind"], name="document_posting_request_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="posted") | Q(posted_no__isnull=False, posted_at__isnull=False),
                name="document_posted_has_no",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "side", "kind", "no"],
                name="document_unposted",
                condition=Q(state__in=["open", "released"]),
            ),
            models.Index(
                fields=["company", "side", "kind", "posting_date"], name="document_by_date"
            ),
            # The orders in which lists of documents begin.
            models.Index(fields=["document_date", "no"], name="document_by_day"),
            models.Index(fields=["side", "kind", "document_date", "no"], name="document_listed"),
            models.Index(
                fields=["side", "kind", "posting_date", "posted_no"],
                name="document_listed_posted",
                condition=Q(state="posted"),
            ),
            models.Index(
                fields=["company", "kind", "posted_at"],
                name="document_by_posted_at",
                condition=Q(state="posted"),
            ),
            models.Index(
                fields=["company", "external_no"],
                name="document_by_external_no",
                condition=~Q(external_no=""),
            ),
            # Whether a vendor's number was posted before, in upper or lower case.
            models.Index(
                "company",
                Upper("external_no"),
                name="document_by_vendor_no",
                condition=Q(side="purchase", state="posted") & ~Q(external_no=""),
            ),
            models.Index(
                fields=["corrects"], name="document_corrects", condition=Q(corrects__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.posted_no or self.no

    @property
    def asked_no(self) -> str:
        """The number a person knows it by while it is posted: the order's for what comes of it."""
        return self.source.no if self.source else self.no

    @property
    def is_order(self) -> bool:
        """Whether it is posted in parts, into documents of their own."""
        return self.kind in {self.Kind.ORDER, self.Kind.RETURN_ORDER}

    @property
    def is_return(self) -> bool:
        """Whether goods or money go back to where they came from."""
        return self.kind in {self.Kind.RETURN_ORDER, self.Kind.CREDIT_MEMO}

    @property
    def sign(self) -> int:
        """1 where the party comes to owe more, -1 where less or it is owed; goods go against it."""
        return 1 if (self.side == self.Side.SALE) != self.is_return else -1

    @property
    def invoiced_party_id(self) -> int | None:
        """Whose account it goes to: the bill-to party, else the party itself."""
        return self.bill_to_id or self.party_id
