"""The checkout: makes an order of a draft, with ids, taxes, allocations and goods to ship."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox import totals
from sandbox.aftermath import afterwards, paid
from sandbox.changes import Occasion
from sandbox.changes.fulfil import deliver_gift_cards
from sandbox.draft import (
    DraftAddress,
    DraftLine,
    DraftShipping,
    DraftTax,
    DraftTerms,
    OrderDraft,
    Rejected,
)
from sandbox.money import NOTHING, Bag, Currencies, split
from sandbox.pricing import Pricing
from sandbox.records.address import Address
from sandbox.records.fulfillment import FulfillmentOrder, FulfillmentOrderLine
from sandbox.records.location import Location
from sandbox.records.order import Line, Order, PaymentTerms, ShippingLine
from sandbox.records.product import Product, Variant
from sandbox.store import Store

FIRST_NUMBER = 1001


class Checkout:
    """Takes drafts for one shop."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._catalogue: dict[str, tuple[Product, Variant]] = {}
        self._variants_seen = -1

    def place(self, draft: OrderDraft) -> Order:
        """Put the order into the store and return it. Raises Rejected, leaving the store alone."""
        if not draft.lines and not draft.shipping:
            raise Rejected("The order has no line.")
        money = self._money(draft)
        created = draft.created_at or self.store.clock.now()
        occasion = Occasion(created, self.store.new_gid)
        order = self._new_order(draft, money, created)
        order = replace(order, fulfillment_orders=self._goods(order, draft, occasion))
        order = paid(order, draft.payments, occasion)
        if totals.received(order) and self._places():
            order = deliver_gift_cards(order, self._places()[0].gid, occasion)
        order = afterwards(order, draft, Occasion(draft.updated_at or created, self.store.new_gid))
        self.store.put(order)
        return order

    def _new_order(self, draft: OrderDraft, money: Currencies, created: datetime) -> Order:
        number = FIRST_NUMBER + len(self.store.listed("Order"))
        included = draft.taxes_included
        taxes_included = self.store.shop.taxes_included if included is None else included
        pricing = Pricing(money, taxes_included=taxes_included, taxes=draft.taxes)
        return Order(
            gid=self.store.new_gid("Order"),
            number=number,
            name=draft.name or f"#{number}",
            money=money,
            created_at=created,
            processed_at=created,
            updated_at=draft.updated_at or created,
            lines=self._lines(draft, pricing),
            shipping=tuple(self.shipping_line(line, pricing) for line in draft.shipping),
            taxes_included=taxes_included,
            discount_codes=(draft.discount_code,) if draft.discount_code else (),
            customer_gid=draft.customer_gid,
            company_gid=draft.company_gid,
            company_location_gid=self._company_location(draft.company_gid),
            retail_location_gid=self._place(draft.retail_location),
            shipping_address=self._address(draft.shipping_address),
            billing_address=self._address(draft.billing_address or draft.shipping_address),
            tip=money.bag(draft.tip),
            payment_terms=self._terms(draft.terms, created),
            **{name: getattr(draft, name) for name in TAKEN_OVER},
        )

    # -- who, where, what

    def _money(self, draft: OrderDraft) -> Currencies:
        shop = self.store.shop
        wanted = draft.currency or shop.currency
        if wanted == shop.currency:
            return Currencies(shop.currency, wanted)
        if wanted not in shop.rates:
            raise Rejected(f"The shop does not sell in {wanted}.")
        return Currencies(shop.currency, wanted, shop.rates[wanted])

    def _company_location(self, gid: str | None) -> str | None:
        for company in self.store.companies():
            if company.gid == gid:
                return company.location_gid
        return None

    def _places(self) -> list[Location]:
        return [p for p in self.store.locations() if p.active and p.service_name is None]

    def _place(self, name: str | None) -> str | None:
        if name is None:
            return None
        for place in self.store.locations():
            if place.name == name:
                return place.gid
        raise Rejected(f"There is no location called {name}.")

    def _address(self, draft: DraftAddress | None) -> Address | None:
        if draft is None:
            return None
        gid = self.store.new_gid("MailingAddress") + "?model_name=Address"
        return Address(gid, **{field.name: getattr(draft, field.name) for field in fields(draft)})

    def _terms(self, draft: DraftTerms | None, created: datetime) -> PaymentTerms | None:
        if draft is None:
            return None
        return PaymentTerms(
            gid=self.store.new_gid("PaymentTerms"),
            schedule_gid=self.store.new_gid("PaymentSchedule"),
            name=draft.name,
            kind=draft.kind,
            days=draft.days,
            due_at=None if draft.days is None else created + timedelta(days=draft.days),
        )

    def _sold(self, line: DraftLine) -> tuple[Product, Variant] | None:
        if line.custom or not line.sku:
            return None
        if self._variants_seen != len(self.store.listed("ProductVariant")):
            self._catalogue = self.store.variants_by_sku()
            self._variants_seen = len(self.store.listed("ProductVariant"))
        return self._catalogue.get(line.sku)

    # -- lines

    def _lines(self, draft: OrderDraft, pricing: Pricing) -> tuple[Line, ...]:
        nets = [
            Decimal(0) if d.gift_card else d.price * d.quantity - d.discount for d in draft.lines
        ]
        money = pricing.money
        shares = split(money.bag(draft.discount), nets, money) if draft.discount else []
        shares = shares or [NOTHING] * len(draft.lines)
        return tuple(
            self._line(line, share, pricing)
            for line, share in zip(draft.lines, shares, strict=True)
        )

    def more_lines(self, drafts: Sequence[DraftLine], pricing: Pricing) -> list[Line]:
        """Return lines that an edit adds; no order discount falls on them. Raises Rejected."""
        return [self._line(draft, NOTHING, pricing) for draft in drafts]

    def home(self) -> str:
        """Return the place that ships what names none. Raises Rejected when the shop has none."""
        places = self._places()
        if not places:
            raise Rejected("The shop has no location.")
        return places[0].gid

    def _line(self, draft: DraftLine, order_discount: Bag, pricing: Pricing) -> Line:
        if draft.quantity <= 0:
            raise Rejected(f"{draft.title}: the quantity must be greater than 0.")
        money, sold = pricing.money, self._sold(draft)
        own = (money.bag(draft.discount), order_discount)
        line = Line(
            gid=self.store.new_gid("LineItem"),
            title=draft.title,
            quantity=draft.quantity,
            unit_price=money.bag(draft.price),
            variant_title=draft.variant_title,
            sku=draft.sku,
            product_gid=sold[0].gid if sold else None,
            variant_gid=sold[1].gid if sold else None,
            vendor=draft.vendor or (sold[0].vendor if sold else None),
            requires_shipping=draft.requires_shipping and not draft.gift_card,
            taxable=draft.taxable and not draft.gift_card,
            gift_card=draft.gift_card,
            attributes=draft.attributes,
            discounts=tuple(bag for bag in own if bag),
        )
        if not line.taxable:
            return line
        net = totals.line_net(line, money, line.quantity)
        return replace(line, taxes=pricing.reckoned(net, draft.taxes))

    def exchange_line(self, draft: DraftLine, order: Order) -> Line:
        """Return a line for an order that is placed already, taxed as its first taxed line."""
        rates = next((line.taxes for line in order.lines if line.taxes), ())
        taxes = tuple(DraftTax(tax.title, tax.rate) for tax in rates)
        pricing = Pricing(order.money, taxes_included=order.taxes_included, taxes=taxes)
        return replace(self._line(draft, NOTHING, pricing), exchange=True)

    def shipping_line(self, draft: DraftShipping, pricing: Pricing) -> ShippingLine:
        """Return the shipping line that was wanted, with its taxes."""
        money = pricing.money
        price, discount = money.bag(draft.price), money.bag(draft.discount)
        return ShippingLine(
            gid=self.store.new_gid("ShippingLine"),
            title=draft.title,
            code=draft.code or draft.title,
            price=price,
            discounts=(discount,) if discount else (),
            taxes=pricing.reckoned(price - discount, draft.taxes),
        )

    def _goods(
        self, order: Order, draft: OrderDraft, occasion: Occasion
    ) -> tuple[FulfillmentOrder, ...]:
        """Return what is to ship: one fulfillment order for each place and delivery method."""
        default = self._places()[0].gid if self._places() else None
        groups: dict[tuple[str | None, bool], list[Line]] = {}
        for line, wanted in zip(order.lines, draft.lines, strict=True):
            if not line.gift_card:
                place = self._place(wanted.location) or default
                groups.setdefault((place, line.requires_shipping), []).append(line)
        return tuple(
            FulfillmentOrder(
                gid=occasion.new_gid("FulfillmentOrder"),
                location_gid=place,
                lines=tuple(_goods_line(line, occasion) for line in lines),
                created_at=occasion.now,
                updated_at=occasion.now,
                ships=ships,
            )
            for (place, ships), lines in groups.items()
            if place is not None
        )


# What an order takes over from its draft as it is.
TAKEN_OVER = (
    "tax_exempt", "email", "phone", "note", "po_number", "source_name", "tags", "attributes",
    "risk_level", "test",
)  # fmt: skip


def _goods_line(line: Line, occasion: Occasion) -> FulfillmentOrderLine:
    gid = occasion.new_gid("FulfillmentOrderLineItem")
    return FulfillmentOrderLine(gid, line.gid, line.quantity, line.quantity)
