"""The in-memory transport inside one worker."""

from __future__ import annotations

import select
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from kombu import Connection, Consumer, Producer, Queue

from jobqueue.memory import Transport, bell


def rings() -> bool:
    """Whether the event loop would turn at once."""
    return bool(select.select([bell.hears], [], [], 0)[0])


def test_what_was_delivered_makes_another_turn_of_the_loop() -> None:
    """The pool may have had its look in this turn already."""
    bell.still()
    heard: list[Any] = []
    turns: set[Callable[[], None]] = set()
    loop = SimpleNamespace(on_tick=turns, add_reader=lambda *_reader: None)
    with Connection(transport=Transport) as connection:
        channel, queue = connection.default_channel, Queue("one-turn")
        connection.transport.register_with_event_loop(connection.connection, loop)
        (deliver,) = turns
        with Consumer(
            channel, [queue], callbacks=[lambda body, _message: heard.append(body)], no_ack=True
        ):
            Producer(channel).publish("ring", routing_key="one-turn")
            assert rings()
            bell.still()

            deliver()

            assert heard == ["ring"]
            assert rings()
            bell.still()
            deliver()
            assert not rings()
