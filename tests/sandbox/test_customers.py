"""Customers: read, searched, written, merged, deleted, withheld, each in Shopify's words."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client, document

KARI = {
    "email": "kari@example.com",
    "phone": "+4791234567",
    "firstName": "Kari",
    "lastName": "Holm",
    "tags": ["vip"],
    "addresses": [
        {"address1": "Storgata 8", "zip": "7011", "city": "Trondheim", "countryCode": "NO"},
        {"address1": "1 Main St", "city": "Ottawa", "countryCode": "CA", "provinceCode": "ON"},
    ],
}


@pytest.fixture
def given_kari(given_empty_shop: Client) -> Client:
    given_empty_shop.control("customers", KARI)
    return given_empty_shop


def found(client: Client, kind: str, value: str) -> dict[str, Any] | None:
    data = client.data(document("customer_find"), identifier={kind: value})
    customer: dict[str, Any] | None = data["customerByIdentifier"]
    return customer


def kari(client: Client) -> dict[str, Any]:
    customer = found(client, "emailAddress", "KARI@example.com")
    assert customer is not None
    return customer


def problems(client: Client, name: str, root: str, **variables: Any) -> list[Any]:
    payload = client.data(document(name), **variables)[root]
    return [(problem["field"], problem["message"]) for problem in payload["userErrors"]]


def test_a_customer_is_shown_whole(given_kari: Client) -> None:
    customer = kari(given_kari)

    assert customer["defaultPhoneNumber"] == {"phoneNumber": "+4791234567"}
    home, ottawa = customer["addressesV2"]["nodes"]
    assert customer["defaultAddress"] == {"id": home["id"]}
    assert (home["firstName"], home["countryCodeV2"], home["province"]) == ("Kari", "NO", None)
    assert (ottawa["provinceCode"], ottawa["province"]) == ("ON", "Ontario")
    assert customer == found(given_kari, "phoneNumber", "+4791234567")
    assert found(given_kari, "emailAddress", "ari@example.com") is None


def test_who_is_taken_or_wrong_is_refused_and_nothing_made(given_kari: Client) -> None:
    def refused(**wanted: Any) -> list[Any]:
        return problems(given_kari, "customer_set", "customerSet", input=wanted)

    assert refused(email="Kari@Example.com") == [(["email"], "Email has already been taken")]
    assert refused(phone="+47 912 34 567") == [(["phone"], "Phone has already been taken")]
    assert refused(email="kari") == [(["email"], "Email is invalid")]
    assert refused(firstName="Kari", phone="12") == [(["phone"], "Phone is invalid")]
    assert refused(note="x") == [(None, "A name, phone number, or email address must be present")]
    assert given_kari.state()["counts"]["Customer"] == 1


def test_an_update_sets_fields_and_leaves_the_addresses(given_kari: Client) -> None:
    before = kari(given_kari)
    wanted = {"id": before["id"], "lastName": "Berg"}

    data = given_kari.data(document("customer_update"), input=wanted)["customerUpdate"]

    assert data["customer"]["lastName"] == "Berg"
    assert data["customer"]["addressesV2"] == before["addressesV2"]
    gone = {"id": "gid://shopify/Customer/9", "lastName": "Berg"}
    assert problems(given_kari, "customer_update", "customerUpdate", input=gone) == [
        (["id"], "Customer does not exist")
    ]


def test_addresses_change_one_by_one_as_recorded(given_kari: Client) -> None:
    customer = kari(given_kari)
    home, _ottawa = customer["addressesV2"]["nodes"]

    def change(address: str, **wanted: Any) -> Any:
        return given_kari.post(
            document("customer_address_update"),
            customerId=customer["id"], addressId=address, address=wanted,
        )  # fmt: skip

    changed = change(home["id"], city="Bergen", zip="5003")
    assert changed["data"]["customerAddressUpdate"]["address"]["city"] == "Bergen"
    wrong = change(home["id"], countryCode="CA", provinceCode="ZZ")
    assert wrong["data"]["customerAddressUpdate"]["userErrors"] == [
        {"field": ["address", "province"], "message": "Province is invalid"}
    ]
    missing = change("gid://shopify/MailingAddress/1")
    assert missing["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"
    same = {"customerId": customer["id"], "address": KARI["addresses"][1]}
    assert problems(given_kari, "customer_address_create", "customerAddressCreate", **same) == [
        (["address"], "Address already exists")
    ]


def test_the_doors_edit_merge_delete_and_withhold(given_kari: Client) -> None:
    given_kari.control("customers", {"email": "k2@example.com", "firstName": "Kari"})
    given_kari.control("customers/edit", {"email": "k2@example.com", "lastName": "H"})
    other = found(given_kari, "emailAddress", "k2@example.com")
    assert other is not None
    assert other["lastName"] == "H"

    given_kari.control("customers/merge", {"id": "kari@example.com", "gone": other["id"]})

    named = given_kari.data(document("customers_named"), ids=[other["id"], kari(given_kari)["id"]])
    assert [node and node["firstName"] for node in named["nodes"]] == [None, "Kari"]
    given_kari.control("customers/withhold")
    listed = given_kari.data(document("customers_page"), first=5)["customers"]["nodes"]
    assert [(c["firstName"], c["defaultEmailAddress"], c["tags"]) for c in listed] == [
        (None, None, ["vip"])
    ]
    given_kari.control("customers/delete", {"id": listed[0]["id"]})
    assert given_kari.data(document("customers_page"), first=5)["customers"]["nodes"] == []
