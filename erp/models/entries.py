"""The three ledgers. Rows are only ever added; the database refuses anything else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """What every entry says: when, by which document, and with which others it belongs together."""

    transaction_no = models.BigIntegerField()  # entries of one posting share it
    posting_date = models.DateField()

    class Meta:
        abstract = True


class ItemEntry(Entry):
    class Type(models.TextChoices):
        SALE = "sale"
        PURCHASE = "purchase"
        POSITIVE = "positive"
        NEGATIVE = "negative"
        TRANSFER = "transfer"

    document = models.ForeignKey("erp.Document", models.PROTECT, related_name="item_entries")
    line = models.ForeignKey("erp.DocumentLine", models.PROTECT, null=True)
    type = models.CharField(max_length=10, choices=Type)
    item = models.ForeignKey("erp.Item", models.PROTECT, db_index=False)
    variant = models.ForeignKey("erp.ItemVariant", models.PROTECT, null=True, db_index=False)
    location = models.ForeignKey("erp.Location", models.PROTECT, db_index=False)
    quantity = models.DecimalField(max_digits=20, decimal_places=5)  # base units; negative goes out
    cost_amount = models.DecimalField(max_digits=20, decimal_places=4)  # LCY, sign of the quantity

    class Meta:
        verbose_name_plural = "item entries"
        indexes = [
            models.Index(fields=["item", "variant", "location"], name="item_entry_by_key"),
            models.Index(fields=["transaction_no"], name="item_entry_by_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.quantity}"


class PartyEntry(Entry):
    """An amount owed by (+) or to (−) a party, or the application of one entry to another.

    What is still open is computed (`erp.ledgers`), so that rows stay as they are. An application has
    the amount 0; its `amount_lcy` is what the two rates make of a difference. It is taken back by a
    second row with the negative amounts that `reverses` it.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice"
        CREDIT_MEMO = "credit_memo"
        PAYMENT = "payment"
        REFUND = "refund"
        APPLICATION = "application"

    document = models.ForeignKey("erp.Document", models.PROTECT, related_name="party_entries")
    party = models.ForeignKey("erp.Party", models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind)
    due_date = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=20, decimal_places=4)  # in `currency`
    amount_lcy = models.DecimalField(max_digits=20, decimal_places=4)
    applies_to = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="applied_by", db_index=False
    )
    from_entry = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="applied_from", db_index=False
    )
    # Applications only: how much of both, in `currency`, and what that is of `applies_to` in LCY
    applied_amount = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    applied_lcy = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="reversed_by", db_index=False
    )
    request_id = models.UUIDField(null=True)  # who asked to apply it later

    class Meta:
        verbose_name_plural = "party entries"
        constraints = [
            models.UniqueConstraint(
                fields=["request_id"],
                name="party_entry_request_once",
                condition=Q(request_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                name="party_entry_reversed_once",
                condition=Q(reverses__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["transaction_no"], name="party_entry_by_transaction"),
            models.Index(
                fields=["applies_to"],
                name="party_entry_applies_to",
                condition=Q(applies_to__isnull=False),
            ),
            models.Index(
                fields=["from_entry"],
                name="party_entry_from",
                condition=Q(from_entry__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"


class GLEntry(Entry):
    document = models.ForeignKey("erp.Document", models.PROTECT, related_name="gl_entries")
    account = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=20, decimal_places=4)  # LCY, debit positive
    vat_code = models.CharField(max_length=41, blank=True)  # "BUS|PROD"
    vat_base = models.DecimalField(max_digits=20, decimal_places=4, default=0)  # LCY
    party = models.ForeignKey("erp.Party", models.PROTECT, null=True, db_index=False)

    class Meta:
        verbose_name = "G/L entry"
        verbose_name_plural = "G/L entries"
        indexes = [
            models.Index(fields=["transaction_no"], name="gl_entry_by_transaction"),
            models.Index(fields=["account", "posting_date"], name="gl_entry_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"
