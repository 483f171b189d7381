"""Who buys in the demo shop: twelve people in four countries, and two companies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.records.address import Address
from sandbox.records.company import Company
from sandbox.records.customer import Customer
from sandbox.store import Store

COUNTRIES = {"FI": "Finland", "NO": "Norway", "SE": "Sweden", "DE": "Germany"}
# first name, last name, street, zip, city, country
PEOPLE = (
    ("Aino", "Kallio", "Satamakatu 4", "20100", "Turku", "FI"),
    ("Eero", "Niemi", "Mäkelänkatu 52", "00510", "Helsinki", "FI"),
    ("Kari", "Nordvik", "Fjellveien 12", "5019", "Bergen", "NO"),
    ("Ingrid", "Haugen", "Storgata 8", "7011", "Trondheim", "NO"),
    ("Lars", "Åkesson", "Kungsgatan 31", "411 19", "Göteborg", "SE"),
    ("Maja", "Lindell", "Södra vägen 3", "903 26", "Umeå", "SE"),
    ("Jonas", "Brandt", "Lindenallee 17", "20259", "Hamburg", "DE"),
    ("Mia", "Östermann", "Am Deich 2", "28199", "Bremen", "DE"),
    ("Sanna", "Rautio", "Kirkkokatu 21", "90100", "Oulu", "FI"),
    ("Onni", "Saari", "Tammitie 9", "33710", "Tampere", "FI"),
    ("Nils", "Bakke", "Havnegata 1", "9008", "Tromsø", "NO"),
    ("Venla", "Hirvi", "Rantatie 77", "48310", "Kotka", "FI"),
)
COMPANIES = (("Café Aalto Oy", "C-2001", "Esplanadi"), ("Nordlys Kontor AS", "C-2002", "Oslo"))


def email(index: int) -> str:
    first, last = PEOPLE[index][:2]
    plain = str.maketrans("äåöøÄÅÖØ", "aaooAAOO")
    return f"{first}.{last}@example.com".translate(plain).lower()


def address(index: int) -> dict[str, Any]:
    """Return a person's address in the form that an order takes."""
    first, last, street, code, city, country = PEOPLE[index]
    return {
        "firstName": first, "lastName": last, "address1": street, "zip": code, "city": city,
        "countryCode": country, "country": COUNTRIES[country],
    }  # fmt: skip


def welcome_customers(store: Store) -> None:
    joined = store.clock.now() - timedelta(days=300)
    for index, (first, last, street, code, city, country) in enumerate(PEOPLE):
        since = joined + timedelta(days=index * 9)
        home = Address(
            store.new_gid("MailingAddress") + "?model_name=CustomerAddress",
            first_name=first,
            last_name=last,
            address1=street,
            zip=code,
            city=city,
            country=COUNTRIES[country],
            country_code=country,
        )
        gid = store.new_gid("Customer")
        store.put(
            Customer(
                gid,
                since,
                since,
                first,
                last,
                email(index),
                addresses=(home,),
                default_gid=home.gid,
            )
        )
    for name, number, place in COMPANIES:
        gid, location = store.new_gid("Company"), store.new_gid("CompanyLocation")
        store.put(Company(gid, location, name, place, joined, joined, number))
