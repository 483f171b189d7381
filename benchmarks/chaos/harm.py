"""What a chaos run does to its own processes, at random, and how often it did so."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from benchmarks.chaos.recovery import Hit
from benchmarks.chaos.stack import Stack

POOL, WORKER, FREEZE = "pool process killed", "worker killed", "worker frozen beyond its lease"
DISPATCHER, BEAT = "dispatcher killed", "beat killed"
BROKER, EMPTIED = "broker killed", "broker emptied"
USUAL = {POOL: 50, WORKER: 15, FREEZE: 10, DISPATCHER: 7, BEAT: 7, BROKER: 5, EMPTIED: 6}
HARSH = USUAL | {WORKER: 90, BROKER: 12}
STARTS = 8  # at most so often in the time that a worker takes to start
DOWN = {False: (0.2, 2.0), True: (2.0, 6.0)}  # s a killed broker stays away; True: harsh


class Harm:
    """Throws the dice, after each kind has had its turn once."""

    def __init__(self, stack: Stack, dice: random.Random, *, lease: float, harsh: bool) -> None:
        self.stack = stack
        self.dice = dice
        self.lease = lease
        self.down = DOWN[harsh]
        self.done: Counter[str] = Counter()
        self.hits: list[Hit] = []
        self.thaws: list[threading.Thread] = []
        acts: dict[str, Callable[[], bool]] = {
            POOL: self._kill_pool_process,
            WORKER: lambda: self._kill_one("worker"),
            FREEZE: self._freeze,
            DISPATCHER: lambda: self._kill_one("dispatcher"),
            BEAT: lambda: self._kill_one("beat"),
            BROKER: self._kill_broker,
            EMPTIED: self._empty_broker,
        }
        missing = {
            kind
            for kind, process in ((DISPATCHER, "dispatcher"), (BROKER, "broker"))
            if not stack.named(process)
        }
        missing |= {EMPTIED} if BROKER in missing else set()
        self.acts = {kind: act for kind, act in acts.items() if kind not in missing}
        self.weights = [(HARSH if harsh else USUAL)[kind] for kind in self.acts]
        self.first = dice.sample(list(self.acts), len(self.acts))

    @contextmanager
    def going_on(self, per_second: float) -> Iterator[None]:
        """Do harm while the block lasts; at the end what is frozen is let go on.

        On a busy machine less often: who is killed faster than he can start shows nothing.
        """
        over = threading.Event()
        thread = threading.Thread(target=self._often, args=(over, 1 / per_second))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            for thaw in self.thaws:
                thaw.join()

    def left_out(self) -> list[str]:
        """The kinds that this run never did: it has shown nothing of them."""
        return [kind for kind in self.acts if not self.done[kind]]

    def _often(self, over: threading.Event, pause: float) -> None:
        while not over.wait(max(pause, self.stack.start_takes / STARTS)):
            kind = self.first[0] if self.first else self._thrown()
            if self.acts[kind]():
                self.done[kind] += 1
                self.first = self.first[1:]
            elif self.first:  # its turn comes again
                self.first.append(self.first.pop(0))

    def _thrown(self) -> str:
        return self.dice.choices(list(self.acts), self.weights)[0]

    def _hit(self, kind: str, pids: list[int]) -> None:
        self.hits.append(Hit(kind, time.time(), frozenset(pids)))

    def _working(self) -> list[str]:
        """Workers that have a pool and are not frozen."""
        return [
            name
            for name in self.stack.named("worker")
            if name not in self.stack.frozen and self.stack.is_ready(name) and self.stack.pool(name)
        ]

    def _tried(self) -> list[str]:
        return [name for name in self._working() if self.stack.has_worked(name)]

    def _kill_pool_process(self) -> bool:
        pool = [pid for name in self._working() for pid in self.stack.pool(name)]
        with suppress(ProcessLookupError):  # it ended by itself
            if pool:
                pid = self.dice.choice(pool)
                self._hit(POOL, [pid])
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def _kill_one(self, kind: str) -> bool:
        names = self._tried() if kind == "worker" else self.stack.named(kind)
        names = [name for name in names if self.stack.is_ready(name)]
        if names:
            name = self.dice.choice(names)
            if kind == "worker":
                self._hit(WORKER, self.stack.pool(name))
            self.stack.kill(name)
        return bool(names)

    def _freeze(self) -> bool:
        """Stop a worker and its pool until its leases are over and taken, then let it go on."""
        names = self._tried()
        if not names:
            return False
        name = self.dice.choice(names)
        self.stack.frozen.add(name)
        self._hit(FREEZE, self.stack.pool(name))
        self.stack.signal(name, signal.SIGSTOP)
        self.thaws.append(threading.Thread(target=self._thaw, args=(name,)))
        self.thaws[-1].start()
        return True

    def _thaw(self, name: str) -> None:
        time.sleep(self.lease * 1.5)
        self.stack.signal(name, signal.SIGCONT)
        time.sleep(1.0)  # what wakes up late may try to write
        self.stack.frozen.discard(name)

    def _kill_broker(self) -> bool:
        if not self.stack.is_up("broker"):
            return False
        self.stack.kill("broker", rest=self.dice.uniform(*self.down))
        return True

    def _empty_broker(self) -> bool:
        return self.stack.broker is not None and self.stack.broker.empty()
