"""Lines of a Shopify order → lines of a sales document. Pure.

Amounts are Shopify's current ones: what was removed or refunded is not sold. Sources: BC codeunit
30166 "Process Order", with the accounts and the order of lines; quantities as in
shopify.dev LineItem, 2026-10.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from connector.shopify.nodes.order import MoneyBag, OrderLineNode, OrderNode, TaxNode
from connector.shopify.words import gettext as _
from connector.sync.mapping.places import location_of
from connector.sync.mapping.terms import DocumentTerms, ItemRef, ShippingTerms
from erp.drafts import LineDraft

ZERO = Decimal(0)
LONGEST_UNIT = 10  # characters of a unit's code


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the document, and the Shopify line that it stands for ("" for none)."""

    draft: LineDraft
    line_gid: str = ""
    partial: bool = False  # a part of it was removed, so its amounts are shares
    missing: str = ""  # what has to be mapped before this line can be made


def order_lines(order: OrderNode, terms: DocumentTerms) -> list[Line]:
    """Goods, gift cards, tips and lines without a product; only what is still on the order."""
    return [document_line(line, order, terms) for line in order.lines if line.current_quantity]


def document_line(line: OrderLineNode, order: OrderNode, terms: DocumentTerms) -> Line:
    """One line of an order, as much of it as is left."""
    target = _target(line, order, terms)
    unit, no_unit = _unit(line, target.item, terms) if target.item else ("", "")
    whole = line.current_quantity == line.quantity
    share = Decimal(1) if whole else Decimal(line.current_quantity) / line.quantity
    draft = LineDraft(
        type="item" if target.item else "account",
        quantity=Decimal(line.current_quantity),
        unit_price=terms.pick(line.unit_price),
        item_no=target.item.item_no if target.item else "",
        variant_code=target.item.variant_code if target.item else "",
        account_no=target.account,
        location_code=location_of(line, order, terms) if target.item else "",
        uom=unit,
        text=line.name,
        line_discount=_part(total(line.discounts, terms), share, terms),
        tax=_part(taxes(line.taxes, terms), share, terms),
        vat_prod=tax_group(line.taxes, terms),
    )
    return Line(draft, line.gid, not whole, target.missing or no_unit)


def _unit(line: OrderLineNode, item: ItemRef, terms: DocumentTerms) -> tuple[str, str]:
    """The unit a line is sold in, and what is missing where the item has no such unit.

    Shopify has no units: a shop may keep them as an option of its variants, "Red / BOX". An option
    too long for a code is none; then it is the item's sales unit.
    """
    options = line.variant_title.split(" / ") if terms.unit_option else []
    named = options[terms.unit_option - 1] if len(options) >= terms.unit_option > 0 else ""
    unit = named.strip().upper()
    if not unit or len(unit) > LONGEST_UNIT:
        return item.sales_unit, ""
    return unit, "" if unit in item.units else _unit_words(unit, item)


def _unit_words(unit: str, item: ItemRef) -> str:
    return _("a unit %(unit)s of item %(item)s") % {"unit": unit, "item": item.item_no}


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a line goes: an item or an account, or what is missing for either."""

    item: ItemRef | None = None
    account: str = ""
    missing: str = ""


def _target(line: OrderLineNode, order: OrderNode, terms: DocumentTerms) -> _Target:
    if line.gift_card:
        return _account(terms.accounts.gift_card, _("the sold gift card account"))
    if is_tip(line, order):
        return _account(terms.accounts.tip, _("the tip account"))
    if line.variant_gid is None:
        return _account(terms.accounts.custom_line, _("an account for “%s”") % line.name)
    if item := terms.items.get(line.variant_gid):
        return _Target(item=item)
    wanted = _("an item for “%(line)s” (SKU %(sku)s)")
    return _Target(missing=wanted % {"line": line.name, "sku": line.sku or _("blank")})


def _account(number: str, missing: str) -> _Target:
    return _Target(account=number, missing="" if number else missing)


def _part(amount: Decimal, share: Decimal, terms: DocumentTerms) -> Decimal:
    """A share, rounded; the whole stays as Shopify gave it."""
    return amount if share == 1 else terms.rounded(amount * share)


def is_tip(line: OrderLineNode, order: OrderNode) -> bool:
    """Tips come as lines that have neither a product nor anything to ship.

    Shopify does not mark them; an amount equal to the order's tip tells, also in other languages.
    """
    if line.variant_gid or line.product_gid or line.gift_card or line.requires_shipping:
        return False
    amount = line.unit_price.shop * line.quantity
    return bool(order.tip.shop) and (line.title == "Tip" or amount == order.tip.shop)


def extra_lines(order: OrderNode, terms: DocumentTerms) -> Iterator[Line]:
    """Shipping, a tip that came without a line, duties and fees, and the rounding of cash."""
    yield from _shipping(order, terms)
    tips = sum(
        (
            terms.pick(line.unit_price) * line.quantity
            for line in order.lines
            if is_tip(line, order)
        ),
        ZERO,
    )
    accounts = terms.accounts
    yield from _amount(terms.pick(order.tip) - tips, accounts.tip, "Tip", _("the tip account"))
    fees = terms.pick(order.current_duties) + terms.pick(order.current_fees)
    yield from _amount(fees, accounts.fees, "Duties and fees", _("the duties and fees account"))
    rounding = terms.pick(order.cash_rounding)
    yield from _amount(
        rounding, accounts.cash_rounding, "Cash rounding", _("the cash roundings account")
    )


def _amount(amount: Decimal, account: str, text: str, missing: str) -> Iterator[Line]:
    if amount:
        draft = LineDraft(
            type="account", unit_price=amount, account_no=account, text=text, tax=ZERO
        )
        yield Line(draft, missing="" if account else missing)


def _shipping(order: OrderNode, terms: DocumentTerms) -> Iterator[Line]:
    """One line a charge. Shipping that was refunded is taken off as a discount, last line first."""
    charges = [line for line in order.shipping_lines if terms.pick(line.price)]
    paid = [terms.pick(c.price) - total(c.discounts, terms) for c in charges]
    refunded = max(sum(paid, ZERO) - terms.pick(order.current_shipping), ZERO)
    for charge, amount in zip(charges, paid, strict=True):
        off = min(refunded, amount)
        refunded -= off
        share = (amount - off) / amount if amount else Decimal(1)
        target = _shipping_target(charge.title, terms)
        draft = LineDraft(
            type="item" if target.item else "account",
            unit_price=terms.pick(charge.price),
            item_no=target.item.item_no if target.item else "",
            account_no=target.account,
            location_code=terms.location_code if target.item else "",
            text=charge.title,
            line_discount=total(charge.discounts, terms) + off,
            tax=_part(taxes(charge.taxes, terms), share, terms),
            vat_prod=tax_group(charge.taxes, terms),
        )
        yield Line(draft, charge.gid, bool(off), target.missing)


def _shipping_target(title: str, terms: DocumentTerms) -> _Target:
    """Where one charge goes, whatever became of the charge before it."""
    chosen = terms.shipping.get(title, ShippingTerms())
    if chosen.item:
        return _Target(item=chosen.item)
    return _account(chosen.account or terms.accounts.shipping, _("the shipping charges account"))


def total(bags: tuple[MoneyBag, ...], terms: DocumentTerms) -> Decimal:
    return sum((terms.pick(bag) for bag in bags), ZERO)


def taxes(lines: tuple[TaxNode, ...], terms: DocumentTerms) -> Decimal:
    return sum((terms.pick(tax.amount) for tax in lines), ZERO)


def tax_group(lines: tuple[TaxNode, ...], terms: DocumentTerms) -> str:
    """The VAT product group of a line's tax rates taken together; "" when the books have none."""
    rate = sum((tax.rate_percentage or ZERO for tax in lines), ZERO)
    return terms.tax_groups.get(rate.normalize(), "")
