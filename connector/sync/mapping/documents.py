"""Shopify order → draft of its sales document. Pure: no database, no clock, no settings.

Source: BC codeunit 30166 "Process Order", header and lines; the rule that the document's total
equals Shopify's to the cent is ours.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from decimal import Decimal

from connector.shopify.nodes.order import OrderNode
from connector.shopify.words import gettext as _
from connector.sync.errors import Blocked, NoDocument, TotalsDiffer, Unmapped
from connector.sync.mapping.addresses import address_draft
from connector.sync.mapping.exchanges import as_sold
from connector.sync.mapping.lines import ZERO, Line, extra_lines, order_lines
from connector.sync.mapping.sums import told
from connector.sync.mapping.terms import DocumentTerms, ShippingTerms
from erp.drafts import LineDraft, SalesDocumentDraft

REFERENCE = 35  # characters that a document's references hold
# Names the request "make a document of this order", so that repeating it makes no second one.
REQUESTS = uuid.UUID("6c7f1c5a-6a0e-4f0e-9d0b-0f5f4f1f3c30")


@dataclass(frozen=True, slots=True)
class MappedDocument:
    draft: SalesDocumentDraft
    line_gids: tuple[str, ...]  # of each line of the draft; "" where it stands for none


def sales_document(order: OrderNode, terms: DocumentTerms) -> MappedDocument:
    """Return the draft of the order's sales document; it adds up to Shopify's current total.

    Exchanges are left to the documents of their refunds, on both sides of the sum. Raises NoDocument when nothing is left to sell, Blocked when a person has to look first,
    Unmapped with all that is missing, TotalsDiffer when it would not add up.
    """
    order = as_sold(order)
    _check_blocks(order, terms)
    terms = terms.of_area(order)
    lines = [*order_lines(order, terms), *extra_lines(order, terms)]
    _check_mapped(order, terms, lines)
    lines = _with_all_taxes(order, terms, lines)
    draft = _head(order, terms, lines)
    _check_total(order, terms, draft)
    comment = _order_no_line(order, terms)
    draft = replace(draft, lines=(*comment, *draft.lines))
    return MappedDocument(draft, (*("" for _ in comment), *(line.line_gid for line in lines)))


def _check_blocks(order: OrderNode, terms: DocumentTerms) -> None:
    nothing = not any(line.current_quantity for line in order.lines)
    if nothing and not order.current_total.shop:
        cancelled = _("Everything on this order was cancelled before it came into the books.")
        gone = _("Everything on this order was refunded or removed before it came into the books.")
        raise NoDocument(cancelled if order.cancelled_at else gone)
    if order.cancelled_at:
        raise Blocked(
            _(
                "The order is cancelled in Shopify, but something of it is still charged. "
                "Check the order in Shopify, then process it by hand."
            ),
            "cancelled",
        )
    if order.test and terms.block_test:
        sentence = _("This is a test order. Switch off “hold test orders” to process it.")
        raise Blocked(sentence, "test")
    if order.high_risk and terms.block_high_risk:
        raise Blocked(
            _(
                "Shopify rates this order as high risk. Check it, then cancel it or switch off "
                "“hold orders of high risk”."
            ),
            "high_risk",
        )


def _check_mapped(order: OrderNode, terms: DocumentTerms, lines: list[Line]) -> None:
    """All that is missing in one sentence, so that one visit to the mapping page is enough."""
    missing = list(dict.fromkeys(line.missing for line in lines if line.missing))
    customer = terms.not_mapped.get(order.gid, "")
    if missing or customer:
        items = _("Missing: %s.") % "; ".join(missing) if missing else ""
        raise Unmapped(" ".join(filter(None, [customer, items])))


def _with_all_taxes(order: OrderNode, terms: DocumentTerms, lines: list[Line]) -> list[Line]:
    """Shares of taxes are rounded line by line; the rest of a cent goes where the largest share is.

    Only where lines were removed in part: other differences are for a person to see.
    """
    partial = [line for line in lines if line.partial]
    rest = terms.pick(order.current_tax) - sum((line.draft.tax or ZERO for line in lines), ZERO)
    if not partial or not rest or abs(rest) > terms.precision * len(partial):
        return lines
    largest = max(partial, key=lambda line: line.draft.tax or ZERO)
    mended = replace(largest.draft, tax=(largest.draft.tax or ZERO) + rest)
    return [replace(line, draft=mended) if line is largest else line for line in lines]


def _head(order: OrderNode, terms: DocumentTerms, lines: list[Line]) -> SalesDocumentDraft:
    drafts = tuple(line.draft for line in lines)
    fulfilled = order.fulfillment_status == "FULFILLED"
    shipped_by = _shipped_by(order, terms)
    shipping = order.shipping_address or order.billing_address
    billing = order.billing_address or order.shipping_address
    return SalesDocumentDraft(
        kind="invoice" if fulfilled and terms.create_invoices else "order",
        customer_no=terms.customers[order.gid],
        bill_to_no=terms.payers.get(order.gid, ""),
        currency=order.presentment_currency if terms.presentment else order.currency,
        document_date=order.created_at.astimezone(terms.zone).date(),
        order_date=order.created_at.astimezone(terms.zone).date(),
        due_date=order.due_at.astimezone(terms.zone).date() if order.due_at else None,
        lines=drafts,
        no=_number(order) if terms.use_shopify_order_no else "",
        external_no=order.po_number[:REFERENCE],
        your_ref=order.name[:REFERENCE],
        prices_incl_vat=order.taxes_included,
        tax_mode=terms.tax_mode,
        vat_bus=terms.vat_bus,
        invoice_discount=_order_discount(order, terms, drafts),
        sell_to=address_draft(shipping, order),
        ship_to=address_draft(order.shipping_address, order) if order.shipping_address else None,
        bill_to=address_draft(billing, order),
        shipment_method=shipped_by.shipment_method,
        agent=shipped_by.agent,
        notes=_notes(order),
        created_by="Shopkontor",
        release=terms.release,
        request_id=uuid.uuid5(REQUESTS, f"{terms.shop_code} {order.gid}"),
    )


def _shipped_by(order: OrderNode, terms: DocumentTerms) -> ShippingTerms:
    """The first charge's way of shipping is the document's."""
    titles = [line.title for line in order.shipping_lines[:1]]
    return terms.shipping.get("".join(titles), ShippingTerms())


def _number(order: OrderNode) -> str:
    if order.name.startswith("@"):
        raise Blocked(_("The order number %s cannot start with @.") % order.name, "number")
    return order.name[:20]


def _notes(order: OrderNode) -> str:
    po_number = f"PO number: {order.po_number}" if len(order.po_number) > REFERENCE else ""
    return "\n".join(filter(None, [po_number, order.note]))


def _order_discount(
    order: OrderNode, terms: DocumentTerms, lines: tuple[LineDraft, ...]
) -> Decimal:
    """What of the order's discounts no line and no shipping bears."""
    borne = sum((line.line_discount for line in lines), ZERO)
    return max(terms.pick(order.current_discounts) - borne, ZERO)


def _order_no_line(order: OrderNode, terms: DocumentTerms) -> tuple[LineDraft, ...]:
    if not terms.order_no_line:
        return ()
    return (LineDraft(type="comment", text=f"Shopify Order No.: {order.name}"),)


def document_total(draft: SalesDocumentDraft) -> Decimal:
    """What the document will come to, taxes as given, in its currency."""
    net = sum((line.quantity * line.unit_price - line.line_discount for line in draft.lines), ZERO)
    taxes = sum((line.tax or ZERO for line in draft.lines), ZERO)
    return net - draft.invoice_discount + (ZERO if draft.prices_incl_vat else taxes)


def expected_total(order: OrderNode, terms: DocumentTerms) -> Decimal:
    """Shopify's current total, with the rounding of cash that was paid or given back.

    Without what was exchanged: that is told by the documents of its refunds.
    """
    order = as_sold(order)
    return terms.pick(order.current_total) + terms.pick(order.cash_rounding)


def check_total(
    name: str, total: Decimal, expected: Decimal, currency: str, tolerance: Decimal
) -> None:
    """Raises TotalsDiffer when a document's total is not Shopify's."""
    difference = total - expected
    if abs(difference) > tolerance:
        sentence = _(
            "The document would come to %(total)s %(currency)s, Shopify says %(expected)s: a "
            "difference of %(difference)s. Compare the lines, taxes and discounts of %(order)s."
        ) % {
            "total": told(total, currency),
            "currency": currency,
            "expected": told(expected, currency),
            "difference": f"{'+' * (difference > 0)}{told(difference, currency)}",
            "order": name,
        }
        raise TotalsDiffer(sentence, difference)


def _check_total(order: OrderNode, terms: DocumentTerms, draft: SalesDocumentDraft) -> None:
    if terms.tax_mode == "given":  # else the books calculate, and the caller checks the result
        expected = expected_total(order, terms)
        check_total(order.name, document_total(draft), expected, draft.currency, terms.tolerance)
