"""A credit memo over what is left of a posted invoice: open, to be looked at and posted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from erp.currencies import Currencies
from erp.documents.creation import create_purchase_document, create_sales_document
from erp.drafts import AddressDraft, LineDraft, PurchaseDocumentDraft, SalesDocumentDraft
from erp.errors import DocumentError
from erp.models import Document, DocumentLine
from erp.money import ZERO, part


@transaction.atomic
def credit_invoice(
    invoice_id: UUID,
    *,
    document_date: date,
    created_by: str = "",
    request_id: UUID | None = None,
) -> Document:
    """Create an open credit memo whose lines take back what nobody has credited yet.

    Credit memos that wait to be posted count as well. Raises DocumentError.
    """
    invoice = (
        Document.objects.select_for_update(of=("self",), no_key=True)
        .select_related("company", "party", "bill_to")
        .get(pk=invoice_id)
    )
    if invoice.kind != Document.Kind.INVOICE or invoice.state != Document.State.POSTED:
        raise DocumentError(
            "state", _("Only a posted invoice can be credited: %(no)s.") % {"no": invoice}
        )
    if request_id and (made := Document.objects.filter(request_id=request_id).first()):
        return made
    lines = _lines(invoice)
    if not lines:
        raise DocumentError("nothing", _("All of %(no)s is credited.") % {"no": invoice})
    said: dict[str, Any] = {
        "kind": "credit_memo",
        "currency": invoice.currency,
        "document_date": document_date,
        "lines": tuple(lines),
        "bill_to_no": invoice.bill_to.no if invoice.bill_to else "",
        "prices_incl_vat": invoice.prices_incl_vat,
        "tax_mode": invoice.tax_mode,
        "sell_to": AddressDraft(**invoice.sell_to_address),
        "bill_to": AddressDraft(**invoice.bill_to_address),
        "ship_to": AddressDraft(**invoice.ship_to_address),
        "your_ref": invoice.your_ref,
        "payment_method": invoice.payment_method,
        "corrects_no": invoice.posted_no,
        "created_by": created_by,
        "request_id": request_id,
    }
    no = invoice.party.no if invoice.party else ""
    if invoice.side == Document.Side.SALE:
        return create_sales_document(invoice.company, SalesDocumentDraft(customer_no=no, **said))
    return create_purchase_document(invoice.company, PurchaseDocumentDraft(vendor_no=no, **said))


def _lines(invoice: Document) -> list[LineDraft]:
    precision = Currencies.of(invoice.company, {invoice.currency}).precision(invoice.currency)
    rows = invoice.lines.exclude(type=DocumentLine.Type.COMMENT)
    credited = _credited(invoice)
    drafts = []
    for line in rows.select_related("item", "variant", "location").order_by("line_no"):
        done = credited.get(line.pk, ZERO)
        if line.quantity and done != line.quantity:
            drafts.append(_draft(line, done, precision))
    return drafts


def _credited(invoice: Document) -> dict[int, Decimal]:
    """By invoice line, also by return orders; what is cancelled does not count."""
    kinds = [Document.Kind.CREDIT_MEMO, Document.Kind.RETURN_ORDER]
    rows = DocumentLine.objects.filter(
        source_line__document=invoice, document__kind__in=kinds
    ).exclude(document__state=Document.State.CANCELLED)
    sums = rows.order_by().values("source_line").annotate(sum=Sum("quantity"))
    return {row["source_line"] or 0: row["sum"] for row in sums}


def _draft(line: DocumentLine, done: Decimal, precision: Decimal) -> LineDraft:
    """What is left of a line; its part of the invoice discount becomes discount of its own."""

    def left(total: Decimal) -> Decimal:
        return part(total, line.quantity, (done, line.quantity), precision)

    return LineDraft(
        type="item" if line.item else "account",
        quantity=line.quantity - done,
        unit_price=line.unit_price,
        item_no=line.item.no if line.item else "",
        variant_code=line.variant.code if line.variant else "",
        account_no=line.account,
        location_code=line.location.code if line.location else "",
        uom=line.uom,
        text=line.description,
        line_discount=left(line.line_discount + line.inv_discount),
        tax=None if line.given_tax is None else left(line.given_tax),
        vat_prod=line.vat_prod,
        corrects_line=line.line_no,
    )
