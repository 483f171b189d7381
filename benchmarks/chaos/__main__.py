"""Kills, freezes and cuts off its own processes at random, and looks whether anything was lost.

    python -m benchmarks.chaos [--stack memory|redis|postgres|rabbitmq …] [--work marks|reports]
                               [--entries N] [--harm-per-second X] [--harsh] [--seed N]
                               [--lease S] [--deadline S]

The verdict is not the queue's: the client keeps what was acknowledged, the jobs write to files every
few milliseconds that they run, and to tables that forbid nothing. Without --stack it runs, one after
the other, all that this machine has, and says what it left out. It touches only processes that it
started itself; the database of a server is one of its own, a RabbitMQ is used but not harmed. The
status is 1 when any run was; what makes it so stands in benchmarks/chaos/run.py.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from benchmarks.chaos.broker import PROGRAM

POSTGRES, RABBITMQ = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_AMQP_URL")
NO_REDIS = "install redis-server or valkey-server"
NO_POSTGRES = "set TEST_DATABASE_URL=postgres://user@host:port/postgres"
NO_RABBITMQ = "set TEST_AMQP_URL=amqp://user:password@host:port//"
# name → options of the run, and what is missing for it
STACKS: dict[str, tuple[list[str], str]] = {
    "memory": ([], ""),
    "redis": (["--broker-url", "own"], "" if PROGRAM else NO_REDIS),
    "postgres": (
        ["--broker-url", "own", "--database-url", POSTGRES or ""],
        "" if PROGRAM and POSTGRES else NO_POSTGRES if PROGRAM else NO_REDIS,
    ),
    "rabbitmq": (["--broker-url", RABBITMQ or ""], "" if RABBITMQ else NO_RABBITMQ),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--stack", nargs="+", choices=STACKS, default=list(STACKS))
    chosen, rest = parser.parse_known_args()
    statuses, left_out = [], []
    for stack in chosen.stack:
        given, missing = STACKS[stack]
        if missing:
            left_out.append(f"!!! NOT RUN: {stack}. To run it: {missing}.")
            continue
        print(f"\n### {stack}", flush=True)
        command = [sys.executable, "-m", "benchmarks.chaos.run", *given, *rest]
        statuses.append(subprocess.run(command, check=False).returncode)
    for sentence in left_out:
        print(sentence)
    return max(statuses, default=1)


if __name__ == "__main__":
    sys.exit(main())
