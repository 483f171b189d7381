"""Cards of the books as they are compared with Shopify, and what is known of countries."""

from __future__ import annotations

from dataclasses import fields

from connector.shopify.nodes.customer import CustomerRecord
from connector.sync.mapping.customer_export import Card, World
from connector.sync.mapping.customers import Person
from connector.sync.matching.customers import home_of
from connector.sync.people import provinces_of
from erp.countries import country_names
from erp.models import Company, Party
from shops.models import Shop


def card_of(party: Party) -> Card:
    return Card(**{field.name: getattr(party, field.name) for field in fields(Card)})


def world_of(shop: Shop, books: Company) -> World:
    return World(home_of(books), frozenset(country_names("en")), provinces_of(shop))


def person_of(record: CustomerRecord) -> Person:
    main = record.main_address
    return Person(
        record.first_name,
        record.last_name,
        record.email,
        record.phone,
        main.address if main else None,
    )
