"""The lines of documents."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from erp.models.quick import Quick


class DocumentLine(Quick):
    """Amounts are in the document's currency; quantities in the line's unit of measure."""

    class Type(models.TextChoices):
        ITEM = "item", _("Item")
        ACCOUNT = "account", _("G/L account")
        COMMENT = "comment", _("Comment")

    document = models.ForeignKey(
        "erp.Document", models.CASCADE, related_name="lines", db_index=False
    )
    line_no = models.PositiveIntegerField()  # steps of 10000, so that lines fit between
    type = models.CharField(max_length=8, choices=Type, default=Type.ITEM)
    item = models.ForeignKey("erp.Item", models.PROTECT, null=True, blank=True)
    variant = models.ForeignKey(
        "erp.ItemVariant", models.PROTECT, null=True, blank=True, db_index=False
    )
    account = models.CharField(max_length=20, blank=True)
    location = models.ForeignKey(
        "erp.Location", models.PROTECT, null=True, blank=True, db_index=False
    )
    to_location = models.ForeignKey(  # transfers only
        "erp.Location", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    description = models.CharField(max_length=100, blank=True)
    description_2 = models.CharField(max_length=50, blank=True)
    uom = models.CharField(max_length=10, blank=True)
    qty_per_uom = models.DecimalField(max_digits=20, decimal_places=5, default=1)  # base units
    quantity = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    # includes VAT when the document's prices do
    unit_price = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    line_discount_pct = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    line_discount = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    line_amount = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    inv_discount = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    allow_invoice_disc = models.BooleanField(default=True)
    vat_prod = models.CharField(max_length=20, blank=True)
    vat_pct = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    # the tax of the whole line where the document's tax is given
    given_tax = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    vat_amount = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    amount_incl = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    # Orders and return orders only:
    qty_to_ship = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    qty_shipped = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    qty_to_invoice = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    qty_invoiced = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    shipment_date = models.DateField(null=True, blank=True)
    # Base units of open sales orders that are kept for the customer; see `erp.reservations`
    reserved = models.DecimalField(max_digits=20, decimal_places=5, default=0)
    # The order line of a posted line; the invoice line of a credit memo line.
    source_line = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # The shipment line that a line of a combined invoice invoices.
    shipment_line = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="invoiced_by", db_index=False
    )
    # Payments only: the entry that is paid.
    applies_to = models.ForeignKey(
        "erp.PartyEntry", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # LCY for one base unit; given for receipts and restocks, blank for "the item's average"
    unit_cost = models.DecimalField(max_digits=20, decimal_places=5, null=True, blank=True)

    class Meta:
        ordering = ["line_no"]
        constraints = [
            models.UniqueConstraint(fields=["document", "line_no"], name="line_no_once"),
            models.CheckConstraint(
                condition=Q(qty_invoiced__gte=0)
                & Q(qty_invoiced__lte=F("qty_shipped"))
                & (Q(qty_shipped__lte=F("quantity")) | Q(qty_shipped=0)),
                name="line_invoiced_le_shipped_le_ordered",
            ),
            models.CheckConstraint(
                condition=Q(type="comment")
                | Q(type="item", item__isnull=False)
                | (Q(type="account", item__isnull=True) & ~Q(account="")),
                name="line_says_what",
            ),
        ]
        indexes = [
            models.Index(
                fields=["shipment_line"],
                name="line_by_shipment_line",
                condition=Q(shipment_line__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_no} {self.description}"
