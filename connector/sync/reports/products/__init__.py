"""30108: products and prices, each way a class; the shop's settings choose."""

from connector.sync.reports.products.prices import Prices

__all__ = ["Prices"]
