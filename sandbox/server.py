"""HTTP/1.1 around the API: a thread a connection, an answer a send.

The standard library's server on purpose: resetting a connection or cutting an answer in half is a
matter of the socket, which larger servers hide.
"""

from __future__ import annotations

import re
import socket
import struct
import sys
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.api import Api
from sandbox.control import Control
from sandbox.replies import Cut, Reply, http_error
from sandbox.uploads import PATH

GRAPHQL = re.compile(r"/admin/api/([^/]+)/graphql\.json$")


class Server(ThreadingHTTPServer):
    """Listens for one shop."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], api: Api, control: Control) -> None:
        self.api = api
        self.control = control
        super().__init__(address, Handler)
        api.store.url = self.url

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that hang up; everything else is a bug and is shown."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection; knows paths and bytes, nothing of GraphQL."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 0
    server: Server

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self._send(self.server.control.get(path, query))

    def do_POST(self) -> None:
        body, path = self._body(), self.path.partition("?")[0]
        graphql = GRAPHQL.match(path)
        if graphql:
            token = self.headers.get("X-Shopify-Access-Token") or ""
            self._send(self.server.api.call(graphql[1], token, body))
        elif path.startswith("/__sandbox/"):
            self._send(self.server.control.post(path, body))
        elif path == PATH:
            kind = self.headers.get("Content-Type") or ""
            self._send(self.server.control.upload(path, kind, body, form=True))
        else:
            self._send(http_error(404))

    def do_PUT(self) -> None:
        body, path = self._body(), self.path.partition("?")[0]
        if path.startswith(PATH):
            self._send(self.server.control.upload(path, "", body, form=False))
        else:
            self._send(http_error(404))

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, reply: Reply) -> None:
        if reply.delay:
            time.sleep(reply.delay)
        if reply.cut is Cut.RESET:
            self._reset()
            return
        answer = self._head(reply) + reply.body
        if reply.cut is Cut.HALF:
            self.connection.sendall(answer[: len(answer) - len(reply.body) // 2 - 1])
            self._reset()
            return
        self.connection.sendall(answer)

    def _head(self, reply: Reply) -> bytes:
        headers = {
            "Content-Type": reply.kind,
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }
        phrase = HTTPStatus(reply.status).phrase
        lines = [f"HTTP/1.1 {reply.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _reset(self) -> None:
        """Break the connection: with no time to linger, closing sends RST instead of FIN."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.rfile.close()
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - inherited signature
        """Say nothing: what was asked is in the state."""
