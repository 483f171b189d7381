"""The shop and our installation in it, as Shopify shows them."""

from __future__ import annotations

from sandbox.nodes import Node
from sandbox.records.shop import Shop


def shop_node(record: Shop) -> Node:
    return {
        "__typename": "Shop",
        "id": record.gid,
        "name": record.name,
        "email": record.email,
        "contactEmail": record.email,
        "myshopifyDomain": record.domain,
        "url": f"https://{record.domain}",
        "currencyCode": record.currency,
        "enabledPresentmentCurrencies": sorted({record.currency, *record.rates}),
        "ianaTimezone": record.timezone,
        "taxesIncluded": record.taxes_included,
        "taxShipping": True,
        "shipsToCountries": list(record.ships_to),
        "weightUnit": "KILOGRAMS",
        "unitSystem": "METRIC_SYSTEM",
        "plan": {
            "publicDisplayName": "Plus" if record.plus else "Basic",
            "displayName": "Shopify Plus" if record.plus else "Basic",
            "partnerDevelopment": True,
            "shopifyPlus": record.plus,
        },
    }


def installation_node(record: Shop) -> Node:
    scopes = [{"handle": scope, "description": scope} for scope in record.scopes]
    return {
        "__typename": "AppInstallation",
        "id": "gid://shopify/AppInstallation/1",
        "accessScopes": scopes,
    }
