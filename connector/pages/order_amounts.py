"""An order's amounts in Shopify beside those of its document, and in words why they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connector.shopify.nodes.order import MoneyBag, OrderNode
from connector.sync.booked import corrections
from connector.sync.mapping.amounts import (
    Accounts,
    BookLine,
    Books,
    Comparison,
    Part,
    Reason,
    compare,
)
from connector.sync.models import DocumentLink, LineLink
from erp.models import Document, DocumentLine
from shops.models import Order, OrderPayload, OrderSettings

ZERO = Decimal(0)
PARTS: dict[Part, Promise] = {
    Part.GOODS: _("Goods"),
    Part.GIFT_CARDS: _("Gift cards sold"),
    Part.SHIPPING: _("Shipping"),
    Part.TIP: _("Tip"),
    Part.FEES: _("Duties and fees"),
    Part.ROUNDING: _("Cash rounding"),
    Part.TAX: _("Tax"),
    Part.CREDITED: _("Credited"),
}
REASONS: dict[Reason, Promise] = {
    Reason.ROUNDING: _("Cash was rounded when it was paid"),
    Reason.BEYOND: _("Paid back beyond the goods that came back"),
    Reason.TOLERANCE: _("Within the tolerance of the shop card"),
}


@dataclass(frozen=True, slots=True)
class Amount:
    label: Promise
    shopify: Decimal
    books: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """In one currency: what Shopify has and what the books have."""

    currency: str
    shopify: Decimal
    books: Decimal  # less what corrects the order's invoices
    shopify_tax: Decimal | None  # unknown in the buyer's currency without the order's content
    books_tax: Decimal
    parts: Sequence[Amount] = ()
    reasons: Sequence[tuple[Promise, Decimal]] = ()
    unexplained: Decimal = ZERO
    paid: Sequence[tuple[str, Decimal]] = ()
    tax_included: bool = False

    @property
    def difference(self) -> Decimal:
        return self.books - self.shopify


def totals_of(order: Order, link: DocumentLink | None) -> Totals | None:
    """The sums to compare, in the currency the document was made in; None without a document.

    An order that was made here has no content: then there are totals alone.
    """
    if link is None:
        return None
    document, seen = link.document, _presentment(link)
    credited = corrections([document.pk]).get(document.pk, ZERO)
    payload: OrderPayload | None = getattr(order, "payload", None)
    if payload is None:
        shopify = order.presentment_total if seen else order.current_total
        books = document.amount_incl - credited
        return Totals(
            currency=document.currency,
            shopify=shopify,
            books=books,
            shopify_tax=None if seen else order.current_tax,
            books_tax=document.vat_amount,
            unexplained=books - shopify,
        )
    node = OrderNode.from_node(orjson.loads(payload.raw))
    return _told(node, document, _compared(order, node, document, credited, seen=seen), seen=seen)


def _presentment(link: DocumentLink) -> bool:
    return link.currency_handling == OrderSettings.CurrencyHandling.PRESENTMENT


def _compared(
    order: Order, node: OrderNode, document: Document, credited: Decimal, *, seen: bool
) -> Comparison:
    settings = OrderSettings.of(order.shop)
    accounts = Accounts(settings.tip_account, settings.fee_account, settings.cash_roundings_account)
    books = Books(document.amount_incl, document.vat_amount, credited, _lines(document))

    def pick(bag: MoneyBag) -> Decimal:
        return bag.presentment if seen else bag.shop

    return compare(node, books, accounts, pick, settings.tolerance)


def _lines(document: Document) -> list[BookLine]:
    lines = document.lines.exclude(type=DocumentLine.Type.COMMENT)
    gids = dict(
        LineLink.objects.filter(document_line__document=document).values_list(
            "document_line_id", "line_gid"
        )
    )
    return [
        BookLine(
            gids.get(line.pk, ""),
            line.account,
            line.amount_incl if document.prices_incl_vat else line.amount,
        )
        for line in lines
    ]


def _told(node: OrderNode, document: Document, found: Comparison, *, seen: bool) -> Totals:
    tax = node.current_tax
    return Totals(
        currency=document.currency,
        shopify=found.shopify,
        books=found.books,
        shopify_tax=tax.presentment if seen else tax.shop,
        books_tax=document.vat_amount,
        parts=[
            Amount(PARTS[row.part], row.shopify, row.books)
            for row in found.rows
            if row.part is not Part.TAX
        ],
        reasons=[(REASONS[reason], amount) for reason, amount in found.reasons],
        unexplained=found.unexplained,
        paid=found.paid,
        tax_included=node.taxes_included,
    )
