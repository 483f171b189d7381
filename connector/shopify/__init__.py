"""Talks to Shopify's Admin API. Knows no Django, no models and no settings: all comes by argument.

client ──▶ throttle (waits for points) ──▶ transport (one HTTP call) ──▶ Shopify
   └── retry (decides what is tried again)      documents, cost: what is asked, and its price
orders, fulfillments, shop: the questions the connector has; nodes: the answers, as values
"""
