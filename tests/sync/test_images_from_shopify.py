"""H4 and 15.2: pictures of products come to items and item variants, once, in full size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from connector.shopify.media import shown_products
from connector.sync.models import Cursor, Issue, MediaLink, MediaMark
from connector.sync.picture_arrivals import arriving
from connector.sync.sessions import client_for
from erp.models import Company, Item, ItemPicture
from erp.pictures import add_picture, content_of, describe_picture
from sandbox.records.media import Media
from sandbox.store import Store
from shops.models import Product, Shop
from tests.sync.conftest import Run
from tests.sync.picture_world import (
    Files,
    direction,
    file_store,
    item_for,
    map_variant,
    mirrored,
    pictures_of,
    record,
    show,
)
from tests.sync.pictures import png

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("connector.shopify.files.PAUSE", 0.0)
    with file_store() as files:
        yield files


@pytest.fixture
def lamp(shop: Shop, store: Store, books: Company) -> Item:
    direction(shop, "from_shopify")
    item = item_for(books, "LAMP")
    mirrored(shop, store, "lamp", item)
    return item


@pytest.fixture
def chair(shop: Shop, store: Store, books: Company) -> Item:
    """Its red and its blue are variants of the item."""
    direction(shop, "from_shopify")
    item = item_for(books, "CHAIR", "RED", "BLUE")
    mirrored(shop, store, "chair", item)
    map_variant("CHAIR-RED", item, "RED")
    map_variant("CHAIR-BLUE", item, "BLUE")
    return item


def test_all_pictures_of_a_product_come_to_its_item_in_order_and_in_full_size(
    lamp: Item, store: Store, files: Files, run: Run
) -> None:
    front, back = files.keep("front.png", png("front")), files.keep("back.png", png("back"))
    show(store, "lamp", {front: "A lamp", back: ""})

    log = run("images")

    assert log.counts["updated"] == 1
    assert pictures_of(lamp) == [(1, "A lamp"), (2, "")]
    assert content_of(ItemPicture.objects.get(position=1)) == png("front")
    assert files.asked == ["/front.png", "/back.png"]


def test_h4_the_picture_of_a_variant_comes_to_its_item_variant_and_else_the_products(
    chair: Item, store: Store, files: Files, run: Run
) -> None:
    front, red = files.keep("front.png", png("front")), files.keep("red.png", png("red"))
    show(store, "chair", {front: "A chair", red: "A red one"}, {"CHAIR-RED": red})

    run("images")

    assert pictures_of(chair) == [(1, "A chair")]
    assert pictures_of(chair, "RED") == [(1, "A red one")]
    assert pictures_of(chair, "BLUE") == [(1, "A chair")]
    assert sorted(files.asked) == ["/front.png", "/red.png"]  # each once, wherever it belongs


def test_h4_a_variant_that_is_another_item_takes_its_picture_there(
    shop: Shop, store: Store, books: Company, files: Files, run: Run
) -> None:
    direction(shop, "from_shopify")
    red, blue = item_for(books, "R"), item_for(books, "B")
    mirrored(shop, store, "chair", red)
    map_variant("CHAIR-RED", red)
    map_variant("CHAIR-BLUE", blue)
    first, second = files.keep("1.png", png("1")), files.keep("2.png", png("2"))
    show(store, "chair", {first: "Red", second: "Blue"}, {"CHAIR-BLUE": second})

    run("images")

    assert (pictures_of(red), pictures_of(blue)) == ([(1, "Red")], [(1, "Blue")])


def test_two_products_of_one_item_bring_their_pictures_beside_one_another(
    lamp: Item, shop: Shop, store: Store, files: Files, run: Run
) -> None:
    mirrored(shop, store, "chair", lamp)
    same = files.keep("same.png", png("same"))
    show(store, "lamp", {same: "Same", files.keep("1.png", png("1")): "Lamp"})
    show(store, "chair", {same: "Same", files.keep("2.png", png("2")): "Chair"})

    run("images")

    assert sorted(words for _position, words in pictures_of(lamp)) == ["Chair", "Lamp", "Same"]
    assert [position for position, _words in pictures_of(lamp)] == [1, 2, 3]
    assert sorted(link.brought.count() for link in MediaLink.objects.all()) == [0, 1, 1, 1]


def test_a_second_run_fetches_nothing_and_writes_nothing(
    chair: Item, store: Store, files: Files, run: Run
) -> None:
    front = files.keep("front.png", png("front"))
    show(store, "chair", {front: "A chair"})
    run("images")
    before = _rows()

    log = run("images")

    assert log.counts.get("updated", 0) == log.counts.get("created", 0) == 0
    assert (_rows(), files.asked) == (before, ["/front.png"])


def test_what_is_new_is_fetched_and_what_is_known_is_not(
    lamp: Item, store: Store, files: Files, run: Run
) -> None:
    one, two = files.keep("1.png", png("1")), files.keep("2.png", png("2"))
    show(store, "lamp", {one: "One"})
    run("images")

    show(store, "lamp", {two: "Two", one: "First"})
    run("images")

    assert pictures_of(lamp) == [(1, "Two"), (2, "First")]
    assert files.asked == ["/1.png", "/2.png"]


def test_equal_content_is_the_same_picture_and_keeps_our_words(
    lamp: Item, store: Store, files: Files, run: Run
) -> None:
    add_picture(lamp, png("own"), description="Ours alone")
    ours = add_picture(lamp, png("front"), description="Ours")
    show(store, "lamp", {files.keep("front.png", png("front")): ""})

    run("images")

    assert pictures_of(lamp) == [(1, "Ours"), (2, "Ours alone")]
    assert ItemPicture.objects.get(position=1) == ours


def test_echo_what_we_sent_is_not_fetched_as_news(
    lamp: Item, store: Store, files: Files, run: Run
) -> None:
    ours = add_picture(lamp, png("front"), description="Ours")
    (gid,) = show(store, "lamp", {files.keep("front.png", png("made smaller")): "Ours"})
    MediaLink.objects.create(
        product=Product.objects.get(),
        origin="books",
        sha256=ours.sha256,
        media_gid=gid,
        state="shown",
        alt="Ours",
        position=1,
        changed_at=store.clock.now(),
    )

    log = run("images")

    assert (files.asked, pictures_of(lamp)) == ([], [(1, "Ours")])
    assert log.counts.get("updated", 0) == 0


@pytest.mark.parametrize("remove", [True, False])
def test_what_is_gone_in_shopify_leaves_the_item_if_the_shop_says_so(
    remove: bool, lamp: Item, shop: Shop, store: Store, files: Files, run: Run
) -> None:
    direction(shop, "from_shopify", remove_item_images=remove)
    ours = add_picture(lamp, png("ours"), description="Ours")
    one, two = files.keep("1.png", png("1")), files.keep("2.png", png("2"))
    same = files.keep("same.png", png("ours"))
    show(store, "lamp", {one: "One", two: "Two", same: "Ours"})
    run("images")

    show(store, "lamp", {two: "Two"})
    run("images")

    left = [words for _position, words in pictures_of(lamp)]
    assert left == (["Two", "Ours"] if remove else ["Two", "One", "Ours"])
    assert ItemPicture.objects.filter(pk=ours.pk).exists()


def test_a_changed_text_follows_and_ours_stays_where_it_did_not_change(
    lamp: Item, store: Store, files: Files, run: Run
) -> None:
    one, two = files.keep("1.png", png("1")), files.keep("2.png", png("2"))
    show(store, "lamp", {one: "One", two: "Two"})
    run("images")
    for picture in ItemPicture.objects.all():
        describe_picture(picture, "By hand")

    show(store, "lamp", {one: "One", two: "Second"})
    run("images")

    assert pictures_of(lamp) == [(1, "By hand"), (2, "Second")]


def test_a_download_that_fails_is_listed_and_tried_again_when_its_time_has_come(
    lamp: Item, store: Store, files: Files, run: Run
) -> None:
    good, bad = files.keep("good.png", png("good")), files.keep("bad.png", png("bad"))
    files.status["/bad.png"] = 503
    show(store, "lamp", {bad: "Bad", good: "Good"})

    log = run("images")

    assert log.counts["rejected"] == 1
    assert pictures_of(lamp) == [(1, "Good")]  # one bad picture does not hold up another
    issue = Issue.objects.get()
    assert "could not be fetched" in issue.reason
    assert "503" in issue.reason
    assert files.asked.count("/bad.png") == 3

    files.status.clear()
    Cursor.objects.update(position=store.clock.now() + timedelta(hours=1))  # it is passed
    run("images", retry="due")
    assert pictures_of(lamp) == [(1, "Good")]
    Issue.objects.update(next_try=store.clock.now())
    run("images", retry="due")

    assert pictures_of(lamp) == [(1, "Bad"), (2, "Good")]
    assert Issue.objects.get().state == "resolved"
    assert files.asked.count("/good.png") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(png() + b"\0" * (20 * 2**20), "too large"), (b"<svg/>", "is no picture of the types")],
)
def test_what_is_too_large_or_no_picture_is_told(
    content: bytes, sentence: str, lamp: Item, store: Store, files: Files, run: Run
) -> None:
    show(store, "lamp", {files.keep("odd.png", content): ""})

    run("images")

    assert sentence in Issue.objects.get().reason
    assert pictures_of(lamp) == []


def test_a_picture_that_shopify_still_processes_is_taken_later(
    lamp: Item, store: Store, files: Files, run: Run
) -> None:
    url = files.keep("late.png", png("late"))
    (gid,) = show(store, "lamp", {url: "Late"})
    media = store.records[gid]
    assert isinstance(media, Media)
    store.put(replace(media, status="PROCESSING"))
    run("images")
    assert "still processing" in Issue.objects.get().reason

    store.put(media)
    run("images")

    assert pictures_of(lamp) == [(1, "Late")]
    assert Issue.objects.get().state == "resolved"


def test_a_product_that_is_mapped_later_gets_its_pictures_though_it_did_not_change(
    shop: Shop, store: Store, books: Company, files: Files, run: Run
) -> None:
    direction(shop, "from_shopify")
    item = item_for(books, "CHAIR", "RED")
    mirrored(shop, store, "chair", None)
    show(store, "chair", {files.keep("1.png", png("1")): "One"})
    run("images")
    assert (files.asked, MediaMark.objects.count()) == ([], 0)

    map_variant("CHAIR-RED", item, "RED")
    run("images")

    assert pictures_of(item, "RED") == [(1, "One")]


def test_filters_choose_products_and_full_looks_at_all_again(
    lamp: Item, chair: Item, store: Store, files: Files, run: Run
) -> None:
    show(store, "lamp", {files.keep("1.png", png("1")): "One"})
    show(store, "chair", {files.keep("2.png", png("2")): "Two"})

    run("images", filters={"sku": "CHAIR-RED"})
    assert (pictures_of(lamp), pictures_of(chair)) == ([], [(1, "Two")])
    run("images", filters={"item_no": "LAMP"})
    assert pictures_of(lamp) == [(1, "One")]

    ItemPicture.objects.filter(item=lamp).delete()
    run("images")
    assert pictures_of(lamp) == []
    run("images", full="yes")
    assert pictures_of(lamp) == [(1, "One")]


def test_a_dry_run_fetches_nothing(lamp: Item, store: Store, files: Files, run: Run) -> None:
    show(store, "lamp", {files.keep("1.png", png("1")): "One"})

    log = run("images", dry_run="yes")

    assert log.counts["updated"] == 1
    assert (files.asked, pictures_of(lamp), MediaMark.objects.count()) == ([], [], 0)


@pytest.mark.parametrize("count", [19, 20, 21])
def test_products_with_more_pictures_than_come_with_their_page(
    count: int, lamp: Item, store: Store, files: Files, run: Run
) -> None:
    names = {files.keep(f"{n}.png", png(str(n))): str(n) for n in range(count)}
    show(store, "lamp", names)

    run("images")

    assert [words for _position, words in pictures_of(lamp)] == [str(n) for n in range(count)]


@pytest.mark.usefixtures("lamp", "chair")
def test_what_the_books_know_of_a_page_takes_the_same_queries_for_one_product_and_two(
    store: Store,
    files: Files,
    run: Run,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shop = Shop.objects.get()
    show(store, "lamp", {files.keep("1.png", png("1")): "One"})
    show(store, "chair", {files.keep("2.png", png("2")): "Two"})
    run("images")
    gids = [record(store, "lamp").gid, record(store, "chair").gid]
    nodes = shown_products(client_for(shop), gids)

    for some in (nodes[:1], nodes):
        with django_assert_num_queries(7):
            found = arriving(shop, some, again=False)
        assert [item.known for item in found] == [True] * len(some)


def test_without_a_direction_the_run_says_so(
    lamp: Item, shop: Shop, store: Store, files: Files, run: Run
) -> None:
    direction(shop, "disabled")
    show(store, "lamp", {files.keep("1.png", png("1")): "One"})

    log = run("images")

    assert "choose a direction" in log.message
    assert (files.asked, pictures_of(lamp)) == ([], [])


def _rows() -> tuple[object, ...]:
    return tuple(
        list(m.objects.order_by("pk").values()) for m in (ItemPicture, MediaLink, MediaMark)
    )
