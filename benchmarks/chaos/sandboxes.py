"""A pretend Shopify for each shop of a chaos run; they are not harmed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.chaos.stack import ROOT

TOKEN = "shpat_chaos"
AT_FIRST = 5  # orders
ANSWER = 10.0  # s
GRAPHQL = "/admin/api/2026-10/graphql.json"
GOODS = {"MUG": "12.50", "CUP": "8.00", "BOWL": "21.90", "PLATE": "15.00"}
FULFILLED = """query($after: String) { orders(first: 100, after: $after) {
  nodes { id fulfillments(first: 10) { status } } pageInfo { hasNextPage endCursor } } }"""


class Sandboxes:
    def __init__(self, folder: Path, codes: Sequence[str]) -> None:
        self.folder = folder
        self.codes = codes
        self.processes: list[subprocess.Popen[str]] = []
        self.addresses: dict[str, str] = {}
        self.placed = 0

    def start(self) -> None:
        ours = {name: value for name, value in os.environ.items() if name != "DATA_DIR"}
        for code in self.codes:  # without the name by which a stack finds what it has to end
            with (self.folder / f"sandbox-{code}.log").open("ab") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "sandbox", "--unlimited"],
                    cwd=ROOT, env=ours, stdout=subprocess.PIPE, stderr=log, text=True,
                )  # fmt: skip
            self.processes.append(process)
        for code, process in zip(self.codes, self.processes, strict=True):
            assert process.stdout is not None
            self.addresses[code] = process.stdout.readline().split()[-1]
            for _order in range(AT_FIRST):
                self._place(code, {"MUG": 1})

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def place(self, dice: random.Random) -> int:
        """Let one buyer order something; returns how many orders came of it."""
        units = {sku: dice.randint(1, 3) for sku in dice.sample(list(GOODS), 2)}
        self._place(dice.choice(self.codes), units)
        return 1

    def _place(self, code: str, units: dict[str, int]) -> None:
        self.placed += 1
        lines = [
            {"sku": sku, "title": sku.title(), "quantity": number, "price": GOODS[sku]}
            for sku, number in units.items()
        ]
        buyer = {"firstName": "Kari", "lastName": f"Nord {self.placed}"}
        order = {"email": f"kari{self.placed}@example.com", "customer": buyer, "lines": lines}
        self._post(code, "/__sandbox/orders", order | {"paid": True, "currency": "EUR"})

    def fulfilled(self, code: str) -> dict[str, int]:
        """Order → how many fulfillments it has in the shop, cancelled ones left out."""
        found: dict[str, int] = {}
        after: str | None = None
        while True:
            asked = {"query": FULFILLED, "variables": {"after": after}}
            answer = self._post(code, GRAPHQL, asked)
            orders = answer["data"]["orders"]
            for order in orders["nodes"]:
                done = [one for one in order["fulfillments"] if one["status"] == "SUCCESS"]
                found[order["id"]] = len(done)
            if not orders["pageInfo"]["hasNextPage"]:
                return found
            after = orders["pageInfo"]["endCursor"]

    def _post(self, code: str, path: str, given: Any) -> Any:
        headers = {"Content-Type": "application/json", "X-Shopify-Access-Token": TOKEN}
        request = Request(self.addresses[code] + path, json.dumps(given).encode(), headers)
        with urlopen(request, timeout=ANSWER) as answer:
            return json.load(answer)
