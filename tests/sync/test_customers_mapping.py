"""Names, phones and what of a card differs: pure functions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.shopify.nodes.party import AddressNode
from connector.sync.errors import RecordError
from connector.sync.mapping.customer_export import Card, World, changes, email_of, wanted
from connector.sync.mapping.customers import CardRules, Person, card_changes, card_values
from connector.sync.mapping.names import NameSources, called, names_of
from connector.sync.mapping.phones import e164, phone_key

AT = AddressNode("Bo", "Ek", "A", "Storgata 8", "", "7011", "Trondheim", "", "", "NO", "")
BO = Person("Bo", "Ek", "bo@example.com", "", AT)
CARD = Card(
    "K1", "A", "Bo Ek", "Bo Ek", "bo@example.com", "", "Storgata 8", "", "7011", "Trondheim", "", "NO",
)  # fmt: skip
WORLD = World(
    "NO", frozenset({"NO", "GR", "CA"}), {"GR": {"ATT": "ATT", "ATTICA": "ATT", "KRI": "KRI"}}
)


@pytest.mark.parametrize(
    ("text", "source", "name"),
    [
        ("Firstname Last name", "first_last", ("Firstname", "Last name")),
        ("Last name Firstname", "last_first", ("Firstname", "Last name")),
        ("Annabel Ann", "last_first", ("Ann", "Annabel")),
        ("Cher", "first_last", ("Cher", "")),
        ("", "first_last", ("", "")),
    ],
)
def test_i1_a_name_is_split(text: str, source: str, name: tuple[str, str]) -> None:
    person = called("", "", text, NameSources(contact=source))

    assert (person.first, person.last) == name


def test_i8_names_by_their_sources() -> None:
    rules = NameSources("company", "first_last", "first_last")

    company = names_of("A", "Bo", "Ek", rules)
    person = names_of("", "Bo", "Ek", rules)

    assert (company.name, company.name_2, company.contact) == ("A", "Bo Ek", "Bo Ek")
    assert (person.name, person.name_2, person.contact) == ("Bo Ek", "", "Bo Ek")
    card = {**card_values(BO, CardRules()), "name_2": "kept"}
    without = replace(BO, address=replace(AT, company=""))
    assert card_changes(card, without, CardRules(clear=True)) == {"name": "Bo Ek"}


def test_i7_without_an_address_name_and_e_mail_are_left() -> None:
    values = card_values(replace(BO, address=None), CardRules())

    assert (values["name"], values["email"], "city" in values) == ("Bo Ek", "bo@example.com", False)


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+45 4545 4545", "", "+4545454545"),
        ("45454545", "DK", "+4545454545"),
        ("0045 45454545", "NO", "+4545454545"),
        ("123", "NO", ""),
        ("call me", "NO", ""),
        ("", "NO", ""),
    ],
)
def test_i3_a_number_has_one_way_of_writing(text: str, country: str, number: str) -> None:
    assert e164(text, country) == number
    assert phone_key("01 92 83") != phone_key("123")


def test_i12_the_first_e_mail_counts() -> None:
    assert email_of(" a@x.com;b@x.com") == "a@x.com"


def test_i5_i6_countries_and_counties_in_shopifys_words() -> None:
    greek = replace(CARD, country="EL", county="att")
    by_name = CardRules(county="name")

    assert wanted(greek, CardRules(), WORLD).address["provinceCode"] == "ATT"
    assert wanted(replace(greek, county="Atti"), by_name, WORLD).address["countryCode"] == "GR"
    assert wanted(replace(greek, county="Attica"), by_name, WORLD).address["provinceCode"] == "ATT"
    assert (
        wanted(replace(CARD, county="Trøndelag"), CardRules(), WORLD).address["provinceCode"] == ""
    )
    for bad in (replace(greek, county="Nowhere at all"), replace(CARD, country="XX")):
        with pytest.raises(RecordError):
            wanted(bad, CardRules(), WORLD)
    assert wanted(replace(CARD, country=""), CardRules(), WORLD).address["countryCode"] == "NO"


def test_what_says_the_same_is_no_difference() -> None:
    assert not changes(CARD, BO, CardRules(), WORLD)
    assert not changes(replace(CARD, email="BO@example.com"), BO, CardRules(), WORLD)


def test_what_is_blank_on_a_card_clears_only_where_the_shop_says_so() -> None:
    blank = replace(CARD, city="", email="")

    assert not changes(blank, BO, CardRules(), WORLD)
    assert changes(blank, BO, CardRules(clear=True), WORLD).address == {"city": ""}
