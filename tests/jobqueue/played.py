"""Workers played in one process, each with a name and a lock file as a real process has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO
from unittest import mock

from jobqueue import owners
from jobqueue.claim import Claim
from jobqueue.errors import ClaimLost
from jobqueue.lease import Lease


@dataclass(eq=False)
class Worker:
    """One process of a pool: what it believes to run, which may no longer be true."""

    name: str
    file: TextIO
    claim: Claim | None = None
    lease: Lease | None = None

    @classmethod
    def born(cls, name: str) -> Worker:
        owners.me()  # makes the directory
        return cls(name, owners._lock(owners._directory() / name))

    @property
    def run(self) -> Claim:
        """What it believes to run."""
        assert self.claim is not None
        return self.claim

    @property
    def held(self) -> Lease:
        """The lease of that run, as its process sees it."""
        assert self.lease is not None
        return self.lease

    @contextmanager
    def acting(self) -> Iterator[None]:
        """What happens inside happens in this worker's process."""
        with mock.patch.object(owners, "me", return_value=self.name):
            yield

    def takes(self, claiming: Callable[[], Any]) -> None:
        """Begin the run that `claiming` returns, if any."""
        with self.acting():
            found = claiming()
        self.claim = self.lease = None
        if isinstance(found, Claim):
            now = time.monotonic()
            self.claim = found
            self.lease = Lease(found.entry.pk, found.entry.fence, now, now + 3600)

    def ends(self, ending: Callable[[], Any]) -> bool:
        """End the run, going on with what `ending` returns; False when the run was taken over."""
        try:
            self.takes(ending)
        except ClaimLost:
            self.claim = self.lease = None
            return False
        return True

    def dies(self) -> None:
        """As by SIGKILL: nothing is written, the kernel drops the lock."""
        self.file.close()
        self.claim = self.lease = None
