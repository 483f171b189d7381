"""Gathers what a shop has decided about the cards of its customers."""

from __future__ import annotations

from connector.sync.mapping.customers import CardRules, Template
from connector.sync.mapping.names import NameSources
from shops.models import CustomerSettings, CustomerTemplate, Shop, TaxArea


def card_rules(shop: Shop, settings: CustomerSettings | None = None) -> CardRules:
    """In three queries at most."""
    own = settings or CustomerSettings.of(shop)
    columns = ("vat_bus", "currency", "payment_terms", "payment_method", "price_group")
    rows = CustomerTemplate.objects.filter(shop=shop).values_list("country", *columns)
    areas = TaxArea.objects.filter(shop=shop).values_list("country", "county", "vat_bus")
    return CardRules(
        sources=NameSources(own.name_source, own.name2_source, own.contact_source),
        county=own.county_source,
        clear=own.blank_values == CustomerSettings.BlankValues.CLEAR,
        templates={country: Template(*values) for country, *values in rows},
        vat_groups={(country, county.upper()): group for country, county, group in areas},
    )
