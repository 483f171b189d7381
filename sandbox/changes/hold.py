"""Goods are kept back for a while, and let go. Source: shopify.dev, FulfillmentHold, 2026-10."""

from __future__ import annotations

from dataclasses import replace

from sandbox.changes import Occasion, Refused
from sandbox.records.fulfillment import FulfillmentOrder


def hold(goods: FulfillmentOrder, reason: str, occasion: Occasion) -> FulfillmentOrder:
    """Return the fulfillment order on hold. Raises Refused when it is not open."""
    if goods.status not in {"OPEN", "ON_HOLD"}:
        raise Refused("The fulfillment order is not in a holdable state.", ("id",))
    return replace(goods, status="ON_HOLD", holds=(*goods.holds, reason), updated_at=occasion.now)


def release(goods: FulfillmentOrder, occasion: Occasion) -> FulfillmentOrder:
    """Return the fulfillment order open again, all holds gone. Raises Refused when it has none."""
    if goods.status != "ON_HOLD":
        raise Refused("The fulfillment order is not on hold.", ("id",))
    return replace(goods, status="OPEN", holds=(), updated_at=occasion.now)
