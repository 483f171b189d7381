"""Keeps a worker from forking while one of its threads is inside SQLite or a lock of the queue.

The child would inherit the lock as it was, held by a thread it does not have.
"""

from __future__ import annotations

import os
import threading

guard = threading.Lock()

os.register_at_fork(
    before=guard.acquire, after_in_parent=guard.release, after_in_child=guard.release
)
