"""What has to happen so that a product shows the pictures of its item, and what Shopify refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.shopify.nodes.media import MediaNode
from connector.sync.mapping.images import Known, Picture, Wanted, moves, plan, wanted_pictures
from connector.sync.picture_rules import LARGEST, dimensions, refusal
from tests.sync.pictures import gif, jpeg, png, webp

FRONT, BACK, RED = (
    Picture(1, "f" * 64, "Front"),
    Picture(2, "b" * 64, ""),
    Picture(3, "r" * 64, "Red"),
)


def known(picture: Picture, key: int = 0, **more: object) -> Known:
    found = Known(
        key or picture.key,
        picture.sha256,
        f"gid://shopify/MediaImage/{picture.key}",
        ours=True,
        position=picture.key,
        alt=picture.alt,
    )
    return replace(found, **more)  # type: ignore[arg-type]


def test_each_content_is_wanted_once_and_a_variant_shows_its_first() -> None:
    wanted = wanted_pictures(
        [FRONT, BACK, FRONT], [("V1", [RED, BACK]), ("V2", [FRONT]), ("V3", [])]
    )

    assert wanted == [Wanted(FRONT, ("V2",)), Wanted(BACK), Wanted(RED, ("V1",))]


def test_h2_what_is_in_shopify_as_it_is_wanted_needs_nothing() -> None:
    wanted = [Wanted(FRONT), Wanted(RED, ("V1",))]

    assert plan(wanted, [known(FRONT), known(RED, variants=("V1",))]).nothing


def test_what_is_new_is_sent_and_what_is_wanted_no_longer_is_removed_if_it_was_ours() -> None:
    ours, theirs = known(FRONT), known(BACK, ours=False)

    todo = plan([Wanted(RED)], [ours, theirs])

    assert (todo.upload, todo.remove, todo.forget) == ((Wanted(RED),), (ours,), ())


def test_a_picture_that_came_from_shopify_is_not_sent_back() -> None:
    assert plan([Wanted(BACK)], [known(BACK, ours=False)]).nothing


def test_what_failed_is_sent_again_when_its_time_has_come_and_goes_from_shopify() -> None:
    failed = known(FRONT, failed=True, ready=False)
    todo = plan([Wanted(FRONT)], [failed])
    assert (todo.upload, todo.remove, todo.urgent) == ((Wanted(FRONT),), (failed,), True)

    held = replace(failed, held=True, gid="")
    assert plan([Wanted(FRONT)], [held]).nothing


def test_what_may_have_arrived_is_neither_sent_nor_forgotten() -> None:
    unclear = known(FRONT, gid="", ready=False, under_way=True)

    for wanted in ([Wanted(FRONT)], []):
        todo = plan(wanted, [unclear])
        assert (todo.upload, todo.forget, todo.under_way) == ((), (), True)


def test_a_row_of_which_shopify_has_nothing_is_forgotten_with_its_picture() -> None:
    row = known(FRONT, gid="", ready=False, failed=True)

    assert plan([], [row]).forget == (row,)


def test_texts_follow_once_the_picture_is_ready() -> None:
    changed = known(FRONT, alt="Before")

    assert plan([Wanted(FRONT)], [changed]).describe == ((changed, "Front"),)
    waiting = replace(changed, ready=False, under_way=True)
    assert plan([Wanted(FRONT)], [waiting]).describe == ()


def test_a_variant_is_shown_another_picture_or_none_but_never_a_moment_of_neither() -> None:
    red, front = known(RED, variants=("V1", "V2")), known(FRONT)

    todo = plan([Wanted(FRONT, ("V1",)), Wanted(RED)], [front, red])

    assert (todo.show, todo.hide) == ((("V1", front),), (("V2", red),))
    not_ready = replace(front, ready=False, under_way=True)
    todo = plan([Wanted(FRONT, ("V1",)), Wanted(RED)], [not_ready, red])
    assert (todo.show, todo.hide) == ((), (("V2", red),))


def test_only_another_order_of_ours_is_an_order() -> None:
    front, back = known(FRONT, position=4), known(BACK, position=2)

    assert plan([Wanted(BACK), Wanted(FRONT)], [front, back]).order == ()
    assert plan([Wanted(FRONT), Wanted(BACK)], [front, back]).order == (front, back)


def test_of_equal_pictures_one_that_is_there_counts() -> None:
    twin = known(FRONT, key=9, gid="", ready=False, ours=False)

    assert plan([Wanted(FRONT)], [known(FRONT), twin]).upload == ()
    assert plan([Wanted(FRONT)], [twin, known(FRONT)]).upload == ()


def test_ours_change_places_and_the_merchants_own_stay() -> None:
    assert moves(["m1", "a", "m2", "b"], ["b", "a"]) == [("b", 1), ("m2", 2)]
    assert moves(["a", "m", "b"], ["a", "b"]) == []


@given(st.permutations([*"abcd", "m1", "m2", "m3"]), st.permutations([*"abcd"]), st.integers(0, 4))
def test_moves_lead_to_the_order_wanted(shown: list[str], wanted: list[str], count: int) -> None:
    wanted = wanted[:count]
    now = list(shown)

    for gid, place in moves(shown, wanted):
        now.remove(gid)
        now.insert(place, gid)

    assert [gid for gid in now if gid in wanted] == wanted
    kept = [place for place, gid in enumerate(shown) if gid not in wanted]
    assert [now[place] for place in kept] == [shown[place] for place in kept]


@pytest.mark.parametrize(
    "content",
    [png(width=640, height=480), jpeg(640, 480), gif(640, 480)]
    + [webp(kind, 640, 480) for kind in (b"VP8 ", b"VP8L", b"VP8X")],
)
def test_files_say_how_large_their_picture_is(content: bytes) -> None:
    assert dimensions(content) == (640, 480)
    assert refusal(content) == ""
    for cut in range(len(content)):
        dimensions(content[:cut])  # a file that was cut off is no crash


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (png(width=5000, height=5000), ""),
        (png(width=5001, height=100), "5001 × 100 pixels"),
        (png(width=100, height=5001), "100 × 5001 pixels"),
        (png(width=1000, height=10), ""),
        (png(width=1001, height=10), "100 times as long"),
        (png() + b"\0" * (LARGEST - len(png())), ""),
        (png() + b"\0" * (LARGEST - len(png()) + 1), "larger than 20 MB"),
        (png()[:20], "damaged"),
        (png(width=0), "damaged"),
        (b"\xff\xd8\xff", "damaged"),
        (b"<svg/>", "no picture of the types"),
    ],
)
def test_shopifys_rules_are_known_before_anything_is_sent(content: bytes, sentence: str) -> None:
    found = refusal(content)

    assert sentence in found
    assert bool(found) == bool(sentence)


def test_a_picture_is_settled_when_it_can_be_seen_or_never_will() -> None:
    node = MediaNode("gid", "MediaImage", "", "READY", "https://cdn/files/1/name.png?v=2", "")

    assert (node.settled, node.filename) == (True, "name.png")
    assert not replace(node, url="").settled
    assert not replace(node, status="PROCESSING").settled
    assert replace(node, status="FAILED", url="").settled
