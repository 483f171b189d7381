"""The next page is asked for while the last one is being worked on."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.utils import translation

from connector.sync.ahead import ahead

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_come_in_their_order_and_one_is_on_its_way() -> None:
    asked = [threading.Event() for _page in range(4)]

    def pages() -> Iterator[int]:
        for number, event in enumerate(asked):
            event.set()
            yield number

    seen = []
    for page in ahead(pages()):
        seen.append(page)
        if page < 3:
            assert asked[page + 1].wait(5)  # it was not we who asked

    assert seen == [0, 1, 2, 3]


def test_an_error_is_raised_in_its_turn() -> None:
    def pages() -> Iterator[int]:
        yield 1
        raise ConnectionError("gone")

    coming = ahead(pages())

    assert next(coming) == 1
    with pytest.raises(ConnectionError, match="gone"):
        next(coming)


def test_whoever_stops_early_leaves_no_thread_behind() -> None:
    coming = ahead(iter([1, 2, 3]))
    next(coming)

    coming.close()

    assert not [t for t in threading.enumerate() if t.name.startswith("ahead")]


def test_pages_are_asked_for_in_the_language_of_whoever_asks() -> None:
    """An error that Shopify's client raises there is told to the same person."""

    def pages() -> Iterator[str | None]:
        yield translation.get_language()

    with translation.override("fi"):
        assert list(ahead(pages())) == ["fi"]
