"""Finds a free port on this machine."""

from __future__ import annotations

import socket

TRIES = 50  # ports looked at, one after another
LAST = 65535  # the highest port there is


class PortRefused(Exception):
    """The port that was asked for is in use, or is none: ask for another."""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def asked_port(text: str) -> int:
    """Return the port that a person asked for. Raises PortRefused."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= LAST:
        raise PortRefused(f"PORT={text}: write a port number between 1 and {LAST}.")
    if not is_free(int(text)):
        raise PortRefused(f"Port {text} is in use by another program. Choose another: PORT=8001.")
    return int(text)


def next_free_port(first: int, *, taken: frozenset[int] = frozenset()) -> int:
    """Return the first free port from `first` on. Raises PortRefused when none of many is."""
    for port in range(first, min(first + TRIES, LAST + 1)):
        if port not in taken and is_free(port):
            return port
    raise PortRefused(f"No port from {first} to {first + TRIES - 1} is free.")
