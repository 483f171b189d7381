"""Refund of a Shopify order → draft of its credit memo. Pure: no database, no clock, no settings.

Source: BC codeunit 30246 "Create Sales Doc. Refund", with its accounts and its balancing line. That
each line is tied to the line of the invoice it corrects is ours, and so is the tax of Shopify.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from connector.shopify.nodes.order import MoneyBag, OrderNode, RefundNode
from connector.shopify.nodes.refund import RefundLineNode, RefundShippingNode
from connector.sync.errors import Blocked, NoDocument, Skip, Unmapped
from connector.sync.mapping.addresses import address_draft
from connector.sync.mapping.refund_amounts import is_credited
from connector.sync.mapping.terms import Accounts
from erp.drafts import LineDraft, SalesDocumentDraft

ZERO = Decimal(0)
HUNDRED = Decimal(100)
REFERENCE = 35  # characters that a document's references hold
# Names the request "make a credit memo of this refund", so that repeating it makes no second one.
REQUESTS = uuid.UUID("b6a4f2b3-53f7-4d0c-8f0d-0b7f6a2f9a41")
BACK = frozenset({"RETURN", "LEGACY_RESTOCK"})  # the goods came back


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a posted invoice; exactly one of `item_no` and `account` is set."""

    invoice: str  # its posted number
    line_no: int
    left: Decimal  # pieces that nothing credits yet
    item_no: str = ""
    variant_code: str = ""
    uom: str = ""
    account: str = ""
    location_code: str = ""
    vat_prod: str = ""


@dataclass(frozen=True, slots=True)
class Sold:
    """What the books made of the order."""

    document: str  # number of its sales document
    customer_no: str
    bill_to_no: str
    currency: str
    presentment: bool  # whether the document counts in the buyer's currency
    invoices: tuple[str, ...]  # posted numbers, oldest first
    lines: Mapping[str, Sequence[SoldLine]]  # by id of the order's line or shipping line
    not_invoiced: frozenset[str] = frozenset()  # ids of lines that are on the document alone

    def pick(self, bag: MoneyBag) -> Decimal:
        """The amount in the document's currency."""
        return bag.presentment if self.presentment else bag.shop


@dataclass(frozen=True, slots=True)
class RefundTerms:
    """One shop's decisions."""

    shop_code: str
    zone: ZoneInfo  # in which a moment becomes a day
    accounts: Accounts
    return_location: str = ""  # blank: where it was sold from
    order_no_line: bool = False
    tax_groups: Mapping[Decimal, str] = field(default_factory=dict)  # percent → VAT product group
    precision: Decimal = Decimal("0.01")


def credit_memo(
    order: OrderNode, refund: RefundNode, sold: Sold, terms: RefundTerms, *, earlier: bool
) -> SalesDocumentDraft:
    """Return the draft of the refund's credit memo; it comes to what was paid back.

    `earlier` says that the sales document was made without the goods of this refund. Raises
    NoDocument when there is nothing to credit, Skip when it is not yet time, Unmapped with all
    that is missing.
    """
    check(refund)
    goods = _parts(order, refund, sold, terms)
    rest = sold.pick(refund.amount) - sum((part.total for part in goods), ZERO)
    if earlier:
        if rest <= 0:
            raise NoDocument("The sales document was made without what this refund paid back.")
        goods = []
    _check_sold(refund, goods, sold)
    parts = [*goods, *_balance(rest, order, sold, terms)]
    missing = list(dict.fromkeys(part.missing for part in parts if part.missing))
    if missing:
        raise Unmapped(f"Missing: {'; '.join(missing)}.")
    if not parts:
        raise NoDocument("Nothing was paid back, and no goods came back.")
    invoice = _invoice(parts, sold)
    lines = [_tied(part, invoice) for part in parts]
    return _head(order, refund, sold, terms, invoice, [*_comment(order, terms), *lines])


def check(refund: RefundNode) -> None:
    """Raises Skip while its payment is on its way, NoDocument when it is no refund of money or goods.

    Source: BC's `can create credit memo`. Units that were taken off an order that nobody paid are
    listed by Shopify as a refund of nothing.
    """
    if refund.pending:
        raise Skip("Its payment is still on its way. It is looked at again at each run.", "pending")
    if not refund.complete:
        raise Blocked("It has more shipping lines or payments than were read.", "incomplete")
    if not is_credited(refund):
        raise NoDocument(
            "Nothing was paid back, and no goods came back: it only made the order smaller."
        )


@dataclass(frozen=True, slots=True)
class _Part:
    draft: LineDraft
    total: Decimal  # with tax
    sold: Sequence[SoldLine] = ()
    missing: str = ""


def _parts(order: OrderNode, refund: RefundNode, sold: Sold, terms: RefundTerms) -> list[_Part]:
    goods = [_goods(line, order, sold, terms) for line in refund.lines]
    return [*goods, *(_shipping(line, order, sold, terms) for line in refund.shipping)]


def _goods(line: RefundLineNode, order: OrderNode, sold: Sold, terms: RefundTerms) -> _Part:
    """Goods that came back are an item; what came of others is the account of their fate."""
    found = sold.lines.get(line.line_gid, ())
    was = found[0] if found else SoldLine("", 0, ZERO)
    back = bool(was.item_no) and line.restock in BACK
    account, missing = ("", "") if back else _account(line.restock, was, terms)
    price, net = sold.pick(line.unit_price), sold.pick(line.subtotal)
    tax = sold.pick(line.tax)
    draft = LineDraft(
        type="item" if back else "account",
        quantity=Decimal(line.quantity),
        unit_price=price,
        item_no=was.item_no if back else "",
        variant_code=was.variant_code if back else "",
        account_no=account,
        location_code=(terms.return_location or was.location_code) if back else "",
        uom=was.uom if back else "",
        text=line.name,
        line_discount=price * line.quantity - net,
        tax=tax,
        vat_prod=was.vat_prod,
    )
    return _Part(draft, _with_tax(net, tax, order), found, missing)


def _account(restock: str, was: SoldLine, terms: RefundTerms) -> tuple[str, str]:
    """Where the money of goods goes that are not restocked, and what is missing for that."""
    if was.account:  # a gift card, a tip or a line without a product: as it was sold
        return was.account, ""
    if restock == "CANCEL":
        return terms.accounts.refund, "" if terms.accounts.refund else "the refund account"
    account = terms.accounts.not_restocked
    return account, "" if account else "the account for refunds of goods not restocked"


def _shipping(line: RefundShippingNode, order: OrderNode, sold: Sold, terms: RefundTerms) -> _Part:
    """To the account or item that the charge was sold by; else to the shop's account."""
    found = sold.lines.get(line.line_gid, ())
    was = found[0] if found else SoldLine("", 0, ZERO, account=terms.accounts.shipping)
    net, tax = sold.pick(line.subtotal), sold.pick(line.tax)
    draft = LineDraft(
        type="item" if was.item_no else "account",
        unit_price=net + tax if order.taxes_included else net,
        item_no=was.item_no,
        account_no=was.account,
        location_code=was.location_code,
        uom=was.uom if was.item_no else "",
        text=line.title,
        tax=tax,
        vat_prod=was.vat_prod,
    )
    missing = "" if was.item_no or was.account else "the shipping charges account"
    return _Part(draft, net + tax, found, missing)


def _with_tax(net: Decimal, tax: Decimal, order: OrderNode) -> Decimal:
    return net if order.taxes_included else net + tax


def _balance(rest: Decimal, order: OrderNode, sold: Sold, terms: RefundTerms) -> list[_Part]:
    """What was paid back for neither goods nor shipping; below zero what was kept of it."""
    if not rest:
        return []
    rate = _rate(order)
    tax = _rounded(rest * rate / (HUNDRED + rate), terms.precision)
    account = terms.accounts.refund
    draft = LineDraft(
        type="account",
        unit_price=rest if order.taxes_included else rest - tax,
        account_no=account,
        text="Refund" if rest > 0 else "Not refunded",
        tax=tax,
        vat_prod=terms.tax_groups.get(rate.normalize(), ""),
    )
    return [_Part(draft, rest, (), "" if account else "the refund account")]


def _rate(order: OrderNode) -> Decimal:
    """The one rate that all goods of the order bear; 0 where they bear several."""
    rates = {
        sum((tax.rate_percentage or ZERO for tax in line.taxes if tax.amount.shop), ZERO)
        for line in order.lines
        if line.unit_price.shop and not line.gift_card
    }
    return rates.pop() if len(rates) == 1 else ZERO


def _rounded(amount: Decimal, precision: Decimal) -> Decimal:
    return (amount / precision).quantize(Decimal(1), ROUND_HALF_UP) * precision


def _check_sold(refund: RefundNode, parts: Sequence[_Part], sold: Sold) -> None:
    """Credited is only what was invoiced."""
    if not sold.invoices:
        raise Skip(f"{sold.document} is not invoiced yet.", "not_invoiced")
    if not parts:
        return
    for line in refund.lines:
        if line.line_gid in sold.lines:
            continue
        if line.line_gid in sold.not_invoiced:
            raise Skip(
                f"“{line.name}” of {sold.document} is not invoiced yet. If it is never to be, make "
                "the sales order smaller and dismiss this.",
                "not_invoiced",
            )
        raise Blocked(
            f"“{line.name}” is not on {sold.document}: it came onto the order later. Credit it by "
            "hand, then dismiss this.",
            "not_sold",
        )


def _invoice(parts: Sequence[_Part], sold: Sold) -> str:
    """The invoice to correct: that of most lines, of several the oldest; without goods the newest."""
    numbers = [[line.invoice for line in part.sold if _fits(part, line)] for part in parts]
    counts = {no: sum(no in found for found in numbers) for no in sold.invoices}
    best = max(counts.values())
    return next(no for no in counts if counts[no] == best) if best else sold.invoices[-1]


def _fits(part: _Part, line: SoldLine) -> bool:
    return line.left >= part.draft.quantity


def _tied(part: _Part, invoice: str) -> LineDraft:
    """Tie the line to what it corrects, where that much of it is left."""
    found = (line for line in part.sold if line.invoice == invoice and _fits(part, line))
    source = next(found, None)
    return replace(part.draft, corrects_line=source.line_no) if source else part.draft


def _comment(order: OrderNode, terms: RefundTerms) -> list[LineDraft]:
    if not terms.order_no_line:
        return []
    return [LineDraft(type="comment", text=f"Shopify Order No.: {order.name}")]


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
        kind="credit_memo",
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
