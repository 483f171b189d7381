"""H1–H3, H6 and 15.2: pictures of items come to products, each content once, and are kept in step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from connector.pages.issue_retries import retry
from connector.pages.shops import all_of
from connector.sync.images_to_shopify import ImagesToShopify
from connector.sync.models import Issue, MediaLink
from connector.sync.pictured import pictured
from erp.models import Company, Item, ItemVariant
from erp.pictures import add_picture, arrange_pictures, delete_picture, describe_picture
from sandbox.records.media import Media
from sandbox.store import Store
from shops.models import Product, Shop, Variant
from tests.sync.conftest import Run, Sandbox
from tests.sync.picture_world import (
    direction,
    item_for,
    map_variant,
    mirrored,
    record,
)
from tests.sync.pictures import png
from tests.sync.test_shipments import again

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits; returns the seconds that would have been waited."""
    waited: list[float] = []
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("connector.shopify.files.PAUSE", 0.0)
    monkeypatch.setattr(ImagesToShopify, "wait", waited.append)
    return waited


@pytest.fixture
def lamp(shop: Shop, store: Store, books: Company) -> Item:
    direction(shop, "to_shopify")
    item = item_for(books, "LAMP")
    mirrored(shop, store, "lamp", item)
    return item


@pytest.fixture
def chair(shop: Shop, store: Store, books: Company) -> Item:
    """Its red and its blue are variants of the item."""
    direction(shop, "to_shopify")
    item = item_for(books, "CHAIR", "RED", "BLUE")
    mirrored(shop, store, "chair", item)
    map_variant("CHAIR-RED", item, "RED")
    map_variant("CHAIR-BLUE", item, "BLUE")
    return item


def shown(store: Store, handle: str) -> list[Media]:
    found = [store.records[gid] for gid in record(store, handle).media_gids]
    return [media for media in found if isinstance(media, Media)]


def alts(store: Store, handle: str) -> list[str]:
    return [media.alt for media in shown(store, handle)]


def of_variant(store: Store, sku: str) -> list[str]:
    """What the variant shows, by its text."""
    _product, variant = store.variants_by_sku()[sku]
    found = [store.records[gid] for gid in variant.media_gids]
    return [media.alt for media in found if isinstance(media, Media)]


def variant(item: Item, code: str) -> ItemVariant:
    return ItemVariant.objects.get(item=item, code=code)


def merchants_own(store: Store, handle: str, alt: str = "Merchant's") -> Media:
    now, known = store.clock.now(), record(store, handle)
    media = Media(
        store.new_gid("MediaImage"),
        "https://x/own.png",
        now,
        now,
        alt,
        "READY",
        "https://x/own.png",
    )
    store.put(media)
    store.put(replace(known, media_gids=(*known.media_gids, media.gid), updated_at=now))
    return media


def new_mutations(shopify: Sandbox) -> Callable[[], list[str]]:
    """Names the mutations since it was made."""
    before = shopify.mutations()
    return lambda: [m["operation"] for m in shopify.state()["mutations"][before:]]


# -- what is sent


def test_all_pictures_of_an_item_come_to_its_product_with_order_text_and_content(
    lamp: Item, store: Store, run: Run
) -> None:
    add_picture(lamp, png("front"), description='A "lamp" 💡 <b>')
    add_picture(lamp, png("back"))

    log = run("images")

    assert log.counts["updated"] >= 1
    assert [(m.alt, m.status, m.content) for m in shown(store, "lamp")] == [
        ('A "lamp" 💡 <b>', "READY", png("front")),
        ("", "READY", png("back")),
    ]
    assert list(MediaLink.objects.order_by("position").values_list("state", "alt")) == [
        ("shown", 'A "lamp" 💡 <b>'),
        ("shown", ""),
    ]


def test_h1_the_picture_of_an_item_variant_is_uploaded_and_shown_by_its_variant(
    chair: Item, store: Store, run: Run
) -> None:
    picture = add_picture(chair, png("red"), variant=variant(chair, "RED"), description="Red")

    run("images")

    assert (alts(store, "chair"), of_variant(store, "CHAIR-RED")) == (["Red"], ["Red"])
    assert of_variant(store, "CHAIR-BLUE") == []
    link = MediaLink.objects.get()
    assert (link.sha256, link.state) == (picture.sha256, "shown")
    assert link.variant_gids == [Variant.objects.get(sku="CHAIR-RED").gid]


def test_h1_a_variant_that_is_another_item_shows_that_items_picture(
    shop: Shop, store: Store, books: Company, run: Run
) -> None:
    direction(shop, "to_shopify")
    red, blue = item_for(books, "R"), item_for(books, "B")
    mirrored(shop, store, "chair", red)
    map_variant("CHAIR-RED", red)
    map_variant("CHAIR-BLUE", blue)
    add_picture(red, png("red"), description="Red")
    add_picture(blue, png("blue"), description="Blue")

    run("images")

    assert alts(store, "chair") == ["Red", "Blue"]
    assert (of_variant(store, "CHAIR-RED"), of_variant(store, "CHAIR-BLUE")) == ([], ["Blue"])


def test_the_same_picture_of_item_and_variants_is_uploaded_once(
    chair: Item, store: Store, run: Run
) -> None:
    for place in (None, variant(chair, "RED"), variant(chair, "BLUE")):
        add_picture(chair, png("same"), variant=place, description="Same")

    run("images")

    assert alts(store, "chair") == ["Same"]
    assert of_variant(store, "CHAIR-RED") == of_variant(store, "CHAIR-BLUE") == ["Same"]


def test_h2_the_same_pictures_again_make_no_call_and_write_no_row(
    chair: Item, shopify: Sandbox, run: Run
) -> None:
    add_picture(chair, png("front"))
    add_picture(chair, png("red"), variant=variant(chair, "RED"))
    run("images")
    calls, rows = shopify.calls(), list(MediaLink.objects.values())

    log = run("images")

    assert (shopify.calls(), list(MediaLink.objects.values())) == (calls, rows)
    assert log.counts.get("read", 0) == 0


# -- what changes


def test_h3_a_changed_picture_takes_the_place_of_the_one_that_was_ours(
    chair: Item, store: Store, run: Run
) -> None:
    own = merchants_own(store, "chair")
    old = add_picture(chair, png("old"), variant=variant(chair, "RED"), description="Old")
    run("images")
    assert of_variant(store, "CHAIR-RED") == ["Old"]

    delete_picture(old)
    add_picture(chair, png("new"), variant=variant(chair, "RED"), description="New")
    run("images")

    assert (alts(store, "chair"), of_variant(store, "CHAIR-RED")) == (
        ["Merchant's", "New"],
        ["New"],
    )
    assert own.gid in store.records
    assert MediaLink.objects.count() == 1


def test_a_replaced_picture_goes_only_when_its_successor_is_ready(
    lamp: Item, store: Store, run: Run, quick: list[float]
) -> None:
    old = add_picture(lamp, png("old"), description="Old")
    run("images")
    store.jobs.held = True
    delete_picture(old)
    add_picture(lamp, png("new"), description="New")

    log = run("images")

    assert alts(store, "lamp") == ["Old", "New"]
    assert "still processing 1 picture" in log.message
    assert quick[-4:] == [1.0, 2.0, 4.0, 8.0]  # a bounded wait

    store.jobs.held = False
    run("images")
    assert alts(store, "lamp") == ["New"]


def test_a_picture_that_is_gone_is_removed_and_the_merchants_own_stays(
    lamp: Item, store: Store, run: Run
) -> None:
    merchants_own(store, "lamp")
    picture = add_picture(lamp, png("front"), description="Front")
    run("images")

    delete_picture(picture)
    run("images")

    assert alts(store, "lamp") == ["Merchant's"]
    assert MediaLink.objects.count() == 0


def test_a_new_order_moves_ours_and_leaves_the_merchants_own_where_it_is(
    lamp: Item, store: Store, shopify: Sandbox, run: Run
) -> None:
    one = add_picture(lamp, png("1"), description="1")
    run("images")
    merchants_own(store, "lamp")
    two = add_picture(lamp, png("2"), description="2")
    run("images")
    assert alts(store, "lamp") == ["1", "Merchant's", "2"]
    sent = new_mutations(shopify)

    arrange_pictures([two, one])
    run("images")

    assert alts(store, "lamp") == ["2", "Merchant's", "1"]
    assert sent() == ["ProductMediaReorder"]


def test_a_changed_text_is_one_call(lamp: Item, store: Store, shopify: Sandbox, run: Run) -> None:
    picture = add_picture(lamp, png("1"), description="Before")
    add_picture(lamp, png("2"), description="Same")
    run("images")
    sent = new_mutations(shopify)

    describe_picture(picture, "After")
    run("images")

    assert (alts(store, "lamp"), sent()) == (["After", "Same"], ["FileUpdate"])


def test_a_variant_without_a_picture_of_its_own_no_longer_shows_one(
    chair: Item, store: Store, run: Run
) -> None:
    add_picture(chair, png("red"), description="Red")
    own = add_picture(chair, png("red"), variant=variant(chair, "RED"), description="Red")
    run("images")
    assert of_variant(store, "CHAIR-RED") == ["Red"]

    delete_picture(own)
    run("images")

    assert (alts(store, "chair"), of_variant(store, "CHAIR-RED")) == (["Red"], [])


def test_what_came_from_shopify_is_neither_sent_back_nor_removed(
    lamp: Item, store: Store, shopify: Sandbox, run: Run
) -> None:
    own = merchants_own(store, "lamp", "Own")
    picture = add_picture(lamp, png("own"), description="Own")
    MediaLink.objects.create(
        product=Product.objects.get(),
        origin="shopify",
        sha256=picture.sha256,
        media_gid=own.gid,
        state="shown",
        alt="Own",
        position=1,
        changed_at=store.clock.now(),
    )
    sent = new_mutations(shopify)

    run("images")
    delete_picture(picture)
    run("images")

    assert (sent(), alts(store, "lamp")) == ([], ["Own"])


def test_what_the_merchant_removed_stays_removed_until_all_is_compared(
    lamp: Item, store: Store, run: Run
) -> None:
    add_picture(lamp, png("1"), description="1")
    add_picture(lamp, png("2"), description="2")
    run("images")
    (first, second) = record(store, "lamp").media_gids
    store.put(replace(record(store, "lamp"), media_gids=(second,)))
    store.remove(first)

    add_picture(lamp, png("3"), description="3")
    run("images")
    assert alts(store, "lamp") == ["2", "3"]
    assert MediaLink.objects.filter(state="removed").count() == 1

    run("images", full="yes")
    assert alts(store, "lamp") == ["1", "2", "3"]


def test_after_both_ways_a_picture_that_is_nowhere_is_sent_under_its_own_row(
    lamp: Item, store: Store, run: Run
) -> None:
    picture = add_picture(lamp, png("1"), description="1")
    for number, (origin, state) in enumerate((("shopify", "removed"), ("books", "failed"))):
        MediaLink.objects.create(
            product=Product.objects.get(),
            origin=origin,
            sha256=picture.sha256,
            state=state,
            position=number,
            changed_at=store.clock.now(),
        )

    run("images", full="yes")

    assert alts(store, "lamp") == ["1"]
    assert MediaLink.objects.get(state="shown").origin == "books"


# -- what fails


def test_h6_an_upload_that_is_refused_is_not_recorded_as_sent_and_is_listed(
    lamp: Item, store: Store, shopify: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_picture(lamp, png("front"), description="Front")
    place = store.uploads.place
    monkeypatch.setattr(store.uploads, "place", lambda *args: f"no-such-{place(*args)}")

    log = run("images")

    assert log.counts["rejected"] == 1
    link = MediaLink.objects.get()
    assert (link.state, link.media_gid) == ("failed", "")
    assert "403" in link.problem
    assert "403" in Issue.objects.get().reason
    assert "ProductMediaAdd" not in shopify.calls()

    monkeypatch.undo()
    run("images", retry="due")
    assert alts(store, "lamp") == []  # its next try is not due
    run("images")
    assert alts(store, "lamp") == ["Front"]
    assert Issue.objects.get().state == "resolved"


def test_a_picture_that_shopify_would_not_take_is_not_sent_and_holds_up_no_other(
    lamp: Item, store: Store, shopify: Sandbox, run: Run
) -> None:
    add_picture(lamp, png("wide", width=6000), description="Wide")
    add_picture(lamp, png("good"), description="Good")

    run("images")

    assert alts(store, "lamp") == ["Good"]
    assert "Picture 1: The picture has 6000 × 8 pixels" in Issue.objects.get().reason
    sent = new_mutations(shopify)
    run("images", retry="due")
    assert sent() == []
    assert Issue.objects.get().state == "open"


def test_what_shopify_finds_wrong_later_is_listed_and_taken_away(
    lamp: Item, store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_picture(lamp, png("front"), description="Front")
    content = store.uploads.found
    monkeypatch.setattr(store.uploads, "found", lambda *args: (content(*args)[0], b"spoilt"))

    run("images")

    assert alts(store, "lamp") == []
    assert "not supported" in Issue.objects.get().reason
    link = MediaLink.objects.get()
    assert (link.state, link.media_gid) == ("failed", "")
    monkeypatch.undo()
    run("images")
    assert alts(store, "lamp") == ["Front"]


def test_a_file_that_is_gone_is_told(lamp: Item, store: Store, run: Run, tmp_path: Path) -> None:
    picture = add_picture(lamp, png("front"))
    (tmp_path / picture.path).unlink()

    run("images")

    assert "The file of the picture is gone" in Issue.objects.get().reason
    assert alts(store, "lamp") == []


def test_a_product_that_is_gone_is_told_and_holds_up_no_other(
    lamp: Item, chair: Item, store: Store, run: Run
) -> None:
    for item in (lamp, chair):
        add_picture(item, png(item.no), description=item.no)
    store.remove(record(store, "lamp").gid)

    run("images")

    assert "no longer exists in Shopify" in Issue.objects.get().reason
    assert alts(store, "chair") == ["CHAIR"]


def test_one_refusal_of_several_is_found_and_the_others_go(
    chair: Item, store: Store, shopify: Sandbox, run: Run
) -> None:
    for code in ("RED", "BLUE"):
        add_picture(chair, png(code), variant=variant(chair, code), description=code)
    Variant.objects.filter(sku="CHAIR-RED").update(gid="gid://shopify/ProductVariant/1")

    run("images")

    assert (of_variant(store, "CHAIR-RED"), of_variant(store, "CHAIR-BLUE")) == ([], ["BLUE"])
    assert "Shopify refused" in Issue.objects.get().reason


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_after_a_lost_answer_shopify_is_looked_at_before_anything_is_sent_again(
    kind: str, lamp: Item, store: Store, shopify: Sandbox, run: Run
) -> None:
    add_picture(lamp, png("1"), description="1")
    add_picture(lamp, png("2"), description="2")
    shopify.faults({"kind": kind, "operation": "ProductMediaAdd", "nth": 1})
    log = run("images")
    assert log.will_retry
    assert set(MediaLink.objects.values_list("state", flat=True)) == {"uploading"}

    again(log)  # what is still being processed cannot be recognised at once

    assert alts(store, "lamp") == ["1", "2"]
    assert set(MediaLink.objects.values_list("state", flat=True)) == {"shown"}
    assert MediaLink.objects.count() == 2


def test_a_failing_issue_that_is_tried_again_by_hand_sends_the_picture(
    lamp: Item, store: Store, run: Run, tmp_path: Path
) -> None:
    picture = add_picture(lamp, png("front"), description="Front")
    content = (tmp_path / picture.path).read_bytes()
    (tmp_path / picture.path).unlink()
    run("images")
    (tmp_path / picture.path).write_bytes(content)

    retry([Issue.objects.get()], by_id=None)
    run("images", retry="due")

    assert alts(store, "lamp") == ["Front"]


# -- how it is asked for


def test_a_dry_run_says_what_it_would_do_and_does_nothing(
    lamp: Item, shopify: Sandbox, run: Run
) -> None:
    add_picture(lamp, png("front"))

    log = run("images", dry_run="yes")

    assert log.counts["updated"] == 1
    assert shopify.mutations() == 0
    assert MediaLink.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"), [("title", "Lamp"), ("sku", "LAMP"), ("item_no", "LAMP")]
)
def test_filters_choose_products(
    field: str, value: str, lamp: Item, chair: Item, store: Store, run: Run
) -> None:
    for item in (lamp, chair):
        add_picture(item, png(item.no), description=item.no)

    run("images", filters={field: value})

    assert (alts(store, "lamp"), alts(store, "chair")) == (["LAMP"], [])


@pytest.mark.parametrize("count", [24, 25, 26])
def test_as_many_pictures_as_one_call_takes(
    count: int, lamp: Item, store: Store, shopify: Sandbox, run: Run
) -> None:
    for number in range(count):
        add_picture(lamp, png(str(number)), description=str(number))

    run("images")

    assert alts(store, "lamp") == [str(number) for number in range(count)]
    assert shopify.calls()["ProductMediaAdd"] == (2 if count > 25 else 1)


def test_the_pictures_of_many_products_are_read_with_the_same_queries_as_of_one(
    lamp: Item, chair: Item, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for item in (lamp, chair):
        add_picture(item, png(item.no))
    products = list(Product.objects.order_by("pk"))

    for some in (products[:1], products):
        with django_assert_num_queries(4):
            assert all(found.wanted for found in pictured(some))


@pytest.mark.parametrize(
    ("way", "allowed", "due"),
    [
        ("disabled", True, False),
        ("to_shopify", True, True),
        ("to_shopify", False, False),
        ("from_shopify", False, True),
    ],
)
def test_sync_all_asks_for_images_where_the_shop_has_chosen_a_way(
    way: str, allowed: bool, due: bool, shop: Shop
) -> None:
    direction(shop, way)
    shop.allow_outgoing_requests = allowed

    assert ("images" in [subject.name for subject in all_of(shop)]) is due
