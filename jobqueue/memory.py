"""Messages inside one worker: kombu's in-memory transport, read by Celery's event loop.

Without an event loop Celery gives a worker the pool whose processes share one pipe and the lock of
its reading end. One of them always holds that lock while it waits; killed then, it takes the lock
with it, and no process of the pool hears of a message again. With one each has a pipe of its own.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from kombu import transport
from kombu.transport import memory

ENOUGH = 4096  # bytes; rings that nobody heard yet, read at once


class Bell:
    """A pipe that the event loop waits on: whoever puts a message in writes a byte."""

    def __init__(self) -> None:
        self.hears, self.rings = os.pipe()
        os.set_blocking(self.hears, False)
        os.set_blocking(self.rings, False)

    def ring(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it rings already
            os.write(self.rings, b"!")

    def still(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self.hears, ENOUGH)


bell = Bell()


class Channel(memory.Channel):
    def _put(self, queue: str, message: Any, **options: Any) -> None:
        super()._put(queue, message, **options)
        bell.ring()


class Transport(memory.Transport):
    Channel = Channel
    implements = memory.Transport.implements.extend(asynchronous=True)

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        """Deliver what lies in the queues at every turn of the loop, and turn it at every ring.

        The pool looks once a turn for what it was given, before this or after, for they stand in a
        set: so whatever was delivered makes another turn.
        """

        def deliver() -> None:
            with contextlib.suppress(TimeoutError):  # empty, or the pool has enough
                while True:
                    self.drain_events(connection, timeout=0)
                    bell.ring()

        loop.on_tick.add(deliver)
        loop.add_reader(bell.hears, bell.still)


def install() -> None:
    """Let memory:// mean this transport, in this process."""
    transport.TRANSPORT_ALIASES["memory"] = f"{__name__}:Transport"
