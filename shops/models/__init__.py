"""What is known of each shop: its card, its settings, and its records as Shopify has them."""

from shops.models.company import Company
from shops.models.cue_setup import CueName, CueSetup, Style, default_setup
from shops.models.customer import Customer
from shops.models.location import Location
from shops.models.order import Order, OrderLine, OrderPayload
from shops.models.order_settings import OrderSettings
from shops.models.product import Variant
from shops.models.refund import Refund
from shops.models.returned import Return
from shops.models.shipment_method import ShipmentMethodMapping
from shops.models.shop import Connection, Shop

__all__ = [
    "Company",
    "Connection",
    "CueName",
    "CueSetup",
    "Customer",
    "Location",
    "Order",
    "OrderLine",
    "OrderPayload",
    "OrderSettings",
    "Refund",
    "Return",
    "ShipmentMethodMapping",
    "Shop",
    "Style",
    "Variant",
    "default_setup",
]
