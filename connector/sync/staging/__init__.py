"""Where records from Shopify are put down, raw first."""
