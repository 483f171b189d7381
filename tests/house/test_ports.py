"""A taken port is passed over, unless it was asked for by name."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from connector.management.ports import PortRefused, asked_port, next_free_port


@pytest.fixture
def given_taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_next_free_port_is_taken(given_taken_port: int) -> None:
    assert given_taken_port < next_free_port(given_taken_port) < given_taken_port + 50


def test_a_port_asked_for_and_taken_is_refused_with_a_sentence(given_taken_port: int) -> None:
    with pytest.raises(PortRefused, match=f"Port {given_taken_port} is in use by another program"):
        asked_port(str(given_taken_port))


@pytest.mark.parametrize("text", ["", "web", "-1", "0", "65536", "80.5", "８０"])
def test_what_is_no_port_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(PortRefused, match="write a port number between 1 and 65535"):
        asked_port(text)


def test_the_highest_ports_are_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.management.ports.is_free", lambda port: port == 65535)
    assert next_free_port(65500) == 65535
    monkeypatch.setattr("connector.management.ports.is_free", lambda port: False)
    with pytest.raises(PortRefused, match="No port from 65500"):
        next_free_port(65500)
