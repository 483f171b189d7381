"""A shop that is closed and opened again is the same shop."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sandbox.arguments import Options
from sandbox.keeping import Keeper
from sandbox.loading.report import Unreadable
from sandbox.opening import opened
from sandbox.server import Server


def shop(path: Path) -> Server:
    return opened(Options(keep=path, seed="demo"))


def test_what_changed_is_there_after_a_restart_and_new_ids_go_on(tmp_path: Path) -> None:
    path = tmp_path / "shop"
    server = shop(path)
    store = server.api.store
    with Keeper(path, store, threading.Lock()):
        placed = server.control.post(
            "/__sandbox/orders", b'{"lines": [{"title": "Mug", "price": "9.00"}]}'
        )
        assert placed.status == 200
    before = {order.gid: order.updated_at for order in store.orders()}
    server.server_close()

    again = shop(path)

    assert {order.gid: order.updated_at for order in again.api.store.orders()} == before
    assert again.api.store.new_gid("Order") == store.new_gid("Order")
    again.server_close()


def test_nothing_is_written_while_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "shop"
    server = shop(path)
    with Keeper(path, server.api.store, threading.Lock()):
        first = path.stat().st_mtime_ns

    assert path.stat().st_mtime_ns == first
    server.server_close()


@pytest.mark.parametrize("content", [b"no pickle", b"\x80\x04]."])
def test_a_file_that_is_none_of_ours_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "shop"
    path.write_bytes(content)

    with pytest.raises(Unreadable, match="remove it"):
        shop(path)
