"""The pages of Shopify customers: mapped by hand, from suggestions, created, taken off, added."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from connector.rolecenter.cues import CUES
from connector.sync.models import CustomerLink
from erp.customers import create_customer
from erp.drafts import AddressDraft, CustomerDraft
from erp.models import Company as Books
from erp.models import Party
from erp.setup import create_company
from jobqueue.models import JobQueueEntry
from shops.models import Customer, CustomerAddress, Shop
from tests import factories
from tests.factories import NOW


@pytest.fixture
def books(db: None) -> Books:
    return create_company("NORDLYS", "NOK")


@pytest.fixture
def shop(books: Books) -> Shop:
    return factories.make_shop()


@pytest.fixture
def ingrid(shop: Shop) -> Customer:
    customer = factories.make_customer(shop, phone="+4791234567")
    CustomerAddress.objects.create(
        customer=customer,
        gid="gid://shopify/MailingAddress/1",
        position=1,
        is_default=True,
        first_name="Ingrid",
        last_name="Solberg",
        address1="Storgata 8",
        city="Trondheim",
        country_code="NO",
    )
    return customer


def card(books: Books, no: str, name: str = "Ingrid Solberg", **values: str) -> Party:
    return create_customer(books, CustomerDraft(name=name, no=no, **values))  # type: ignore[arg-type]


def page_of(customer: Customer) -> str:
    return reverse("shopify-customer", args=[customer.pk])


def act(client: Client, customer: Customer, action: str, **data: str) -> str:
    address = reverse("shopify-customer-action", args=[customer.pk, action])
    return client.post(address, data, follow=True).content.decode()


def party_of(customer: Customer) -> Party | None:
    return CustomerLink.objects.get(customer=customer).party


def test_the_page_shows_shopify_beside_the_card_and_whom_it_may_be(
    ingrid: Customer, books: Books, given_kari: Client
) -> None:
    card(books, "K1", "Somebody", phone="91 23 45 67")  # the books name no country
    card(books, "K2", email="ingrid@example.com")
    card(books, "K3")

    text = given_kari.get(page_of(ingrid)).content.decode()

    assert "Storgata 8" in text
    assert text.index("K2 Ingrid Solberg") < text.index("K3 Ingrid Solberg")
    assert "K1" not in text


def test_one_is_mapped_by_number_or_words_and_taken_off(
    ingrid: Customer, books: Books, given_kari: Client
) -> None:
    wanted = card(books, "K1", "Holm AS")
    assert "Which one?" not in act(given_kari, ingrid, "map", party="holm")
    assert party_of(ingrid) == wanted
    assert CustomerLink.objects.get().how == "by hand"

    act(given_kari, ingrid, "unmap", seen=str(wanted.pk))

    assert party_of(ingrid) is None


def test_what_somebody_else_mapped_meanwhile_stays(
    ingrid: Customer, books: Books, given_kari: Client
) -> None:
    first, second = card(books, "K1"), card(books, "K2")
    act(given_kari, ingrid, "map", party="K1")

    text = act(given_kari, ingrid, "map", party=second.no)

    assert "Somebody has mapped this customer meanwhile" in text
    assert party_of(ingrid) == first


def test_a_card_is_created_of_what_is_known(ingrid: Customer, given_kari: Client) -> None:
    act(given_kari, ingrid, "create")

    party = party_of(ingrid)
    assert party is not None
    assert (party.name, party.city, party.email) == (
        "Ingrid Solberg",
        "Trondheim",
        "ingrid@example.com",
    )


def test_read_again_asks_for_just_this_customer(ingrid: Customer, given_kari: Client) -> None:
    act(given_kari, ingrid, "again")

    entry = JobQueueEntry.objects.get(kind="customers")
    assert entry.parameters["filters"] == {"gid": f"'{ingrid.gid}'"}


def test_without_the_rights_nothing_personal_is_shown_and_nothing_done(
    ingrid: Customer, books: Books, given_lars: Client
) -> None:
    wanted = card(books, "K1")

    text = given_lars.get(page_of(ingrid)).content.decode()

    assert "ingrid@example.com" not in text
    assert "Storgata" not in text
    address = reverse("shopify-customer-action", args=[ingrid.pk, "map"])
    assert given_lars.post(address, {"party": wanted.no}).status_code == 403
    lars = User.objects.get(username="lars")
    lars.user_permissions.add(Permission.objects.get(codename="change_customerlink"))
    create = reverse("shopify-customer-action", args=[ingrid.pk, "create"])
    assert given_lars.post(create).status_code == 403
    assert party_of(ingrid) is None


def test_suggestions_map_only_what_is_chosen(
    ingrid: Customer, shop: Shop, books: Books, given_kari: Client, given_lars: Client
) -> None:
    other = factories.make_customer(shop, first_name="Ola", email="ola@example.com")
    wanted = card(books, "K1", email="ingrid@example.com")
    card(books, "K2", "Ola Solberg")
    page = reverse("customer-suggestions", args=[shop.code])
    text = given_kari.get(page).content.decode()
    assert "K1 Ingrid Solberg (e-mail)" in text
    assert "K2 Ola Solberg (name)" in text

    given_kari.post(page, {f"link-{ingrid.link.pk}": str(wanted.pk), f"link-{other.link.pk}": ""})

    assert (party_of(ingrid), party_of(other)) == (wanted, None)
    assert given_kari.post(page, {f"link-{other.link.pk}": "999999"}).status_code == 404
    assert given_lars.get(page).status_code == 403


def test_the_cue_opens_exactly_its_rows(ingrid: Customer, shop: Shop, given_kari: Client) -> None:
    factories.make_customer(shop, gone_at=NOW)
    cue = next(cue for cue in CUES if cue.name == "unmapped_customers")

    listed = given_kari.get(cue.url).context["page"].object_list

    assert [row.pk for row in listed] == [ingrid.pk]
    assert cue.rows().count() == 1


def test_a_customer_card_says_where_it_is_and_is_added(
    ingrid: Customer, shop: Shop, books: Books, given_kari: Client, given_lars: Client
) -> None:
    party = card(books, "K|1", address=AddressDraft(country="NO"))  # type: ignore[arg-type]
    address = reverse("customer", args=[party.no])
    assert "Not in this shop." in given_kari.get(address).content.decode()
    add = reverse("customer-to-shopify", args=[party.no, shop.code])
    assert given_lars.post(add).status_code == 403

    given_kari.post(add)

    entry = JobQueueEntry.objects.get(kind="add_customers")
    assert entry.parameters["filters"] == {"no": "'K|1'"}
    act(given_kari, ingrid, "map", party=party.no)
    text = given_kari.get(address).content.decode()
    assert page_of(ingrid) in text
    assert "Add to Shopify" not in text


def test_i9_one_direction_switches_the_other_off(shop: Shop, given_kari: Client) -> None:
    from connector.management.shop_fields import BadField, set_fields
    from shops.forms import CustomerSettingsForm
    from shops.models import CustomerSettings

    set_fields(shop, ["shopify_can_update_customers=yes"])
    set_fields(shop, ["can_update_shopify_customers=yes"])

    own = CustomerSettings.objects.get()
    assert (own.shopify_can_update_customers, own.can_update_shopify_customers) == (False, True)
    with pytest.raises(BadField, match="exclude each other"):
        set_fields(shop, ["can_update_shopify_customers=yes", "shopify_can_update_customers=yes"])
    given = {
        name: CustomerSettingsForm(instance=own)[name].value()
        for name in CustomerSettingsForm.base_fields
    }
    form = CustomerSettingsForm(given | {"shopify_can_update_customers": True}, instance=own)
    assert form.is_valid(), form.errors
    form.save()
    own.refresh_from_db()
    assert (own.shopify_can_update_customers, own.can_update_shopify_customers) == (True, False)
