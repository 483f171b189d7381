"""What names or reaches a person is taken out; the rest stays as it came."""

from __future__ import annotations

import re
from pathlib import Path

import orjson

from connector.shopify.redaction import FREE, HIDDEN, PERSONAL, redacted

ADDRESS = {
    "firstName": "Kari",
    "lastName": "Holm",
    "company": "Holm AS",
    "address1": "Storgata 1",
    "address2": None,
    "zip": "0155",
    "city": "Oslo",
    "provinceCode": None,
    "countryCodeV2": "NO",
    "phone": "+47 99 99 99 99",
}
ORDER = {
    "id": "gid://shopify/Order/1",
    "name": "#1001",
    "email": "kari@example.com",
    "note": "",
    "customAttributes": [{"key": "greeting", "value": "To Ola, from Kari"}],
    "customer": {"id": "gid://shopify/Customer/2", "defaultEmailAddress": {"emailAddress": "k@x"}},
    "purchasingEntity": {"company": {"id": "gid://shopify/Company/3", "name": "Holm AS"}},
    "shippingAddress": ADDRESS,
    "lineItems": {
        "nodes": [{"title": "Cup", "customAttributes": [{"key": "engraving", "value": "Kari"}]}]
    },
}


def test_a_person_is_taken_out_and_the_rest_stays() -> None:
    told = redacted(ORDER)

    text = orjson.dumps(told).decode()
    for personal in ("Kari", "example.com", "Storgata", "0155", "Oslo", "99 99", "k@x"):
        assert personal not in text
    assert told["shippingAddress"] == {
        **dict.fromkeys(ADDRESS, HIDDEN),
        "address2": None,
        "provinceCode": None,
        "countryCodeV2": "NO",
    }
    assert told["purchasingEntity"] == ORDER["purchasingEntity"]
    assert told["lineItems"]["nodes"][0] == {
        "title": "Cup",
        "customAttributes": [{"key": "engraving", "value": HIDDEN}],
    }
    assert (told["name"], told["email"], told["note"]) == ("#1001", HIDDEN, "")


def test_every_field_it_knows_is_asked_for() -> None:
    """A misspelt one would hide nothing."""
    folder = Path(redacted.__code__.co_filename).parent / "graphql"
    asked = {
        word
        for document in folder.glob("*.graphql")
        for word in re.findall(r"\w+", document.read_text(encoding="utf-8"))
    }

    assert {*PERSONAL, FREE} - asked == set()
