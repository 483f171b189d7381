"""The one place that names the version of the Admin API."""

from __future__ import annotations

API_VERSION = "2026-10"  # Shopify supports a version for at least twelve months
