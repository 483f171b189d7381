"""Refund of a Shopify order → draft of its credit memo or return order. Pure: no database, no clock.

Source: BC codeunit 30246 "Create Sales Doc. Refund", with its accounts and its balancing line. That
each line is tied to the line of the invoice it corrects is ours, and so is the tax of Shopify.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from connector.shopify.nodes.order import OrderNode, RefundNode
from connector.shopify.words import gettext as _
from connector.sync.errors import Blocked, NoDocument, Skip, Unmapped
from connector.sync.mapping.addresses import address_draft
from connector.sync.mapping.exchanges import linked
from connector.sync.mapping.refund_amounts import is_credited
from connector.sync.mapping.refund_balance import balance
from connector.sync.mapping.refund_lines import parts
from connector.sync.mapping.refund_terms import Part, RefundTerms, Sold, SoldLine
from erp.drafts import LineDraft, SalesDocumentDraft

ZERO = Decimal(0)
REFERENCE = 35  # characters that a document's references hold
# Names the request "make a credit memo of this refund", so that repeating it makes no second one.
REQUESTS = uuid.UUID("b6a4f2b3-53f7-4d0c-8f0d-0b7f6a2f9a41")


@dataclass(frozen=True, slots=True)
class MappedRefund:
    draft: SalesDocumentDraft
    total: Decimal  # that it has to come to
    exchange_gids: tuple[str, ...]  # of each line of the draft; "" where it is no exchange


def refund_document(
    order: OrderNode, refund: RefundNode, sold: Sold, terms: RefundTerms, *, earlier: bool
) -> MappedRefund:
    """Return the draft of the refund's credit memo or return order.

    It comes to what was paid back; where more was taken in exchange than came back it comes, below
    zero, to what the buyer owes for that. `earlier` says that the sales document was made without
    the goods of this refund. Raises NoDocument when there is nothing to credit, Skip when it is not
    yet time, Unmapped with all that is missing.
    """
    check(refund, linked=refund.gid in linked(order))
    found = parts(order, refund, sold, replace(terms, exchange=None) if earlier else terms)
    net = sum((part.total for part in found), ZERO)
    rest = sold.pick(refund.amount) - max(net, ZERO)
    if earlier:
        if rest <= 0:
            raise NoDocument(_("The sales document was made without what this refund paid back."))
        found, net = [], ZERO
    _check_sold(refund, found, sold)
    made = [*found, *balance(rest, order, refund, sold, terms)]
    missing = list(dict.fromkeys(part.missing for part in made if part.missing))
    if missing:
        raise Unmapped(_("Missing: %s.") % "; ".join(missing))
    if not made:
        raise NoDocument(_("Nothing was paid back, and no goods came back."))
    invoice = _invoice(made, sold)
    lines = [_tied(part, invoice) for part in made]
    comment = _comment(order, terms)
    draft = _head(order, refund, sold, terms, invoice, [*comment, *lines])
    gids = (*("" for _line in comment), *(part.exchange_gid for part in made))
    return MappedRefund(draft, net + rest, gids)


def check(refund: RefundNode, *, linked: bool) -> None:
    """Raises Skip while its payment is on its way, NoDocument when it is no refund of money or goods.

    `linked` says that it belongs to a return. Source: BC's `can create credit memo`. Units
    that were taken off an order that nobody paid are listed by Shopify as a refund of nothing.
    """
    if refund.pending:
        sentence = _("Its payment is still on its way. It is looked at again at each run.")
        raise Skip(sentence, "pending")
    if not refund.complete:
        raise Blocked(_("It has more shipping lines or payments than were read."), "incomplete")
    if not is_credited(refund, linked=linked):
        raise NoDocument(
            _("Nothing was paid back, and no goods came back: it only made the order smaller.")
        )


def _check_sold(refund: RefundNode, found: Sequence[Part], sold: Sold) -> None:
    """Credited is only what was invoiced."""
    if not sold.invoices:
        raise Skip(_("%s is not invoiced yet.") % sold.document, "not_invoiced")
    if not found:
        return
    for line in refund.lines:
        if line.line_gid in sold.lines:
            continue
        if line.line_gid in sold.not_invoiced:
            raise Skip(
                _(
                    "“%(line)s” of %(document)s is not invoiced yet. If it is never to be, make "
                    "the sales order smaller and dismiss this."
                )
                % {"line": line.name, "document": sold.document},
                "not_invoiced",
            )
        raise Blocked(
            _(
                "“%(line)s” is not on %(document)s: it came onto the order later. Credit it by "
                "hand, then dismiss this."
            )
            % {"line": line.name, "document": sold.document},
            "not_sold",
        )


def _invoice(made: Sequence[Part], sold: Sold) -> str:
    """The invoice to correct: that of most lines, of several the oldest; without goods the newest."""
    numbers = [[line.invoice for line in part.sold if _fits(part, line)] for part in made]
    counts = {no: sum(no in found for found in numbers) for no in sold.invoices}
    best = max(counts.values())
    return next(no for no in counts if counts[no] == best) if best else sold.invoices[-1]


def _fits(part: Part, line: SoldLine) -> bool:
    return line.left >= part.draft.quantity


def _tied(part: Part, invoice: str) -> LineDraft:
    """Tie the line to what it corrects, where that much of it is left."""
    found = (line for line in part.sold if line.invoice == invoice and _fits(part, line))
    source = next(found, None)
    return replace(part.draft, corrects_line=source.line_no) if source else part.draft


def _comment(order: OrderNode, terms: RefundTerms) -> list[LineDraft]:
    if not terms.order_no_line:
        return []
    return [LineDraft(type="comment", text=f"Shopify Order No.: {order.name}")]


def _kind(lines: Sequence[LineDraft], terms: RefundTerms) -> Literal["credit_memo", "return_order"]:
    """A return order takes goods in alone: what goes out in exchange takes a credit memo."""
    exchange = any(line.quantity < 0 for line in lines)
    return "return_order" if terms.return_orders and not exchange else "credit_memo"


def _head(
    order: OrderNode,
    refund: RefundNode,
    sold: Sold,
    terms: RefundTerms,
    invoice: str,
    lines: Sequence[LineDraft],
) -> SalesDocumentDraft:
    shipping = order.shipping_address or order.billing_address
    billing = order.billing_address or order.shipping_address
    return SalesDocumentDraft(
        kind=_kind(lines, terms),
        customer_no=sold.customer_no,
        bill_to_no=sold.bill_to_no,
        currency=sold.currency,
        document_date=refund.created_at.astimezone(terms.zone).date(),
        lines=tuple(lines),
        your_ref=order.name[:REFERENCE],
        corrects_no=invoice,
        prices_incl_vat=order.taxes_included,
        tax_mode="given",
        sell_to=address_draft(shipping, order),
        bill_to=address_draft(billing, order),
        notes=refund.note,
        created_by="Shopkontor",
        release=True,
        request_id=uuid.uuid5(REQUESTS, f"{terms.shop_code} {refund.gid}"),
    )
