"""Starts a program that ends with its parent, even when the parent is killed outright.

Run as `python -m connector.management.leash PARENT COMMAND…`. On Linux the kernel tells the program
(PR_SET_PDEATHSIG survives exec); elsewhere there is no such service and it simply runs.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(parent: int) -> None:
    """Ask for SIGTERM when the parent dies; leave at once if it died before it could be asked."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        sys.exit("The program that started this one is gone.")


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the command line is our own
