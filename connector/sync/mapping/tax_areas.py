"""Where an order goes → the VAT business group of its document. Pure.

The books know no tax areas, only VAT business groups: a tax area is the group of a country or of a
county of it. What BC calls liable is a second group, for orders that are exempt.
Source: BC codeunit 30166 "Process Order", FindTaxArea; counties by code and by name are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from connector.shopify.nodes.order import AddressNode, OrderNode


@dataclass(frozen=True, slots=True)
class TaxAreas:
    """What a shop has decided."""

    # (country, county in capitals; "" for the rest) → (group, group of exempt orders or "")
    groups: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    by: Literal["none", "ship_to", "bill_to"] = "ship_to"

    def group(self, order: OrderNode) -> str:
        """The order's VAT business group; "" where the customer's own stays.

        The first address that there is decides, also when no area has it: the tax area of another
        address would be a wrong one.
        """
        address = self._address(order)
        if address is None:
            return ""
        for county in (address.province_code, address.province, ""):
            if found := self.groups.get((address.country_code.upper(), county.upper())):
                group, exempt = found
                return exempt or group if order.tax_exempt else group
        return ""

    def _address(self, order: OrderNode) -> AddressNode | None:
        if self.by == "none" or not self.groups:
            return None
        ship_to, bill_to = order.shipping_address, order.billing_address
        first, second = (bill_to, ship_to) if self.by == "bill_to" else (ship_to, bill_to)
        return first if first and first.country_code else second
