"""A sandbox on a free port, in a thread, for each test that asks for one."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema

from sandbox.api import Api
from sandbox.arguments import Options
from sandbox.gql import schema as schema_file
from sandbox.opening import opened
from sandbox.server import Server

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "connector" / "shopify" / "graphql"
NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)


def document(name: str) -> str:
    """Return one of the product's own documents."""
    return (DOCUMENTS / f"{name}.graphql").read_text("utf-8")


@dataclass(slots=True)
class Client:
    """Speaks to one sandbox over one kept connection."""

    server: Server
    connection: http.client.HTTPConnection
    token: str = "token"

    @property
    def api(self) -> Api:
        return self.server.api

    def raw(self, path: str, body: Any) -> tuple[int, bytes, http.client.HTTPMessage]:
        headers = {"X-Shopify-Access-Token": self.token, "Content-Type": "application/json"}
        self.connection.request("POST", path, json.dumps(body), headers)
        response = self.connection.getresponse()
        return response.status, response.read(), response.headers

    def post(self, text: str, **variables: Any) -> dict[str, Any]:
        """Send a document and return the whole body."""
        path = "/admin/api/2026-10/graphql.json"
        _, body, _ = self.raw(path, {"query": text, "variables": variables})
        answer: dict[str, Any] = json.loads(body)
        return answer

    def data(self, text: str, **variables: Any) -> dict[str, Any]:
        """Send a document that must succeed and return its data."""
        answer = self.post(text, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def control(self, door: str, body: Any = None) -> dict[str, Any]:
        """Knock at a control door that must open."""
        status, answer, _ = self.raw(f"/__sandbox/{door}", {} if body is None else body)
        assert status == 200, answer
        result: dict[str, Any] = json.loads(answer)
        return result

    def state(self) -> dict[str, Any]:
        self.connection.request("GET", "/__sandbox/state")
        result: dict[str, Any] = json.loads(self.connection.getresponse().read())
        return result

    def order(self, name: str, selection: str) -> dict[str, Any]:
        """Return what is selected of the order with that name."""
        text = f"query($q: String!) {{ orders(first: 1, query: $q) {{ nodes {{ {selection} }} }} }}"
        node: dict[str, Any] = self.data(text, q=f"name:'{name}'")["orders"]["nodes"][0]
        return node


Opener = Callable[[Options], Client]


@pytest.fixture(scope="session")
def schema() -> GraphQLSchema:
    return schema_file.load()


@pytest.fixture
def shop_opener(monkeypatch: pytest.MonkeyPatch, schema: GraphQLSchema) -> Iterator[Opener]:
    """Open shops; each closes with the test. The schema is read once for all of them."""
    monkeypatch.setattr("sandbox.opening.schema.load", lambda _path: schema)
    running: list[tuple[Client, threading.Thread]] = []

    def opener(options: Options) -> Client:
        options.now = options.now or NOON
        server = opened(options)
        server.api.clock.stop()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        host, port = server.server_address[:2]
        client = Client(server, http.client.HTTPConnection(str(host), port, timeout=10))
        running.append((client, thread))
        return client

    yield opener
    for client, thread in running:
        client.connection.close()
        client.server.shutdown()
        client.server.server_close()
        thread.join()


@pytest.fixture
def given_demo_shop(shop_opener: Opener) -> Client:
    return shop_opener(Options(seed="demo"))


@pytest.fixture
def given_empty_shop(shop_opener: Opener) -> Client:
    return shop_opener(Options())


@pytest.fixture
def shared() -> Path:
    """The reference folder beside the repository."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}")
    return folder
