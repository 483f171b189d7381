"""How many messages lie in the broker: so that a slow pool is not rung for again and again."""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError
from kombu.transport.memory import Channel

logger = logging.getLogger(__name__)


class Depth:
    """Keeps one connection; a broker that does not answer counts as empty."""

    def __init__(self, *, embedded: bool) -> None:
        self.embedded = embedded
        self.connection: Any = None

    def messages(self) -> int:
        queue: str = current_app.conf.task_default_queue
        if self.embedded:
            messages = Channel.queues.get(queue)
            return messages.qsize() if messages else 0
        return self._asked(queue) or 0

    def answers(self) -> bool:
        """Whether the broker can be reached."""
        return self.embedded or self._asked(current_app.conf.task_default_queue) is not None

    def _asked(self, queue: str) -> int | None:
        try:
            return self._ask(queue)
        except self._not_there():  # the first message makes the queue; Redis drops an empty one
            self.close()
            return 0
        except self._errors():
            logger.warning("broker away", exc_info=True)
            self.close()
            return None

    def close(self) -> None:
        if self.connection is not None:
            self.connection.release()
            self.connection = None

    def _ask(self, queue: str) -> int:
        if self.connection is None:
            self.connection = current_app.connection_for_write()
        declared = self.connection.default_channel.queue_declare(queue, passive=True)
        return int(declared.message_count)

    def _not_there(self) -> tuple[type[Exception], ...]:
        return () if self.connection is None else self.connection.channel_errors

    def _errors(self) -> tuple[type[Exception], ...]:
        if self.connection is None:
            return (OperationalError, OSError)
        return (
            OperationalError,
            *self.connection.connection_errors,
        )
