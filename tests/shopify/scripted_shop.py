"""A pretend shop on loopback that answers what a test told it, call after call."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson


@dataclass(frozen=True)
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0  # bytes of the body that are promised and never sent
    hang: bool = False  # send the head and half the body, then nothing, until the test ends
    reset: bool = False  # break the connection without a word


def answer(data: Any, *, cost: dict[str, Any] | None = None, **extensions: Any) -> Reply:
    """What Shopify sends for a call that went well; it cost 10 points unless said otherwise."""
    body = {"data": data, "extensions": {"cost": cost or costing(10), **extensions}}
    return Reply(orjson.dumps(body))


def failure(code: str, message: str = "No.", data: Any = None, **extensions: Any) -> Reply:
    """What Shopify sends with status 200 for a call that did not go well."""
    error = {"message": message, "extensions": {"code": code, **extensions}}
    body = {"data": data, "errors": [error], "extensions": {"cost": costing(10, actual=None)}}
    return Reply(orjson.dumps(body))


def costing(requested: int, *, actual: int | None = 5, available: float = 1990) -> dict[str, Any]:
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": {
            "maximumAvailable": 2000,
            "currentlyAvailable": available,
            "restoreRate": 100,
        },
    }


@dataclass
class Call:
    path: str
    headers: dict[str, str]
    payload: dict[str, Any]
    port: int  # of the client: the same for calls over the same connection

    @property
    def variables(self) -> dict[str, Any]:
        variables: dict[str, Any] = self.payload["variables"]
        return variables


class ScriptedShop:
    """Answers with `replies` in turn; a call beyond them is answered 418, which fails the test."""

    def __init__(self, address: str, over: threading.Event) -> None:
        self.address = address
        self.replies: list[Reply] = []
        self.calls: list[Call] = []
        self.over = over
        self.hung_up = threading.Event()  # a client closed a connection that it had kept

    def will(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    def take(self, call: Call) -> Reply:
        self.calls.append(call)
        return self.replies.pop(0) if self.replies else Reply(status=418)


def _handler(holder: list[ScriptedShop]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        raw_requestline = b""
        timeout = 30  # a connection that a client forgot does not hang the tests

        def do_POST(self) -> None:
            (shop,) = holder
            content = self.rfile.read(int(self.headers["Content-Length"]))
            headers = dict(self.headers.items())
            port = self.client_address[1]
            reply = shop.take(Call(self.path, headers, orjson.loads(content), port))
            if reply.reset:
                self._break()
                return
            self._send(reply)
            if reply.hang:
                shop.over.wait(10)

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + reply.cut))
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.hang else reply.body)
            self.wfile.flush()
            self.close_connection = bool(reply.cut or reply.hang)

        def _break(self) -> None:
            linger = struct.pack("ii", 1, 0)  # close() now sends RST
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True

        def handle(self) -> None:
            super().handle()
            if not self.raw_requestline:  # the end of the stream instead of another call
                holder[0].hung_up.set()

        def log_message(self, *args: Any, **named: Any) -> None:
            """Say nothing: the test reads `calls`."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def scripted_shop() -> Iterator[ScriptedShop]:
    """Run a pretend shop as long as the block lasts."""
    holder: list[ScriptedShop] = []
    over = threading.Event()
    server = _Server(("127.0.0.1", 0), _handler(holder))
    holder.append(ScriptedShop(f"http://127.0.0.1:{server.server_port}", over))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield holder[0]
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
