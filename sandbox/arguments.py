"""The command line of `python -m sandbox`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sandbox.bucket import PLANS
from sandbox.clock import read
from sandbox.gql.schema import DEFAULT_PATH


@dataclass(slots=True)
class Options:
    """How to open the shop."""

    port: int = 0
    host: str = "127.0.0.1"
    seed: str = "empty"
    products: list[Path] = field(default_factory=list)
    orders: list[Path] = field(default_factory=list)
    plan: str = "basic"
    faults: Path | None = None
    unlimited: bool = False
    token: list[str] = field(default_factory=list)
    schema: Path = DEFAULT_PATH
    now: datetime | None = None
    keep: Path | None = None


def parsed(arguments: Sequence[str] | None = None) -> Options:
    """Return the options; bad ones end the process with status 2 and a sentence."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A pretend Shopify.")
    add = parser.add_argument
    add("--port", type=int, default=0, help="0 takes a free one")
    add("--host", default="127.0.0.1")
    add("--seed", choices=("demo", "empty"), default="empty")
    add("--products", type=Path, nargs="+", default=[], action="extend", metavar="FILE")
    add("--orders", type=Path, nargs="+", default=[], action="extend", metavar="FILE")
    add("--plan", choices=sorted(PLANS), default="basic")
    add("--faults", type=Path, metavar="FILE", help="a fault list in JSON")
    add("--unlimited", action="store_true", help="never throttle")
    add("--token", action="append", default=[], help="accepted access token; none: any")
    add("--schema", type=Path, default=DEFAULT_PATH, metavar="FILE", help="the Admin API's SDL")
    add("--keep", type=Path, metavar="FILE", help="go on with the shop kept here, and keep it")
    add("--now", type=read, metavar="ISO", help="start at this time, for repeatable runs")
    return Options(**vars(parser.parse_args(arguments)))
