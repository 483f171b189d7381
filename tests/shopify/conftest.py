"""A scripted shop, a client that waits for nothing, and real answers where they are at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema

from connector.shopify.bucket import MemoryBucket
from connector.shopify.client import Client
from connector.shopify.retry import Retry
from connector.shopify.throttle import Throttle
from connector.shopify.transport import Timeouts, Transport
from tests.shopify.scripted_shop import ScriptedShop, scripted_shop

TOKEN = "shpat_0123456789abcdef0123456789abcdef"
ROOT = Path(__file__).resolve().parents[2]
PINNED = ROOT / "connector" / "shopify" / "schema.graphql"
FULL = ROOT.parent / "shared" / "shopify" / "schema" / "admin-2026-10.min.graphql"


@dataclass
class VirtualTime:
    """A clock that only sleeping moves."""

    now: float = 1_000.0
    sleeps: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def shop() -> Iterator[ScriptedShop]:
    with scripted_shop() as running:
        yield running


@pytest.fixture
def impatient() -> None:
    """Asked for by tests in which the shop hangs; to the others a busy machine is no part."""


@pytest.fixture
def transport(shop: ScriptedShop, request: pytest.FixtureRequest) -> Iterator[Transport]:
    timeouts = Timeouts(read=1) if "impatient" in request.fixturenames else Timeouts()
    sent = Transport("DEMO", shop.address, TOKEN, timeouts=timeouts)
    with ExitStack() as stack:
        stack.callback(sent.close)
        yield sent


@pytest.fixture
def bucket(time: VirtualTime) -> MemoryBucket:
    return MemoryBucket(time.clock)


@pytest.fixture
def client(transport: Transport, bucket: MemoryBucket, time: VirtualTime) -> Client:
    throttle = Throttle(bucket, floor=0, sleep=time.sleep)
    return Client(transport, throttle, Retry(sleep=time.sleep, random=lambda: 0.5))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the repository, which the product never needs."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("NO REFERENCE MATERIAL: there is no folder `shared` beside the repository")
    return folder


@pytest.fixture(scope="session", params=[PINNED, FULL], ids=["pinned", "full"])
def schema(request: pytest.FixtureRequest) -> GraphQLSchema:
    path: Path = request.param
    if not path.is_file():
        pytest.skip(f"NO SCHEMA: {path.name} is not there")
    return build_schema(path.read_text(encoding="utf-8"), assume_valid=True)
