"""30100 to Shopify and 30112: cards are told, customers added, nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from connector.pages.issue_retries import retry
from connector.shopify.errors import Unavailable
from connector.sync.models import CustomerLink, DryRunLine, Issue
from erp.customers import create_customer
from erp.drafts import AddressDraft, CustomerDraft
from erp.models import Company as Books
from erp.models import CompanyInformation, Party
from jobqueue.models import JobQueueEntry
from jobqueue.runner import run_entry
from sandbox.records.customer import Customer as CustomerRecord
from sandbox.store import Store
from shops.models import Customer, CustomerSettings, Shop
from tests.sync.conftest import Run, Sandbox
from tests.sync.test_customers import HOME, KARI, link_of, party_of

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = AddressDraft(
    address="Storgata 8", post_code="7011", city="Trondheim", country="NO", contact="Kari Holm"
)


@pytest.fixture
def own(shop: Shop, books: Books) -> CustomerSettings:
    CompanyInformation.objects.create(company=books, country="NO")
    return CustomerSettings.objects.create(
        shop=shop, customer_import="all", can_update_shopify_customers=True
    )


@pytest.fixture
def linked(shopify: Sandbox, run: Run, own: CustomerSettings) -> Party:
    """Kari, who came in and has a card."""
    shopify.control("customers", KARI)
    run("customers", direction="from_shopify")
    return party_of()


def change(party: Party, **values: Any) -> None:
    Party.objects.filter(pk=party.pk).update(**values)


def record(store: Store, email: str = "kari@example.com") -> CustomerRecord:
    return next(one for one in store.customers() if one.email == email)


def card(books: Books, no: str, **values: Any) -> Party:
    return create_customer(
        books, CustomerDraft(**{"no": no, "name": no, "address": PLACE, **values})
    )


def told(shopify: Sandbox) -> list[Any]:
    return [(m["operation"], m["variables"]) for m in shopify.state()["mutations"]]


def test_only_what_differs_is_told_and_only_once(
    shopify: Sandbox, store: Store, run: Run, linked: Party
) -> None:
    assert run("customers", direction="to_shopify").counts == {}
    change(linked, city="Bergen", post_code="5003", name="Kari Berg", contact="Kari Berg")

    assert run("customers", direction="to_shopify").counts == {"read": 1, "updated": 1}

    (first, address), (second, customer) = told(shopify)
    assert (first, second) == ("CustomerAddressUpdate", "CustomerUpdate")
    assert address["address"] == {
        "lastName": "Berg",
        "zip": "5003",
        "city": "Bergen",
    }
    assert customer["input"] == {
        "id": link_of().customer.gid,
        "lastName": "Berg",
    }
    assert link_of().customer.addresses.get().city == "Bergen"
    assert run("customers", direction="to_shopify").counts == {}
    assert shopify.mutations() == 2


def test_what_we_told_is_no_news_when_it_comes_back(
    shopify: Sandbox, run: Run, linked: Party
) -> None:
    change(linked, city="Bergen")
    run("customers", direction="to_shopify")

    log = run("customers", direction="from_shopify")

    assert log.counts == {"read": 1, "unchanged": 1}


def test_a_name_keeps_the_split_that_shopify_has(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    shopify.control("customers", KARI | {"firstName": "Anna Maria", "lastName": "Holm"})
    run("customers", direction="from_shopify")

    assert run("customers", direction="to_shopify").counts == {}


def test_a_customer_without_an_address_gets_one(
    shopify: Sandbox, store: Store, run: Run, own: CustomerSettings
) -> None:
    shopify.control("customers", KARI | {"addresses": []})
    run("customers", direction="from_shopify")
    change(party_of(), address="Storgata 8", city="Trondheim", country="NO")

    run("customers", direction="to_shopify")

    [address] = record(store).addresses
    assert (address.address1, address.country_code) == ("Storgata 8", "NO")
    assert run("customers", direction="to_shopify").counts == {}


def test_i5_a_bad_card_is_listed_and_the_others_go_on(
    shopify: Sandbox, store: Store, run: Run, linked: Party
) -> None:
    crete = {"address1": "A", "city": "Chania", "countryCode": "GR", "provinceCode": "KRI"}
    attica = {"address1": "B", "city": "Athens", "countryCode": "GR", "provinceCode": "ATT"}
    shopify.control("customers", {"email": "e@example.com", "firstName": "E", "addresses": [crete]})
    shopify.control(
        "customers", {"email": "a@example.com", "firstName": "A", "addresses": [attica]}
    )
    run("customers", direction="from_shopify")
    change(linked, country="XX", city="Bergen")
    change(party_of("e@example.com"), country="EL", county="att")

    log = run("customers", direction="to_shopify")

    assert log.counts == {"read": 2, "updated": 1, "rejected": 1}
    assert "“XX” is no country" in Issue.objects.get().reason
    [address] = record(store, "e@example.com").addresses
    assert (address.country_code, address.province) == ("GR", "Attica")
    change(linked, country="NO", city="Trondheim")
    run("customers", direction="to_shopify")
    assert Issue.objects.get().state == "resolved"


def test_what_shopify_refuses_is_said_and_not_recorded(
    shopify: Sandbox, run: Run, linked: Party
) -> None:
    shopify.control("customers", {"email": "taken@example.com", "firstName": "T"})
    change(linked, email="taken@example.com; second@example.com")

    log = run("customers", direction="to_shopify")

    assert log.counts == {"read": 1, "rejected": 1}
    assert Issue.objects.get().reason == "Email has already been taken"
    assert link_of().customer.email == "kari@example.com"


def test_both_ways_in_one_run_and_then_the_other(
    shopify: Sandbox, run: Run, own: CustomerSettings
) -> None:
    run("customers")

    entry = JobQueueEntry.objects.get(kind="customers", parameters__options__direction="to_shopify")
    assert entry.parameters["options"] == {"direction": "to_shopify", "retry": "due"}
    CustomerSettings.objects.update(customer_import="none")
    JobQueueEntry.objects.all().delete()
    shopify.control("customers", KARI)
    assert run("customers").counts == {}
    assert not Customer.objects.exists()


def test_a_dry_run_to_shopify_sends_and_keeps_nothing(
    shopify: Sandbox, run: Run, linked: Party
) -> None:
    change(linked, city="Bergen")

    run("customers", direction="to_shopify", dry_run="yes")

    assert shopify.mutations() == 0
    assert "address.city: Bergen" in DryRunLine.objects.get().words


def test_i12_30112_adds_a_customer_with_the_first_of_several_e_mails(
    shopify: Sandbox, store: Store, books: Books, run: Run, own: CustomerSettings
) -> None:
    card(books, "K1", name="Holm AS", email=" a@example.com;b@example.com", phone="91 23 45 67")

    log = run("add_customers", filters={"no": "K1"})

    assert log.counts == {"read": 1, "created": 1}
    made = record(store, "a@example.com")
    assert (made.first_name, made.last_name, made.phone) == ("Kari", "Holm", "+4791234567")
    assert made.address is not None
    assert (made.address.company, made.address.city) == ("Holm AS", "Trondheim")
    link = link_of("a@example.com")
    assert (link.how, link.party and link.party.no) == ("added to Shopify", "K1")
    assert run("add_customers", filters={"no": "K1"}).counts == {}
    assert run("customers", direction="from_shopify").counts == {"read": 1, "unchanged": 1}
    assert run("customers", direction="to_shopify").counts == {}


def test_30112_links_who_is_there_and_skips_who_is_somebody_else(
    shopify: Sandbox, books: Books, run: Run, linked: Party
) -> None:
    card(books, "K2", email="new@example.com", phone="+47 91 23 45 67")
    shopify.control("customers", {"email": "Ola@example.com", "firstName": "Ola"})
    card(books, "K3", email="ola@example.com")
    card(books, "K4")

    log = run("add_customers", filters={"no": "K*"})

    assert log.counts == {"read": 3, "updated": 1, "skipped": 2}
    reasons = {issue.ref: issue.reason for issue in Issue.objects.all()}
    assert reasons["K2 K2"].endswith(f"it stands for {linked}.")
    assert reasons["K4 K4"] == "K4 K4 has no e-mail: enter one on the card."
    assert link_of("Ola@example.com").how == "e-mail"
    assert shopify.mutations() == 0


def test_30112_what_failed_is_tried_again_by_itself(
    shopify: Sandbox, books: Books, run: Run, own: CustomerSettings
) -> None:
    mended = card(books, "K1")
    card(books, "X1", email="x@example.com")  # nobody has asked for this one
    run("add_customers", filters={"no": "K*"})
    change(mended, email="k@example.com")

    retry(Issue.objects.all(), by_id=None)
    run_entry(JobQueueEntry.objects.get(kind="add_customers", status="ready").pk)

    assert shopify.state()["counts"]["Customer"] == 1
    assert Issue.objects.get().state == "resolved"


def test_30112_a_crash_between_creating_and_recording_makes_no_double(
    shopify: Sandbox,
    books: Books,
    run: Run,
    own: CustomerSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    card(books, "K1", email="a@example.com")
    with monkeypatch.context() as patch:

        def lost(*_args: Any) -> None:
            raise Unavailable("The power went.")

        patch.setattr("connector.sync.reports.add_customers.AddCustomers._keep", lost)
        run("add_customers", filters={"no": "K1"})
    assert shopify.state()["counts"]["Customer"] == 1
    assert not CustomerLink.objects.exists()

    run("add_customers", filters={"no": "K*"})

    assert shopify.state()["counts"]["Customer"] == 1
    assert link_of("a@example.com").how == "e-mail"


def test_30112_two_cards_with_one_e_mail_are_not_guessed_between(
    shopify: Sandbox, books: Books, run: Run, own: CustomerSettings
) -> None:
    shopify.control("customers", {"email": "a@example.com", "firstName": "A"})
    for no in ("K1", "K2"):
        card(books, no, email="a@example.com")

    assert run("add_customers", filters={"no": "K*"}).counts == {"read": 2, "rejected": 2}

    assert not CustomerLink.objects.filter(state="mapped").exists()


def test_home_is_a_place() -> None:
    assert HOME["countryCode"] == PLACE.country
