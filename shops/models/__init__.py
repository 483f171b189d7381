"""What is known of each shop: its card, its settings, and its records as Shopify has them."""

from shops.models.company import Company, CompanyLocation
from shops.models.cue_setup import CueName, CueSetup, Style, default_setup
from shops.models.customer import Customer, CustomerAddress
from shops.models.customer_settings import CustomerSettings
from shops.models.customer_template import CustomerTemplate
from shops.models.language import Language
from shops.models.location import Location
from shops.models.metafield import Metafield
from shops.models.order import Order, OrderLine, OrderPayload
from shops.models.order_settings import OrderSettings
from shops.models.product import Product, Variant
from shops.models.product_settings import ProductSettings
from shops.models.refund import Refund
from shops.models.returned import Return
from shops.models.sales_channel import ProductCollection, Publication
from shops.models.shipment_method import ShipmentMethodMapping
from shops.models.shop import Connection, Shop
from shops.models.staff import StaffMember
from shops.models.stock import StockLevel, StockSettings
from shops.models.tax_area import TaxArea

__all__ = [
    "Company",
    "CompanyLocation",
    "Connection",
    "CueName",
    "CueSetup",
    "Customer",
    "CustomerAddress",
    "CustomerSettings",
    "CustomerTemplate",
    "Language",
    "Location",
    "Metafield",
    "Order",
    "OrderLine",
    "OrderPayload",
    "OrderSettings",
    "Product",
    "ProductCollection",
    "ProductSettings",
    "Publication",
    "Refund",
    "Return",
    "ShipmentMethodMapping",
    "Shop",
    "StaffMember",
    "StockLevel",
    "StockSettings",
    "Style",
    "TaxArea",
    "Variant",
    "default_setup",
]
