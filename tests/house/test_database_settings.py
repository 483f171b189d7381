"""What DATABASE_URL and its companions make of the connection."""

from __future__ import annotations

from typing import Any

import pytest

from connector import settings

COMPANY = "postgres://shop@db.example/books"


def options(monkeypatch: pytest.MonkeyPatch, url: str, **environment: str) -> dict[str, Any]:
    for name, value in {"DATABASE_URL": url, **environment}.items():
        monkeypatch.setenv(name, value)
    found: dict[str, Any] = settings.database()["OPTIONS"]
    return found


def test_the_options_of_the_url_go_before_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    found = options(monkeypatch, f"{COMPANY}?sslmode=verify-full&connect_timeout=9")

    assert (found["sslmode"], found["connect_timeout"]) == ("verify-full", 9)
    assert found["prepare_threshold"] is not None


def test_statements_are_not_prepared_where_a_pooler_cannot_bear_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = options(monkeypatch, COMPANY, DATABASE_PREPARE="0")

    assert found == {"connect_timeout": 5, "prepare_threshold": None}
