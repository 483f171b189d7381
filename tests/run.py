"""Runs the whole suite: on SQLite always, again on PostgreSQL where TEST_DATABASE_URL names a server.

Broker tests run where TEST_BROKER_URL is set, browser tests where a Chromium is found. A group that
cannot run is named at the end, and fails the run when REQUIRE_ALL=1. Arguments go to pytest.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# They ask no database, one of their own, or for what a page looks like or Shopify answers: once is
# enough.
WITHOUT = (
    "tests/sandbox",
    "tests/shopify",
    "tests/house/test_demo.py",
    "tests/house/test_logs.py",
    "tests/house/test_packaging.py",
    "tests/house/test_ports.py",
    "tests/house/test_processes.py",
    "tests/house/test_run.py",
    "tests/house/test_shop_check.py",
    "tests/sync/test_customers_mapping.py",
    "tests/sync/test_failures.py",
    "tests/sync/test_image_plans.py",
    "tests/sync/test_images_from_shopify.py",
    "tests/sync/test_images_to_shopify.py",
    "tests/sync/test_item_rules.py",
    "tests/sync/test_jobs_rest.py",
    "tests/sync/test_metafields_values.py",
    "tests/sync/test_prices_mapping.py",
    "tests/sync/test_products_mapping.py",
    "tests/sync/test_products_plans.py",
    "tests/sync/test_report_command.py",
    "tests/sync/test_staff.py",
    "tests/sync/test_stock_mapping.py",
    "tests/web/books",
    "tests/web/test_access.py",
    "tests/web/test_look.py",
    "tests/web/test_notifications.py",
    "tests/web/test_order_json.py",
    "tests/web/test_order_story.py",
    "tests/web/test_product_texts.py",
    "tests/web/test_request_page.py",
    "tests/web/test_requests.py",
    "tests/web/test_schedule.py",
    "tests/web/test_to_shopify.py",
    "tests/web/test_tokens.py",
    "tests/web/test_translations.py",
    "tests/web/test_zone.py",
)


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that need something which not every machine has."""

    name: str  # also the marker, unless it is the second database
    needs: str
    available: bool


@dataclass(frozen=True, slots=True)
class Ended:
    suite: str
    status: int  # pytest's exit status
    closing: str  # pytest's own last line


def groups(environment: Mapping[str, str]) -> list[Group]:
    browser = environment.get("CHROMIUM") or any(map(shutil.which, BROWSERS))
    return [
        Group(
            "postgres",
            "set TEST_DATABASE_URL=postgres://user@host:port/postgres",
            bool(environment.get("TEST_DATABASE_URL")),
        ),
        Group(
            "broker",
            "set TEST_BROKER_URL=redis://host:port/number",
            bool(environment.get("TEST_BROKER_URL")),
        ),
        Group("browser", "install Chromium, or set CHROMIUM to its path", bool(browser)),
    ]


def chosen(left_out: list[str]) -> list[str]:
    """Return the pytest option that leaves out every marker named."""
    return ["-m", " and ".join(f"not {marker}" for marker in left_out)] if left_out else []


def pytest(
    suite: str,
    *,
    left_out: list[str],
    environment: Mapping[str, str],
    without: Iterable[str] = (),
) -> Ended:
    """Run pytest, show all it says, and keep its closing line."""
    sys.stdout.write(f"\n### The suite on {suite}\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", "-n", "auto", "-q", *chosen(left_out)]
    command += [f"--ignore={path}" for path in without]
    command += ["--color=yes"] if sys.stdout.isatty() else []
    closing = ""
    with subprocess.Popen(
        [*command, *sys.argv[1:]],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                sys.stdout.write(line)
                sys.stdout.flush()
                closing = line.strip() or closing
        except BaseException:
            process.terminate()
            raise
    return Ended(suite, process.returncode, closing)


@contextmanager
def data_dir() -> Iterator[str]:
    """A folder of this run's own, so that two runs at a time do not share a test database."""
    path = ROOT / "var" / f"tests-{os.getpid()}"
    path.mkdir(parents=True, exist_ok=True)
    try:
        yield str(path)
    finally:
        shutil.rmtree(path)


@contextmanager
def databases(server: str) -> Iterator[str]:
    """Yield the address of a database that nobody else uses; drop all made for it afterwards."""
    name = f"shopkontor_{secrets.token_hex(4)}"
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{name}%"]
            ).fetchall()
            for (database,) in rows:
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database))
                )


def run_suites(available: list[Group]) -> list[Ended]:
    missing = [group.name for group in available if not group.available]
    with data_dir() as folder:
        common = {"DATA_DIR": folder, "BROKER_URL": "memory://"}
        left_out = sorted({"postgres", *missing})
        ended = [pytest("SQLite", left_out=left_out, environment={**common, "DATABASE_URL": ""})]
        if "postgres" not in missing:
            left_out = sorted({"browser", *missing})  # a page looks the same on both databases
            with databases(os.environ["TEST_DATABASE_URL"]) as url:
                # A test database need not survive a power cut: no commit waits for the disk.
                hasty = {"PGOPTIONS": "-c synchronous_commit=off"}
                environment = {**common, "DATABASE_URL": url, **hasty}
                ended.append(
                    pytest(
                        "PostgreSQL", left_out=left_out, environment=environment, without=WITHOUT
                    )
                )
    return ended


def main() -> int:
    """Return 0 when everything that ran passed and nothing required was missing."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that databases are dropped
    available = groups(os.environ)
    ended = run_suites(available)
    missing = [group for group in available if not group.available]
    sys.stdout.write("\n")
    for group in missing:
        sys.stdout.write(f"!!! NOT RUN: the {group.name} tests. To run them: {group.needs}.\n")
    for suite in ended:
        sys.stdout.write(f"{suite.suite}: {suite.closing}\n")
    failed = any(suite.status for suite in ended)
    if missing and os.environ.get("REQUIRE_ALL") == "1":
        sys.stdout.write("REQUIRE_ALL=1: a group that was not run fails the whole.\n")
        return 1
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
