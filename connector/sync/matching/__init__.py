"""Finds, or where the shop allows it makes, what a record of Shopify is in the books."""
