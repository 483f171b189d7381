"""From which location of the books a line of an order is shipped. Pure.

Source: BC codeunit 30161 "Import Order", the location of a line by its fulfillment orders.
"""

from __future__ import annotations

from connector.shopify.nodes.order import OrderLineNode, OrderNode
from connector.sync.mapping.terms import DocumentTerms


def location_of(line: OrderLineNode, order: OrderNode, terms: DocumentTerms) -> str:
    """The books' code for the one place that has the whole line to ship; else the shop's default.

    What is closed counts only where nothing of the line is open any more.
    """
    parts = [place for place in order.places if line.gid in place.lines]
    parts = [place for place in parts if not place.closed] or parts
    gids = {place.location_gid for place in parts}
    units = sum(place.lines[line.gid] for place in parts)
    if len(gids) != 1 or units < line.current_quantity:
        return terms.location_code
    return terms.locations.get(gids.pop() or "", "") or terms.location_code
