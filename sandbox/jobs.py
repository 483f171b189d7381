"""Work that Shopify answers before it is done: each look at the shop brings it a step further.

So a client has to ask more than once, and a test needs no sleep. A door can hold it or finish it.
"""

from __future__ import annotations

from collections.abc import Callable

Step = Callable[[], bool]  # goes one step and says whether that was the last
MOST = 1000  # steps until something that never ends is a bug


class Jobs:
    def __init__(self) -> None:
        self.held = False
        self._waiting: list[Step] = []

    def add(self, step: Step) -> None:
        self._waiting.append(step)

    def step(self) -> None:
        """Bring everything one step further, unless it is held."""
        if not self.held and self._waiting:
            self._go()

    def finish(self) -> None:
        """Do all that is left, held or not."""
        for _ in range(MOST):
            if not self._waiting:
                return
            self._go()
        raise RuntimeError("some work never ends")

    def clear(self) -> None:
        self.held = False
        self._waiting.clear()

    def _go(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._waiting = [step for step in waiting if not step()] + self._waiting
