"""Keeps the shop in a file, so that one that is closed and opened again is the same shop.

The file is this program's own and holds its records as they are in memory (a pickle): give it only
files that the sandbox itself has written.
"""

from __future__ import annotations

import logging
import pickle
import threading
from contextlib import AbstractContextManager
from pathlib import Path

from sandbox.loading.report import Unreadable
from sandbox.store import Snapshot, Store

logger = logging.getLogger(__name__)

EVERY = 1.0  # seconds between two looks whether something changed


def kept(path: Path) -> Snapshot | None:
    """What was kept; None when nothing was yet. Raises Unreadable for a file that is none of ours."""
    if not path.exists():
        return None
    try:
        found = pickle.loads(path.read_bytes())  # noqa: S301 - our own file, see above
    except Exception as problem:
        raise Unreadable(
            f"{path} cannot be read ({problem!r}). It may be of another version: remove it."
        ) from problem
    if not isinstance(found, Snapshot) or not hasattr(found, "stock"):
        raise Unreadable(f"{path} was not written by the sandbox: remove it or name another.")
    return found


class Keeper:
    """Writes the shop to its file soon after each change, and once more at the end."""

    def __init__(self, path: Path, store: Store, lock: AbstractContextManager[object]) -> None:
        self._path, self._store, self._lock = path, store, lock
        self._written = -1  # the revision that is in the file
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def __enter__(self) -> None:
        self.write()
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()
        self.write()

    def write(self) -> None:
        """Write what changed; a reader finds the old file or the new one, never half of one."""
        with self._lock:
            revision = self._store.revision
            if revision == self._written:
                return
            snapshot = self._store.snapshot()
        draft = self._path.with_name(f"{self._path.name}.new")
        draft.touch(mode=0o600)  # whoever may write it may run code here
        draft.write_bytes(pickle.dumps(snapshot))
        draft.replace(self._path)
        self._written = revision

    def _run(self) -> None:
        while not self._ended.wait(EVERY):
            try:
                self.write()
            except OSError:
                logger.exception("the shop could not be kept")
