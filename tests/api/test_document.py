"""The OpenAPI document is whole, and what it says of each address is what that answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from jobqueue.models import LogStatus, Status
from shops.models import Shop
from tests import factories
from tests.api.conftest import Caller

ADDRESS = "/api/openapi.json"
MOVES = ("run", "restart", "hold", "ready", "cancel")


def document() -> dict[str, Any]:
    told: dict[str, Any] = Client().get(ADDRESS).json()
    return told


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def schemas_in(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema of the document, wherever it stands."""
    if isinstance(node, dict):
        if {"type", "$ref", "anyOf", "properties", "enum"} & node.keys():
            yield node
        for value in node.values():
            yield from schemas_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from schemas_in(value)


def resolved(told: dict[str, Any], pointer: str) -> Any:
    for part in pointer.removeprefix("#/").split("/"):
        told = told[part]
    return told


def test_the_document_is_served_without_a_token_and_leads_from_the_root() -> None:
    told = document()

    assert told["openapi"].startswith("3.1")
    assert told["info"]["title"] == "Shopkontor"
    assert Client().get("/api/")["Location"] == ADDRESS


def test_the_document_names_every_address_there_is() -> None:
    assert {(path, method) for path, method, _operation in operations()} == {
        ("/api/entries", "get"),
        ("/api/entries", "post"),
        ("/api/entries/{entry_id}", "get"),
        *((f"/api/entries/{{entry_id}}/{m}", "post") for m in MOVES),
        ("/api/log", "get"),
        ("/api/log/{log_id}", "get"),
        ("/api/log/{log_id}/records", "get"),
        ("/api/reports", "get"),
    }


def test_every_operation_is_explained() -> None:
    names = set()
    for path, method, operation in operations():
        where = f"{method} {path}"
        names.add(operation["operationId"])
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["tags"], where
        assert operation["security"] == [{"Token": []}], where
        for parameter in operation["parameters"]:
            if parameter["in"] != "path":
                assert parameter["description"], (where, parameter["name"])
        assert "401" in operation["responses"], where
    assert len(names) == len(list(operations()))


def test_every_refusal_has_the_one_shape() -> None:
    for path, method, operation in operations():
        for status, answer in operation["responses"].items():
            [(kind, content)] = answer["content"].items()
            assert kind == "application/json"
            if int(status) >= 400:
                shape = {"$ref": "#/components/schemas/Refusal"}
                assert content["schema"] == shape, (method, path)


def test_the_document_is_valid() -> None:
    validate(document())


def test_every_schema_is_one_and_every_reference_leads_somewhere() -> None:
    told = document()
    found = list(schemas_in(told))
    assert len(found) > 100
    for schema in found:
        if "$ref" in schema:
            assert resolved(told, schema["$ref"]), schema
    for name, schema in told["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema["properties"], name


def test_the_examples_of_the_manual_are_requests_that_are_taken(kari: Caller, nordic: Shop) -> None:
    manual = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```json\n(\{\"report\".+?)^```", manual, re.DOTALL | re.MULTILINE)
    examples += re.findall(r"-d '(\{.+?\})'", manual)

    assert len(examples) == 3
    for example in examples:
        kari.post("entries", json.loads(example), expect=201)


def test_the_examples_of_a_request_are_requests_that_are_taken(kari: Caller, nordic: Shop) -> None:
    examples = document()["components"]["schemas"]["NewEntry"]["examples"]

    assert len(examples) == 2
    for example in examples:
        kari.post("entries", example, expect=201)


Answer = tuple[str, str, int, Any]  # path, method, status, body


class Asking:
    """Asks the addresses of the document, in a world where each of its answers can be had."""

    def __init__(self, caller: Caller, other: Caller, shop: Shop) -> None:
        self.caller, self.other = caller, other  # who may everything, who may nothing
        self.entry = factories.make_entry(Status.ERROR).pk
        self.running = factories.make_entry(Status.IN_PROCESS).pk
        self.finished = factories.make_entry(Status.FINISHED).pk
        logged = factories.make_log_entry(None, LogStatus.ISSUES)
        factories.make_issue(shop, factories.make_run(shop, logged))
        self.log = logged.pk

    def ask(self, method: str, path: str, expect: int, **how: Any) -> Answer:
        caller = how.pop("caller", self.caller)
        number = how.pop("number", self.log if "log" in path else self.entry)
        target = path.removeprefix("/api/").format(entry_id=number, log_id=number)
        call = caller.get if method == "get" else caller.post
        return path, method, expect, call(target, expect=expect, **how)

    def lists(self) -> Iterator[Answer]:
        for path in ("/api/entries", "/api/log", "/api/log/{log_id}/records"):
            yield self.ask("get", path, 200)
            yield self.ask("get", path, 422, limit=0)
        for path in ("/api/reports", "/api/entries/{entry_id}", "/api/log/{log_id}"):
            yield self.ask("get", path, 200)

    def requests(self) -> Iterator[Answer]:
        path, wanted = "/api/entries", {"report": "orders", "shop": "NORDIC"}
        yield self.ask("post", path, 201, body=wanted, key="k")
        yield self.ask("post", path, 200, body=wanted)
        yield self.ask("post", path, 403, body={**wanted, "report": 296}, caller=self.other)
        yield self.ask("post", path, 409, body={**wanted, "report": 30103}, key="k")
        yield self.ask("post", path, 422, body={})
        yield self.ask("post", path, 400, body="{")

    def moves(self) -> Iterator[Answer]:
        refusing = {
            "run": self.running,
            "restart": self.running,
            "ready": self.running,
            "cancel": self.finished,
        }
        for move in MOVES:
            path = f"/api/entries/{{entry_id}}/{move}"
            yield self.ask("post", path, 403, caller=self.other)
            yield self.ask("post", path, 409, number=refusing.get(move, self.finished))
            yield self.ask("post", path, 200)

    def missing(self) -> Iterator[Answer]:
        for path, method, operation in operations():
            if "404" in operation["responses"]:
                yield self.ask(method, path, 404, number=999)

    def strangers(self) -> Iterator[Answer]:
        for path, method, _operation in operations():
            answer = getattr(Client(), method)(path.format(entry_id=1, log_id=1))
            yield path, method, answer.status_code, answer.json()


def test_every_address_answers_as_documented(kari: Caller, lars: Caller, nordic: Shop) -> None:
    told, asking, seen = document(), Asking(kari, lars, nordic), set()
    every = (asking.lists, asking.requests, asking.moves, asking.missing, asking.strangers)
    for path, method, status, body in chain.from_iterable(answers() for answers in every):
        seen.add((path, method, str(status)))
        content = told["paths"][path][method]["responses"][str(status)]["content"]
        schema = {**content["application/json"]["schema"], "components": told["components"]}
        problems = [error.message for error in Draft202012Validator(schema).iter_errors(body)]
        assert problems == [], (method, path, json.dumps(body))

    documented = {
        (path, method, status)
        for path, method, operation in operations()
        for status in operation["responses"]
    }
    assert documented == seen


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/nothing", 404),
        ("get", "/api/entries/", 404),
        ("get", "/api/entries/x", 404),
        ("delete", "/api/entries", 405),
        ("get", "/api/entries/1/restart", 405),
    ],
)
def test_what_there_is_not_is_refused_in_the_same_shape(
    method: str, path: str, status: int, db: None
) -> None:
    answer = getattr(Client(), method)(path)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["error"]["sentence"]
    assert ("Allow" in answer) == (status == 405)


def test_a_fault_of_ours_is_told_in_the_same_shape(
    kari: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("shpat_secret")

    monkeypatch.setattr("connector.api.telling.told_all", fail)

    error = kari.get("entries", expect=500)["error"]

    assert error["sentence"] == "Something went wrong here. It is in the server's log."


def test_a_strange_host_is_refused_in_the_same_shape(kari: Caller) -> None:
    answer = kari.client.get("/api/entries", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400
    assert answer.json()["error"]["sentence"] == "The request cannot be understood."


def test_pages_are_refused_as_pages(db: None) -> None:
    answer = Client().get("/apiary/")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
