"""Asks for the next page while the last one is being worked on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections
from django.utils.translation import get_language, override

T = TypeVar("T")


def ahead(pages: Iterator[T]) -> Generator[T]:
    """Yield what `pages` yields, with one more always on its way in a thread of its own.

    At most one page waits. It is asked for in the language of whoever asks. What `pages` raises is raised here, in its turn.
    """
    language = get_language()  # a thread has its own
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        coming = thread.submit(_next, pages, language)
        try:
            while page := coming.result():
                coming = thread.submit(_next, pages, language)
                yield page[0]
        finally:
            # The thread counts the shop's API points over a database connection of its own.
            thread.submit(connections.close_all)


def _next(pages: Iterator[T], language: str | None) -> tuple[T] | None:
    """The next page, wrapped; None at the end, which a page itself might be."""
    with override(language):
        for page in pages:
            return (page,)
    return None
