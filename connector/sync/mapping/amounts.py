"""An order's amounts in Shopify beside those in the books, with each difference explained. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from connector.shopify.nodes.order import MoneyBag, OrderNode
from connector.sync.mapping.lines import is_tip
from connector.sync.mapping.reconciliation import beyond

ZERO = Decimal(0)
Pick = Callable[[MoneyBag], Decimal]


class Part(StrEnum):
    GOODS = "goods"  # after discounts
    GIFT_CARDS = "gift_cards"  # sold: owed to whoever holds them
    SHIPPING = "shipping"
    TIP = "tip"
    FEES = "fees"  # and duties
    ROUNDING = "rounding"  # of cash; a payment's in Shopify, a line in the books
    TAX = "tax"  # a part of the others where prices include it
    CREDITED = "credited"  # in the books, by what corrects the order's invoices


class Reason(StrEnum):
    """Why the books come to another sum than Shopify's current total, and rightly so."""

    ROUNDING = "rounding"  # cash was rounded when it was paid
    BEYOND = "beyond"  # paid back beyond what came back, which no total of Shopify's tells
    TOLERANCE = "tolerance"  # within what the shop card allows


@dataclass(frozen=True, slots=True)
class BookLine:
    """One line of the document; `amount` is as prices are, with VAT or without."""

    gid: str  # of the line or shipping line it stands for; "" for none
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Accounts:
    """To which accounts the amounts go that stand for no line of Shopify's; "" for none."""

    tip: str = ""
    fees: str = ""
    rounding: str = ""


@dataclass(frozen=True, slots=True)
class Books:
    total: Decimal  # with VAT
    tax: Decimal
    credited: Decimal = ZERO
    lines: Sequence[BookLine] = ()


@dataclass(frozen=True, slots=True)
class Row:
    part: Part
    shopify: Decimal
    books: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    shopify: Decimal  # its current total
    books: Decimal  # less what was credited
    rows: Sequence[Row] = ()
    reasons: Sequence[tuple[Reason, Decimal]] = ()
    unexplained: Decimal = ZERO
    paid: Sequence[tuple[str, Decimal]] = field(default_factory=tuple)  # by gateway, less refunds


def compare(
    order: OrderNode, books: Books, accounts: Accounts, pick: Pick, tolerance: Decimal
) -> Comparison:
    """Both sides in one currency: `pick` takes it from Shopify's amounts."""
    total, net = pick(order.current_total), books.total - books.credited
    rounding = pick(order.cash_rounding)
    goodwill = beyond(pick(order.total), total, pick(order.refunded))
    credited = min(goodwill, books.credited)  # the rest of it is still to be credited
    reasons = [
        (reason, amount)
        for reason, amount in ((Reason.ROUNDING, rounding), (Reason.BEYOND, -credited))
        if amount
    ]
    rest = net - (total + rounding - goodwill)
    if rest and abs(rest) <= tolerance:
        reasons.append((Reason.TOLERANCE, rest))
        rest = ZERO
    rows = tuple(_rows(order, books, accounts, pick))
    return Comparison(total, net, rows, tuple(reasons), rest, tuple(_paid(order, pick)))


def _rows(order: OrderNode, books: Books, accounts: Accounts, pick: Pick) -> Iterable[Row]:
    theirs, ours = _theirs(order, pick), _ours(order, books, accounts)
    for part in Part:
        if theirs[part] or ours[part]:
            yield Row(part, theirs[part], ours[part])


def _theirs(order: OrderNode, pick: Pick) -> dict[Part, Decimal]:
    """Goods are what the others leave of the total: Shopify has no sum of its own for them."""
    parts: dict[Part, Decimal] = defaultdict(Decimal)
    parts[Part.SHIPPING] = pick(order.current_shipping)
    parts[Part.TIP] = pick(order.tip)
    parts[Part.FEES] = pick(order.current_duties) + pick(order.current_fees)
    parts[Part.TAX] = pick(order.current_tax)
    parts[Part.GIFT_CARDS] = (
        sum(
            (
                _left(
                    line.quantity,
                    line.current_quantity,
                    pick(line.unit_price),
                    line.discounts,
                    pick,
                )
            )
            for line in order.lines
            if line.gift_card
        )
        or ZERO
    )
    others = sum((parts[p] for p in (Part.SHIPPING, Part.TIP, Part.FEES, Part.GIFT_CARDS)), ZERO)
    tax = ZERO if order.taxes_included else parts[Part.TAX]
    parts[Part.GOODS] = pick(order.current_total) - others - tax
    return parts


def _left(
    ordered: int, current: int, price: Decimal, discounts: Iterable[MoneyBag], pick: Pick
) -> Decimal:
    off = sum((pick(bag) for bag in discounts), ZERO)
    return price * current - (off * current / ordered if ordered else ZERO)


def _ours(order: OrderNode, books: Books, accounts: Accounts) -> dict[Part, Decimal]:
    parts: dict[Part, Decimal] = defaultdict(Decimal)
    of_gid = {line.gid: Part.GIFT_CARDS for line in order.lines if line.gift_card}
    of_gid |= {line.gid: Part.TIP for line in order.lines if is_tip(line, order)}
    of_gid |= {line.gid: Part.SHIPPING for line in order.shipping_lines}
    of_account = {
        number: part
        for part, number in (
            (Part.FEES, accounts.fees),
            (Part.TIP, accounts.tip),
            (Part.ROUNDING, accounts.rounding),
        )
        if number
    }
    for line in books.lines:
        known = of_gid.get(line.gid, Part.GOODS) if line.gid else of_account.get(line.account)
        parts[known or Part.GOODS] += line.amount
    parts[Part.TAX], parts[Part.CREDITED] = books.tax, -books.credited
    return parts


def _paid(order: OrderNode, pick: Pick) -> Iterable[tuple[str, Decimal]]:
    """What was taken by each gateway, less what went back by it."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    signs = {"SALE": 1, "CAPTURE": 1, "REFUND": -1}
    for one in order.transactions:
        if one.status == "SUCCESS" and one.kind in signs:
            sums[one.gateway] += signs[one.kind] * pick(one.amount)
    return sums.items()
