"""The demo: a company, a shop at a pretend Shopify, and the main job run on them."""
