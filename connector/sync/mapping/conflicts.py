"""What of an order changed after its sales document was made. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from connector.shopify.nodes.order import (
    AddressNode,
    MoneyBag,
    OrderLineNode,
    OrderNode,
    RefundNode,
)
from connector.shopify.words import gettext as _
from connector.sync.mapping.exchanges import exchanged, linked, taken
from connector.sync.mapping.orders import shop_sum
from connector.sync.mapping.refund_amounts import TakenOff, is_credited, less, taken_off
from connector.sync.mapping.sums import told


def conflict(before: str, after: OrderNode) -> str:
    """Say in sentences what the books do not know of; "" when nothing they know of changed.

    `before` is the raw node that was here. Compared is like with like: units and amounts that are
    current, so that a payment, a shipment or a tag raises nothing. Nor does what a refund took off
    that becomes a credit memo, nor what came in exchange, which comes onto one.
    """
    raw = orjson.loads(before)
    was = OrderNode.from_node(raw)
    off = taken_off(_new_refunds(raw, was, after), _shop, taxes_included=after.taxes_included)
    off = less(off, taken(after, _new_exchanges(was, after), _shop))
    notes = [*_lines(was, after, off), *_amounts(was, after, off), *_addresses(was, after)]
    if after.cancelled_at and not was.cancelled_at:
        notes.insert(0, _("The order was cancelled in Shopify."))
    return " ".join(notes)


def _new_refunds(raw: dict[str, Any], was: OrderNode, now: OrderNode) -> list[RefundNode]:
    """Those that came since and are credited; what was read before refunds were tells of none."""
    if "refundIds" not in raw:
        return []
    known, of_returns = {refund.gid for refund in was.refunds}, linked(now)
    new = [one for one in now.refunds if one.gid not in known]
    return [one for one in new if is_credited(one, linked=one.gid in of_returns)]


def _new_exchanges(was: OrderNode, now: OrderNode) -> frozenset[str]:
    """Lines that came since in exchange; one that was there before has a document."""
    return exchanged(now) - {line.gid for line in was.lines}


def _shop(bag: MoneyBag) -> Decimal:
    return bag.shop


def _lines(was: OrderNode, now: OrderNode, off: TakenOff) -> list[str]:
    before = {line.gid: line for line in was.lines}
    after = {line.gid: line for line in now.lines}
    notes = []
    for gid in dict.fromkeys([*before, *after]):
        notes += _line(before.get(gid), after.get(gid), now.currency, off.units.get(gid, 0))
    return notes


def _line(
    was: OrderLineNode | None, now: OrderLineNode | None, currency: str, off: int
) -> list[str]:
    """One line that came, went or changed; of one that nothing is left of, its price is no matter."""
    line = now or was
    if line is None:
        return []
    old, new = was.current_quantity if was else 0, now.current_quantity if now else 0
    notes = [] if old - off == new else [_became(line.name, old, new)]
    if was and now and new:
        pairs = (
            (_("unit price"), was.unit_price.shop, now.unit_price.shop),
            (_("discount"), shop_sum(was.discounts), shop_sum(now.discounts)),
        )
        for what, before, after in pairs:
            if before != after:
                notes.append(_money(f"{line.name}, {what}", before, after, currency))
    return notes


def _money(what: str, before: Decimal, after: Decimal, currency: str) -> str:
    return _became(what, told(before, currency), f"{told(after, currency)} {currency}")


def _became(what: str, before: object, after: object) -> str:
    changed = {"what": what, "before": before, "after": after}
    return _("%(what)s: %(before)s became %(after)s.") % changed


def _addresses(was: OrderNode, now: OrderNode) -> list[str]:
    pairs = (
        (_("Ship-to address"), was.shipping_address, now.shipping_address),
        (_("Bill-to address"), was.billing_address, now.billing_address),
    )
    return [_became(what, _on_one_line(a), _on_one_line(b)) for what, a, b in pairs if a != b]


def _on_one_line(address: AddressNode | None) -> str:
    if address is None:
        return _("none")
    name = address.company or f"{address.first_name} {address.last_name}".strip()
    place = f"{address.zip} {address.city}".strip()
    parts = (name, address.address1, address.address2, place, address.country_code, address.phone)
    return ", ".join(part for part in parts if part)


def _amounts(was: OrderNode, now: OrderNode, off: TakenOff) -> list[str]:
    rows = (
        (_("Shipping"), was.current_shipping.shop, now.current_shipping.shop, off.shipping),
        (_("Tax"), was.current_tax.shop, now.current_tax.shop, off.tax),
        (_("Total"), was.current_total.shop, now.current_total.shop, off.total),
    )
    return [
        _money(what, old, new, now.currency) for what, old, new, less in rows if old - less != new
    ]
