"""Opens a shop as the options say: schema, stock, faults, and the server in front of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
from graphql import GraphQLSchema

from sandbox.api import Api
from sandbox.arguments import Options
from sandbox.bucket import PLANS, Bucket
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.demo import stock_demo
from sandbox.faults import BadFaults, Faults, read_faults
from sandbox.gql import schema
from sandbox.keeping import kept
from sandbox.loading.orders import load_orders, shop_of
from sandbox.loading.products import load_products
from sandbox.loading.report import LoadReport, Unreadable
from sandbox.records.location import Location
from sandbox.records.shop import Shop
from sandbox.server import Server
from sandbox.store import Store


def opened(options: Options) -> Server:
    """Return the server, not yet serving. Raises Unreadable for a file that cannot be taken."""
    clock = Clock()
    if options.now is not None:
        clock.set(options.now)
    store, report = stocked(options, clock)
    bucket = Bucket(PLANS[options.plan], clock, unlimited=options.unlimited)
    api = Api(_schema(options.schema), store, bucket, options.token)
    if options.faults is not None:
        api.faults = _faults(options.faults)
    return Server((options.host, options.port), api, Control(api, report))


def stocked(options: Options, clock: Clock) -> tuple[Store, LoadReport]:
    """Return the store with seed and files in it, and what of the files was not taken.

    A shop that was kept is opened as it was; seed and files were taken in then.
    """
    if options.keep is not None and (snapshot := kept(options.keep)):
        store = Store(clock)
        store.restore(snapshot)
        return store, LoadReport()
    shop = shop_of(options.orders) or Shop()
    store, report = Store(clock, _on_plan(shop, options.plan)), LoadReport()
    if options.seed == "demo":
        stock_demo(store)
    else:
        store.put(Location(store.new_gid("Location"), "Main warehouse", shop.country_code))
    for path in options.products:
        report.add(load_products(path, store))
    for path in options.orders:
        report.add(load_orders(path, store))
    return store, report


def _on_plan(shop: Shop, plan: str) -> Shop:
    return replace(shop, plus=plan == "plus")


def _schema(path: Path) -> GraphQLSchema:
    try:
        return schema.load(path)
    except OSError as problem:
        raise Unreadable(f"{path}: cannot read the schema ({problem.strerror}).") from problem


def _faults(path: Path) -> Faults:
    try:
        return read_faults(orjson.loads(path.read_bytes()))
    except OSError as problem:
        raise Unreadable(f"{path}: cannot read the fault list ({problem.strerror}).") from problem
    except (orjson.JSONDecodeError, BadFaults) as problem:
        raise Unreadable(f"{path}: {problem}") from problem
