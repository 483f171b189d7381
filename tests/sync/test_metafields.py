"""Metafields of products: read in batches, sent when a person changed them, never twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connector.shopify.client import Client
from connector.shopify.errors import Unavailable, UserErrors
from connector.shopify.metafields import MetafieldInput
from connector.sync.errors import RecordError
from connector.sync.metafields import add_metafield, read_metafields, send_metafields
from connector.sync.models import Issue
from connector.sync.sessions import client_for
from erp.models import Company
from sandbox.store import Store
from shops.models import Metafield, Product, ProductSettings, Shop
from tests.sync.conftest import Run, Sandbox
from tests.sync.holding import Holding
from tests.sync.texts import edit, hang, make_item, mirrored, sends_products, values_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(shop: Shop) -> Client:
    sends_products(shop)
    return client_for(shop)


@pytest.fixture
def lamp(shop: Shop, store: Store, books: Company) -> Product:
    return mirrored(shop, store, "lamp", make_item(books, "LAMP"))


@pytest.fixture
def chair(shop: Shop, store: Store, books: Company) -> Product:
    return mirrored(shop, store, "chair", make_item(books, "CHAIR"))


def wanted(
    owner: str, key: str = "care", value: str = "Wash cold", digest: str = ""
) -> MetafieldInput:
    return MetafieldInput(owner, "custom", key, "single_line_text_field", value, digest)


def test_all_owners_are_read_in_one_call_and_a_second_time_nothing_is_written(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, lamp: Product, chair: Product
) -> None:
    gids = [lamp.gid, chair.gid, *chair.variants.values_list("gid", flat=True)]
    for gid in gids:
        hang(store, gid, "care", "Wash cold")
    hang(store, lamp.gid, "stars", '{"value": "4", "scale_min": "1", "scale_max": "5"}', "rating")
    hang(store, lamp.gid, "more", '["a"]', "list.single_line_text_field")
    hang(store, lamp.gid, "long", "x" * 5000, "multi_line_text_field")

    assert read_metafields(client, shop, gids) == 7
    assert shopify.calls()["MetafieldsOf"] == 1
    assert Metafield.objects.filter(owner_kind=Metafield.Owner.VARIANT).count() == 2
    kinds = dict(Metafield.objects.filter(owner_gid=lamp.gid).values_list("key", "type"))
    assert kinds["stars"] == "rating"
    assert kinds["more"] == "list.single_line_text_field"
    assert len(Metafield.objects.get(key="long").value) == 5000

    assert read_metafields(client, shop, gids) == 0


def test_more_metafields_than_fit_are_fetched(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, lamp: Product
) -> None:
    for number in range(101):
        hang(store, lamp.gid, f"k{number}", "x")

    assert read_metafields(client, shop, [lamp.gid]) == 101
    assert shopify.calls()["OwnerMetafields"] == 1


def test_what_was_changed_or_deleted_in_shopify_follows(
    shop: Shop, store: Store, client: Client, lamp: Product
) -> None:
    hang(store, lamp.gid, "care", "Wash cold")
    gone = hang(store, lamp.gid, "wool", "Merino")
    read_metafields(client, shop, [lamp.gid])
    hang(store, lamp.gid, "care", "Wash hot")
    store.remove(gone)

    read_metafields(client, shop, [lamp.gid])

    assert list(Metafield.objects.values_list("key", "value")) == [("care", "Wash hot")]


@pytest.mark.parametrize("sizes", [[24], [25], [25, 1], [25, 5], [25, 25], [25, 25, 1]])
def test_m4_twenty_five_go_in_a_call(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, lamp: Product, sizes: list[int]
) -> None:
    for number in range(sum(sizes)):
        hang(store, lamp.gid, f"k{number}", "old")
    read_metafields(client, shop, [lamp.gid])
    Metafield.objects.update(value="new", dirty=True)

    told = send_metafields(client, shop, [lamp], Holding())

    assert shopify.calls()["MetafieldsSet"] == len(sizes)
    assert told[lamp.gid].sent == sum(sizes)
    assert set(values_of(store, lamp.gid).values()) == {"new"}
    assert not Metafield.objects.filter(dirty=True).exists()


def test_nothing_is_asked_where_nothing_waits(
    shop: Shop, shopify: Sandbox, client: Client, lamp: Product
) -> None:
    assert send_metafields(client, shop, [lamp], Holding()) == {}
    assert shopify.calls() == {}


def test_a_change_is_sent_once_with_a_variant_s_under_its_product(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, chair: Product
) -> None:
    red = chair.variants.order_by("pk")[0]
    hang(store, red.gid, "care", "Wash cold")
    read_metafields(client, shop, [red.gid])
    edit("care", "Dust")

    told = send_metafields(client, shop, [chair], Holding())

    assert told[chair.gid].sent == 1
    assert values_of(store, red.gid) == {"care": "Dust"}
    assert send_metafields(client, shop, [chair], Holding()) == {}
    assert read_metafields(client, shop, [red.gid]) == 0  # our row says what Shopify says
    assert shopify.calls()["MetafieldsSet"] == 1


def test_one_that_is_refused_says_why_and_does_not_block_the_others(
    shop: Shop, store: Store, client: Client, lamp: Product
) -> None:
    hang(store, lamp.gid, "care", "Wash cold")
    hang(store, lamp.gid, "size", "12", "number_integer")
    read_metafields(client, shop, [lamp.gid])
    edit("care", "Dust")
    edit("size", "many")

    told = send_metafields(client, shop, [lamp], Holding())

    assert told[lamp.gid].sent == 1
    [reason] = told[lamp.gid].refused
    assert "custom.size" in reason
    assert "Value must be an integer." in reason
    row = Metafield.objects.get(key="size")
    assert row.dirty
    assert "Value must be an integer." in row.refusal

    edit("size", "13")
    assert send_metafields(client, shop, [lamp], Holding())[lamp.gid].sent == 1
    assert values_of(store, lamp.gid) == {"care": "Dust", "size": "13"}
    assert Metafield.objects.get(key="size").refusal == ""


def test_what_was_changed_in_shopify_meanwhile_is_not_written_over(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, lamp: Product
) -> None:
    hang(store, lamp.gid, "care", "Wash cold")
    read_metafields(client, shop, [lamp.gid])
    edit("care", "Dust")
    hang(store, lamp.gid, "care", "Wash hot")

    told = send_metafields(client, shop, [lamp], Holding())

    assert "Wash hot" in told[lamp.gid].refused[0]
    row = Metafield.objects.get()
    assert (row.value, row.stale, row.dirty) == ("Dust", True, True)
    assert values_of(store, lamp.gid) == {"care": "Wash hot"}
    assert send_metafields(client, shop, [lamp], Holding()) == {}  # waits for a person

    Metafield.objects.update(stale=False)  # who saved it again, having seen Shopify's
    assert send_metafields(client, shop, [lamp], Holding())[lamp.gid].sent == 1
    assert values_of(store, lamp.gid) == {"care": "Dust"}


def test_what_was_deleted_in_shopify_meanwhile_waits_for_a_person(
    shop: Shop, store: Store, client: Client, lamp: Product
) -> None:
    gid = hang(store, lamp.gid, "care", "Wash cold")
    read_metafields(client, shop, [lamp.gid])
    edit("care", "Dust")
    store.remove(gid)

    read_metafields(client, shop, [lamp.gid])

    row = Metafield.objects.get()
    assert (row.gid, row.digest, row.stale) == ("", "", True)
    assert "deleted in Shopify" in row.refusal
    Metafield.objects.update(stale=False)
    assert send_metafields(client, shop, [lamp], Holding())[lamp.gid].sent == 1
    assert values_of(store, lamp.gid) == {"care": "Dust"}


def test_an_answer_that_was_lost_counts_once_shopify_was_looked_at(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, lamp: Product
) -> None:
    hang(store, lamp.gid, "care", "Wash cold")
    read_metafields(client, shop, [lamp.gid])
    edit("care", "Dust")
    shopify.faults({"kind": "reset_after", "root": "metafieldsSet", "times": 1})
    with pytest.raises(Unavailable):
        send_metafields(client, shop, [lamp], Holding())
    assert Metafield.objects.get().dirty  # nothing is recorded that was not confirmed
    assert values_of(store, lamp.gid) == {"care": "Dust"}

    told = send_metafields(client, shop, [lamp], Holding())

    assert (told[lamp.gid].sent, told[lamp.gid].refused) == (1, [])
    assert not Metafield.objects.get().dirty


def test_deleting_takes_it_away_in_shopify_and_only_then_here(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, lamp: Product
) -> None:
    hang(store, lamp.gid, "care", "Wash cold")
    hang(store, lamp.gid, "wool", "Merino")
    read_metafields(client, shop, [lamp.gid])
    Metafield.objects.filter(key="wool").update(deleted=True)

    told = send_metafields(client, shop, [lamp], Holding())

    assert told[lamp.gid].sent == 1
    assert values_of(store, lamp.gid) == {"care": "Wash cold"}
    assert list(Metafield.objects.values_list("key", flat=True)) == ["care"]


@pytest.mark.parametrize(
    "off",
    [
        {"sync_metafields": False},
        {"sync_item": ProductSettings.SyncItem.FROM_SHOPIFY},
        {"can_update_shopify_products": False},
    ],
)
def test_nothing_is_sent_where_the_shop_says_no(
    shop: Shop,
    shopify: Sandbox,
    store: Store,
    client: Client,
    lamp: Product,
    off: dict[str, object],
) -> None:
    hang(store, lamp.gid, "care", "Wash cold")
    read_metafields(client, shop, [lamp.gid])
    edit("care", "Dust")
    ProductSettings.objects.filter(shop=shop).update(**off)

    assert send_metafields(client, shop, [lamp], Holding()) == {}
    assert "MetafieldsSet" not in shopify.calls()


def test_the_queries_do_not_grow_with_the_products(
    shop: Shop, shopify: Sandbox, store: Store, client: Client, lamp: Product, chair: Product
) -> None:
    counts: list[int] = []
    for products in ([lamp], [lamp, chair]):
        for product in products:
            hang(store, product.gid, "care", "Wash cold")
            read_metafields(client, shop, [product.gid])
        Metafield.objects.update(value=f"Dust {len(counts)}", dirty=True)
        with CaptureQueriesContext(connection) as queries:
            send_metafields(client, shop, products, Holding())
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_m3_a_new_one_is_kept_only_when_shopify_took_it(
    shop: Shop, store: Store, client: Client, lamp: Product
) -> None:
    row = add_metafield(client, shop, wanted(lamp.gid))
    assert values_of(store, lamp.gid) == {"care": "Wash cold"}
    assert (row.owner_kind, row.dirty, bool(row.gid)) == (Metafield.Owner.PRODUCT, False, True)

    with pytest.raises(UserErrors, match="Owner does not exist"):
        add_metafield(client, shop, wanted("gid://shopify/Product/1"))
    assert Metafield.objects.count() == 1


def test_m3_one_that_is_there_in_shopify_is_not_written_over(
    shop: Shop, store: Store, client: Client, lamp: Product
) -> None:
    hang(store, lamp.gid, "care", "Wash hot")

    with pytest.raises(UserErrors):
        add_metafield(client, shop, wanted(lamp.gid))

    assert values_of(store, lamp.gid) == {"care": "Wash hot"}
    assert not Metafield.objects.exists()


def test_m8_an_amount_in_another_currency_is_not_even_sent(
    shop: Shop, shopify: Sandbox, client: Client, lamp: Product
) -> None:
    value = '{"amount": "1.00", "currency_code": "USD"}'

    with pytest.raises(RecordError, match="USD"):
        add_metafield(client, shop, replace(wanted(lamp.gid, value=value), type="money"))

    assert shopify.calls() == {}


def test_the_report_sends_and_lists_what_was_refused(
    shopify: Sandbox, store: Store, run: Run, client: Client, lamp: Product, chair: Product
) -> None:
    hang(store, lamp.gid, "care", "Wash cold")
    hang(store, chair.gid, "size", "12", "number_integer")
    read_metafields(client, lamp.shop, [lamp.gid, chair.gid])
    edit("care", "Dust")
    edit("size", "many")

    log = run("product_texts")

    assert log.counts == {"read": 2, "updated": 1, "rejected": 1}
    issue = Issue.objects.open().get()
    assert (issue.ref, "must be an integer" in issue.reason) == ("Chair", True)

    edit("size", "13")
    assert run("product_texts").counts == {"read": 2, "updated": 1, "unchanged": 1}
    assert not Issue.objects.open().exists()
    sent = shopify.mutations()
    assert run("product_texts").counts == {"read": 2, "unchanged": 2}
    assert shopify.mutations() == sent


def test_a_dry_run_says_what_would_be_sent(
    shop: Shop, shopify: Sandbox, store: Store, run: Run, client: Client, lamp: Product
) -> None:
    hang(store, lamp.gid, "care", "Wash cold")
    read_metafields(client, shop, [lamp.gid])
    edit("care", "Dust")

    log = run("product_texts", dry_run="yes")

    assert log.counts == {"read": 1, "updated": 1}
    assert "custom.care" in shop.runs.latest("pk").dry_run_lines.get().words
    assert Metafield.objects.get().dirty
    assert shopify.mutations() == 0


def test_the_report_takes_what_was_asked_for_and_nothing_where_shopify_leads(
    shop: Shop, run: Run, client: Client, lamp: Product, chair: Product
) -> None:
    assert run("product_texts", filters={"title": "Lam*"}).counts == {"read": 1, "unchanged": 1}
    assert run("product_texts", filters={"item": "CHAIR"}).counts == {"read": 1, "unchanged": 1}

    ProductSettings.objects.update(sync_item=ProductSettings.SyncItem.FROM_SHOPIFY)
    assert run("product_texts").counts == {}
