"""What came back, what was taken for it, and the shipping: the lines of a refund's document. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from connector.shopify.nodes.order import OrderNode, RefundNode, ReturnNode
from connector.shopify.nodes.refund import RefundLineNode, RefundShippingNode
from connector.shopify.words import gettext as _
from connector.sync.mapping.exchanges import wanted_units
from connector.sync.mapping.lines import document_line
from connector.sync.mapping.refund_terms import Part, RefundTerms, Sold, SoldLine
from erp.drafts import LineDraft

ZERO = Decimal(0)
BACK = frozenset({"RETURN", "LEGACY_RESTOCK"})  # the goods came back


def parts(order: OrderNode, refund: RefundNode, sold: Sold, terms: RefundTerms) -> list[Part]:
    """Goods, then what was taken in exchange, then shipping."""
    back = next((one for one in order.returns if refund.gid in one.refund_gids), None)
    goods = [_goods(line, order, back, sold, terms) for line in refund.lines]
    shipping = [_shipping(line, order, sold, terms) for line in refund.shipping]
    return [*goods, *_exchanged(order, back, sold, terms), *shipping]


def _exchanged(
    order: OrderNode, back: ReturnNode | None, sold: Sold, terms: RefundTerms
) -> Iterator[Part]:
    """What was taken, as it would be sold, below zero: all that no document has yet.

    So of several refunds of a return the first that is booked has it.
    """
    if back is None or not back.is_live or terms.exchange is None:
        return
    wanted = set(back.exchange_gids) - sold.lines.keys() - sold.not_invoiced
    for line in order.lines:
        units = wanted_units(line, order) if line.gid in wanted else 0
        if units:
            made = document_line(replace(line, current_quantity=units), order, terms.exchange)
            yield _below_zero(made.draft, order, made.missing, line.gid)


def _below_zero(draft: LineDraft, order: OrderNode, missing: str, gid: str) -> Part:
    net = draft.quantity * draft.unit_price - draft.line_discount
    tax = draft.tax or ZERO
    turned = replace(draft, quantity=-draft.quantity, line_discount=-draft.line_discount, tax=-tax)
    return Part(turned, -_with_tax(net, tax, order), missing=missing, exchange_gid=gid)


def _goods(
    line: RefundLineNode,
    order: OrderNode,
    back: ReturnNode | None,
    sold: Sold,
    terms: RefundTerms,
) -> Part:
    """Goods that came back are an item; what came of others is the account of their fate."""
    found = sold.lines.get(line.line_gid, ())
    was = found[0] if found else SoldLine("", 0, ZERO)
    came = bool(was.item_no) and line.restock in BACK
    account, missing = ("", "") if came else _account(line.restock, was, terms)
    price, net = sold.pick(line.unit_price), sold.pick(line.subtotal)
    tax = sold.pick(line.tax)
    draft = LineDraft(
        type="item" if came else "account",
        quantity=Decimal(line.quantity),
        unit_price=price,
        item_no=was.item_no if came else "",
        variant_code=was.variant_code if came else "",
        account_no=account,
        location_code=_location(line, back, was, terms) if came else "",
        uom=was.uom if came else "",
        text=line.name,
        line_discount=price * line.quantity - net,
        tax=tax,
        vat_prod=was.vat_prod,
    )
    return Part(draft, _with_tax(net, tax, order), found, missing)


def _location(
    line: RefundLineNode, back: ReturnNode | None, was: SoldLine, terms: RefundTerms
) -> str:
    """Where the goods are put in the books.

    Source: BC codeunit 30246. Goods that Shopify put at several places have none of their own.
    """
    told = back.places.get(line.line_gid, ()) if back else ()
    places = (line.location_gid,) if line.location_gid else told
    mapped = terms.locations.get(places[0], "") if len(places) == 1 else ""
    first, second = mapped, terms.return_location
    if not terms.original_first:
        first, second = second, first
    return first or second or was.location_code


def _account(restock: str, was: SoldLine, terms: RefundTerms) -> tuple[str, str]:
    """Where the money of goods goes that are not restocked, and what is missing for that."""
    if was.account:  # a gift card, a tip or a line without a product: as it was sold
        return was.account, ""
    if restock == "CANCEL":
        return terms.accounts.refund, "" if terms.accounts.refund else "the refund account"
    account = terms.accounts.not_restocked
    return account, "" if account else "the account for refunds of goods not restocked"


def _shipping(line: RefundShippingNode, order: OrderNode, sold: Sold, terms: RefundTerms) -> Part:
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
    missing = "" if was.item_no or was.account else _("the shipping charges account")
    return Part(draft, net + tax, found, missing)


def _with_tax(net: Decimal, tax: Decimal, order: OrderNode) -> Decimal:
    return net if order.taxes_included else net + tax
