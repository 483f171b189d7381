"""Asks for the next page while the last one is being worked on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def ahead(pages: Iterator[T]) -> Generator[T]:
    """Yield what `pages` yields, with one more always on its way in a thread of its own.

    At most one page waits. What `pages` raises is raised here, in its turn.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        coming = thread.submit(_next, pages)
        try:
            while page := coming.result():
                coming = thread.submit(_next, pages)
                yield page[0]
        finally:
            # The thread counts the shop's API points over a database connection of its own.
            thread.submit(connections.close_all)


def _next(pages: Iterator[T]) -> tuple[T] | None:
    """The next page, wrapped; None at the end, which a page itself might be."""
    for page in pages:
        return (page,)
    return None
