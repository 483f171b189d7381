"""30100: customers come in, are recognised, created and updated; deleted ones are noticed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connector.sync.models import Cursor, CustomerLink, DryRunLine, Issue
from erp.customers import create_customer
from erp.drafts import AddressDraft, CustomerDraft
from erp.models import Company as Books
from erp.models import Party
from shops.models import (
    Customer,
    CustomerAddress,
    CustomerSettings,
    CustomerTemplate,
    Shop,
    TaxArea,
)
from tests.sync.conftest import Run, Sandbox, change_settings, document_of

pytestmark = pytest.mark.django_db(transaction=True)

HOME = {"address1": "Storgata 8", "zip": "7011", "city": "Trondheim", "countryCode": "NO"}
KARI: dict[str, Any] = {
    "email": "kari@example.com",
    "phone": "+4791234567",
    "firstName": "Kari",
    "lastName": "Holm",
    "addresses": [HOME],
}

PERSON = {name: value for name, value in KARI.items() if name != "addresses"}


@pytest.fixture
def own(shop: Shop) -> CustomerSettings:
    """All customers come in, and mapped cards follow."""
    return CustomerSettings.objects.create(
        shop=shop, customer_import="all", shopify_can_update_customers=True
    )


def settle(own: CustomerSettings, **values: Any) -> None:
    CustomerSettings.objects.filter(pk=own.pk).update(**values)


def link_of(email: str = "kari@example.com") -> CustomerLink:
    return CustomerLink.objects.select_related("customer", "party").get(customer__email=email)


def party_of(email: str = "kari@example.com") -> Party:
    party = link_of(email).party
    assert party is not None
    return party


def card(books: Books, no: str, **values: Any) -> Party:
    return create_customer(books, CustomerDraft(no=no, **{"name": no, **values}))


def test_a_new_customer_comes_in_with_all_addresses_and_gets_a_card(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    shopify.control("customers", KARI | {"addresses": [HOME, {**HOME, "address1": "Hytta"}]})

    assert run("customers").counts == {"read": 1, "created": 1}

    link, party = link_of(), party_of()
    assert (link.how, link.customer.state) == ("created", "DISABLED")
    assert list(link.customer.addresses.values_list("address1", "is_default")) == [
        ("Storgata 8", True),
        ("Hytta", False),
    ]
    assert (party.name, party.contact, party.name_2) == ("Kari Holm", "Kari Holm", "")
    assert (party.address, party.post_code, party.country) == ("Storgata 8", "7011", "NO")
    assert (party.email, party.phone) == ("kari@example.com", "+4791234567")


def test_a_second_run_writes_no_row(shopify: Sandbox, run: Run, own: CustomerSettings) -> None:
    shopify.control("customers", KARI)
    run("customers")
    before = {
        model: list(model._default_manager.values())
        for model in (Customer, CustomerAddress, CustomerLink, Party)
    }
    tables = tuple(f'"{model._meta.db_table}"' for model in before)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        log = run("customers")

    said = [str(query["sql"]) for query in queries]
    writes = [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE", "COPY"))]
    assert not [sql for sql in writes if any(table in sql for table in tables)]
    assert log.counts == {"read": 1, "unchanged": 1}
    assert before == {model: list(model._default_manager.values()) for model in before}


def test_i14_450_customers_are_three_pages_and_each_comes_once(
    shopify: Sandbox, run: Run, own: CustomerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.sync.reports.customers.PAGE", 200)
    shopify.control(
        "customers", [{"email": f"c{n}@example.com", "firstName": str(n)} for n in range(450)]
    )

    assert run("customers").counts["created"] == 450

    assert shopify.calls()["CustomersPage"] == 3
    assert Customer.objects.count() == Party.objects.count() - 1 == 450


def test_a_page_takes_as_many_queries_as_a_single_customer(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    def queries(count: int, start: int) -> int:
        specs = [
            {"email": f"c{n}@example.com", "lastName": "B", "addresses": [HOME]}
            for n in range(start, start + count)
        ]
        shopify.control("customers", specs)
        with CaptureQueriesContext(connection) as caught:
            run("customers")
        return len(caught)

    few, many = queries(3, 0), queries(60, 3)

    assert many <= few + 2, (few, many)  # rows of a statement may go in parts


@pytest.mark.parametrize("written", ["+47 912 34 567", "91 23 45 67", "0047-91234567"])
def test_i3_a_phone_is_recognised_however_it_is_written(
    written: str, shopify: Sandbox, books: Books, run: Run, own: CustomerSettings
) -> None:
    known = card(books, "K1", phone=written, address=AddressDraft(country="NO"))
    card(books, "K2", phone="9234567", address=AddressDraft(country="NO"))  # a part of it

    shopify.control("customers", KARI)
    run("customers")

    assert (party_of().pk, link_of().how) == (known.pk, "phone +4791234567")


def test_the_e_mail_decides_before_the_phone_in_any_case(
    shopify: Sandbox, books: Books, run: Run, own: CustomerSettings
) -> None:
    known = card(books, "K1", email="KARI@Example.com")
    card(books, "K2", phone="+4791234567")

    shopify.control("customers", KARI)
    run("customers")

    assert (party_of().pk, link_of().how) == (known.pk, "e-mail")


def test_two_that_fit_are_named_and_none_is_taken(
    shopify: Sandbox, books: Books, run: Run, own: CustomerSettings
) -> None:
    for no in ("K1", "K2"):
        card(books, no, email="kari@example.com")
    shopify.control("customers", KARI)

    run("customers")

    assert link_of().party is None
    assert link_of().reason == "Customers K1, K2 have the same e-mail: map one by hand."
    Party.objects.filter(no="K2").update(email="")
    run("customers")  # nothing changed in Shopify: the books did
    assert party_of().no == "K1"


def test_by_bill_to_information_name_and_address_decide(
    shopify: Sandbox, books: Books, shop: Shop, run: Run, own: CustomerSettings
) -> None:
    change_settings(shop, customer_mapping="bill_to")
    there = AddressDraft(address="storgata  8", post_code="7011", city="TRONDHEIM", country="NO")
    known = card(books, "K1", name="kari holm", address=there)
    card(books, "K2", name="Kari Holm", email="kari@example.com")

    shopify.control("customers", KARI)
    run("customers")

    assert (party_of().pk, link_of().how) == (known.pk, "bill-to name, address and city")


def test_by_bill_to_information_each_address_of_an_order_has_its_customer(
    shopify: Sandbox, shop: Shop, run: Run, own: CustomerSettings
) -> None:
    change_settings(shop, customer_mapping="bill_to")
    person = {"firstName": "Kari", "lastName": "Holm", "country": "Norway"}
    first = shopify.place(customer=PERSON, billingAddress={**person, **HOME})
    second = shopify.place(
        customer="kari@example.com",
        billingAddress={**person, **HOME, "address1": "Havnegata 1"},
    )
    third = shopify.place(customer="kari@example.com", billingAddress={**person, **HOME})

    run("orders")
    run("documents")

    parties = [document_of(name).party for name in (first, second, third)]
    assert parties[0] != parties[1]
    assert parties[0] == parties[2]
    assert Customer.objects.count() == 1
    assert parties[0] is not None
    Party.objects.filter(pk=parties[0].pk).update(address="Moved 1")
    fourth = shopify.place(customer="kari@example.com", billingAddress={**person, **HOME})
    run("orders")
    run("documents")
    assert document_of(fourth).party == parties[0]


def test_a_mapped_card_follows_only_in_what_changed(
    shopify: Sandbox, books: Books, run: Run, own: CustomerSettings
) -> None:
    shopify.control("customers", KARI)
    run("customers")
    Party.objects.filter(pk=party_of().pk).update(payment_terms="14D", address_2="2nd floor")

    shopify.control("customers/edit", {"email": "kari@example.com", "lastName": "Berg"})
    assert run("customers").counts == {"read": 1, "updated": 1}

    party = party_of()
    assert (party.name, party.contact) == ("Kari Berg", "Kari Berg")
    assert (party.payment_terms, party.address_2) == ("14D", "2nd floor")


def test_what_is_blank_in_shopify_is_cleared_only_where_the_shop_says_so(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    shopify.control("customers", KARI)
    run("customers")
    Party.objects.filter(pk=party_of().pk).update(address_2="2nd floor")
    edit = {"email": "kari@example.com", "phone": None}

    shopify.control("customers/edit", edit | {"note": "1"})
    run("customers")
    assert (party_of().phone, party_of().address_2) == ("+4791234567", "2nd floor")
    settle(own, blank_values="clear")
    shopify.control("customers/edit", edit | {"note": "2"})
    run("customers")
    assert (party_of().phone, party_of().address_2) == ("", "")


def test_nothing_of_a_card_changes_where_shopify_may_not(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    settle(own, shopify_can_update_customers=False)
    shopify.control("customers", KARI)
    run("customers")

    shopify.control("customers/edit", {"email": "kari@example.com", "lastName": "Berg"})
    run("customers")

    assert link_of().customer.last_name == "Berg"
    assert party_of().name == "Kari Holm"


def test_with_orders_alone_nobody_comes_in_but_known_ones_follow(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    settle(own, customer_import="with_orders")
    shopify.control("customers", KARI)
    assert run("customers").counts == {"read": 1, "skipped": 1}
    assert not Customer.objects.exists()
    assert not Issue.objects.exists()
    shopify.place(customer="kari@example.com")
    run("orders")

    shopify.control("customers/edit", {"email": "kari@example.com", "lastName": "Berg"})
    run("customers")

    assert link_of().customer.last_name == "Berg"
    assert link_of().customer.addresses.count() == 1
    settle(own, customer_import="none")
    log = run("customers")
    assert log.counts == {}
    assert "takes no customers in" in log.message


def test_deleted_and_merged_customers_are_noticed_and_may_come_back(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    shopify.control("customers", KARI)
    twin = shopify.control("customers", {"email": "k2@example.com", "firstName": "Kari"})
    run("customers")

    shopify.control("customers/merge", {"id": "kari@example.com", "gone": twin["id"]})
    run("customers", read="all")

    gone = Customer.objects.get(gid=twin["id"])
    assert gone.gone_at is not None
    assert CustomerLink.objects.get(customer=gone).party is not None
    assert Customer.objects.get(email="kari@example.com").gone_at is None
    settled = run("customers", read="all")
    assert settled.counts == {"read": 1, "unchanged": 1}


def test_one_customer_is_read_again_by_itself(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    made = shopify.control("customers", KARI)
    shopify.control("customers", {"email": "other@example.com", "firstName": "O"})
    run("customers")
    before = Cursor.objects.get(report="customers").position
    shopify.control("customers/delete", {"id": made["id"]})

    log = run("customers", filters={"gid": made["id"]})

    assert log.counts == {"read": 1, "updated": 1}
    assert link_of().customer.gone_at is not None
    assert Cursor.objects.get(report="customers").position == before


def test_what_shopify_withholds_takes_nothing_away_and_is_said(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    settle(own, blank_values="clear")
    shopify.control("customers", KARI)
    run("customers")
    shopify.control("customers", {"email": "new@example.com", "firstName": "N"})

    shopify.control("customers/withhold")
    log = run("customers")

    assert "withholds name, e-mail and phone of 2 customers" in log.message
    assert link_of().customer.addresses.count() == 1
    assert party_of().name == "Kari Holm"
    silent = CustomerLink.objects.get(party=None)
    assert "protected customer data" in silent.reason
    shopify.control("customers/withhold", {"withheld": False})
    run("customers")
    assert party_of("new@example.com").name == "N"


def test_templates_and_tax_areas_decide_about_new_cards(
    shopify: Sandbox, shop: Shop, run: Run, own: CustomerSettings
) -> None:
    CustomerTemplate.objects.create(
        shop=shop, country="NO", vat_bus="EXPORT", currency="NOK", payment_terms="14D"
    )
    TaxArea.objects.create(shop=shop, country="CA", county="Ontario", vat_bus="CANADA")
    ottawa = {"address1": "1 Main St", "city": "Ottawa", "countryCode": "CA", "provinceCode": "ON"}
    settle(own, name_source="last_first", contact_source="none", county_source="name")
    shopify.control(
        "customers", [KARI, {"email": "c@example.com", "firstName": "C", "addresses": [ottawa]}]
    )

    run("customers")

    kari, canadian = party_of(), party_of("c@example.com")
    assert (kari.vat_bus, kari.currency, kari.payment_terms) == ("EXPORT", "NOK", "14D")
    assert (kari.name, kari.name_2, kari.contact) == ("Holm Kari", "Kari Holm", "")
    assert (canadian.vat_bus, canadian.county) == ("CANADA", "Ontario")


def test_one_that_no_card_can_be_made_for_is_listed_and_tried_again(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    long = f"{'x' * 80}@example.com"
    shopify.control("customers", [{"email": long, "firstName": "X"}, KARI])

    log = run("customers")

    assert log.counts == {"read": 2, "created": 1, "rejected": 1}
    issue = Issue.objects.get()
    assert "more than 80 characters" in issue.reason
    shopify.control("customers/edit", {"id": issue.gid, "email": "x@example.com"})
    run("customers")
    issue.refresh_from_db()
    assert issue.state == "resolved"
    assert party_of("x@example.com").name == "X"


def test_a_dry_run_tells_and_writes_nothing(
    shopify: Sandbox, books: Books, run: Run, own: CustomerSettings
) -> None:
    card(books, "K1", email="kari@example.com")
    shopify.control("customers", KARI)

    run("customers", dry_run="yes")

    assert not Customer.objects.exists()
    words = DryRunLine.objects.get().words
    assert words.startswith("Mapped to K1 by e-mail. ")
    assert "city: – → Trondheim" in words


def test_filters_leave_out_and_leave_the_cursor(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    shopify.control(
        "customers", [KARI, {"email": "d@example.com", "firstName": "D", "tags": ["vip"]}]
    )

    log = run("customers", filters={"tags": "*[vip]*"})

    assert log.counts == {"read": 2, "created": 1, "skipped": 1}
    assert Cursor.objects.get(report="customers").position is None
    run("customers")
    assert Customer.objects.count() == 2


def test_30110_countries_get_rows_that_change_nothing(
    shopify: Sandbox, shop: Shop, run: Run, own: CustomerSettings
) -> None:
    CustomerTemplate.objects.create(shop=shop, country="NO", default_customer_no="GUEST")

    assert run("countries").counts == {"read": 5, "created": 4, "unchanged": 1}

    assert run("countries").counts == {"read": 5, "unchanged": 5}
    name = shopify.place(customer=PERSON, shippingAddress={**HOME, "countryCode": "SE"})
    run("orders")
    run("documents")
    party = document_of(name).party
    assert party is not None
    assert party.name == "Kari Holm"
