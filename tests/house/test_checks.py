"""Settings that would hurt are told before they do."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from connector import checks

LONG = "k" * 40
POSTGRES = {"ENGINE": "django.db.backends.postgresql"}
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}


@pytest.fixture
def given_production(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A company's settings, all well."""
    settings.DEBUG = False
    settings.SECRET_KEY, settings.TOKEN_KEYS = LONG, ["t" * 40]
    settings.SHOPIFY_ALLOW_LOCAL = False
    settings.BROKER_URL, settings.QUEUE_EMBEDDED = "redis://queue.internal:6379/0", False
    for name in ("SECRET_KEY", "TOKEN_KEYS"):
        monkeypatch.setenv(name, "given")
    settings.QUEUE_NODE = "worker-1"
    monkeypatch.setitem(settings.DATABASES, "default", POSTGRES)
    return settings


def ids() -> list[str | None]:
    every = [
        checks.secret_key,
        checks.token_keys,
        checks.local_shops,
        checks.sqlite_and_machines,
        checks.sqlite_version,
        checks.node,
        checks.lease,
        checks.mail_links,
    ]
    found = [message for check in every for message in check(None)]
    assert all(message.hint for message in found)
    return [message.id for message in found]


def test_a_company_s_settings_give_no_complaint(given_production: Settings) -> None:
    assert ids() == []


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("SECRET_KEY", "short", "connector.E001"),
        ("TOKEN_KEYS", ["t" * 40, "short"], "connector.E002"),
        ("TOKEN_KEYS", [LONG], "connector.E003"),
        ("SHOPIFY_ALLOW_LOCAL", True, "connector.E004"),
        ("QUEUE_LEASE", 1.0, "connector.E006"),
        ("QUEUE_EMBEDDED", True, "connector.W001"),
        ("EMAIL_ON", True, "connector.W004"),
        ("QUEUE_NODE", "localhost.localdomain", "connector.W002"),
    ],
)
def test_each_bad_setting_is_told_by_its_id(
    given_production: Settings, setting: str, value: Any, expected: str
) -> None:
    setattr(given_production, setting, value)
    assert ids() == [expected]


def test_sqlite_with_a_broker_on_another_machine_is_told(
    given_production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 60, 0))
    monkeypatch.setitem(given_production.DATABASES, "default", SQLITE)
    assert ids() == ["connector.E005"]
    given_production.BROKER_URL = "redis://127.0.0.1:6379/0"
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SECRET_KEY", "connector.E001"),
        ("TOKEN_KEYS", "connector.E002"),
    ],
)
def test_what_nobody_gave_is_told(
    given_production: Settings,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    expected: str,
) -> None:
    monkeypatch.delenv(name)
    assert ids() == [expected]
    monkeypatch.setenv(f"{name}_FILE", "/run/secrets/it")
    assert ids() == []


@pytest.mark.parametrize(
    ("version", "command", "expected"),
    [
        ((3, 40, 1), "", ["connector.W003"]),
        ((3, 40, 1), "PRAGMA wal_autocheckpoint=0;", []),
        ((3, 51, 3), "", []),
    ],
)
def test_an_old_sqlite_may_not_checkpoint_by_itself(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    version: tuple[int, int, int],
    command: str,
    expected: list[str],
) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"init_command": command}}
    monkeypatch.setattr("sqlite3.sqlite_version_info", version)
    monkeypatch.setitem(settings.DATABASES, "default", database)
    assert [message.id for message in checks.sqlite_version(None)] == expected


def test_our_own_settings_keep_sqlite_from_checkpointing() -> None:
    assert checks.sqlite_version(None) == []
