"""Products and items: what 30108 does in either direction, and what it makes of items."""
