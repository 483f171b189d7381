"""Finds a free port on this machine."""

from __future__ import annotations

import socket

TRIES = 50  # ports looked at, one after another


class PortTaken(Exception):
    """The port that was asked for by name is in use: ask for another, or end what uses it."""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def asked_port(text: str) -> int:
    """Return the port that a person asked for. Raises PortTaken, or ValueError with a sentence."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError(f"PORT={text}: write a port number between 1 and 65535.")
    if not is_free(int(text)):
        raise PortTaken(f"Port {text} is in use by another program. Choose another: PORT=8001.")
    return int(text)


def next_free_port(first: int, *, taken: frozenset[int] = frozenset()) -> int:
    """Return the first free port from `first` on. Raises PortTaken when none of many is."""
    for port in range(first, min(first + TRIES, 65536)):
        if port not in taken and is_free(port):
            return port
    raise PortTaken(f"No port from {first} to {first + TRIES - 1} is free.")
