"""What is wrong with the settings, told by `manage.py check` before it hurts. Ids are stable.

The connector's app registers these; each looks at settings only, not at the network.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.utils.translation import gettext_lazy as _

WAL_FIXED = (3, 51, 3)  # SQLite before it may corrupt a file that two connections checkpoint
SHORTEST_LEASE, SHORTEST_HINT = 5, 1  # seconds
SHORT = 32  # characters; a secret below is guessed or typed by hand


class ConnectorConfig(AppConfig):
    name = "connector"
    verbose_name = _("Connector")

    def ready(self) -> None:
        for check in (sqlite_and_machines, sqlite_version, lease):
            register(check, Tags.compatibility)
        for check in (secret_key, token_keys, local_shops, node, mail_links):
            register(check, Tags.security, deploy=True)


def _embedded_database() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))


def _given(name: str) -> bool:
    """Whether a person gave the setting, itself or as a file."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if len(settings.SECRET_KEY) >= SHORT and _given("SECRET_KEY"):
        return []
    return [
        Error(
            "SECRET_KEY is not set, or is shorter than 32 characters.",
            hint="Set SECRET_KEY to a long random text, the same on every machine.",
            id="connector.E001",
        )
    ]


def token_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Tokens must be readable on every machine, and not by who knows SECRET_KEY."""
    keys = settings.TOKEN_KEYS
    if not _given("TOKEN_KEYS") or any(len(key) < SHORT for key in keys):
        hint = "Set TOKEN_KEYS to a long random text, the same on every machine; keep a copy."
        problem = "TOKEN_KEYS is not set, or one of its keys is shorter than 32 characters."
        return [Error(problem, hint=hint, id="connector.E002")]
    if settings.SECRET_KEY in keys:
        hint = "Make another random text for TOKEN_KEYS, and put it before the present one."
        return [Error("TOKEN_KEYS holds SECRET_KEY.", hint=hint, id="connector.E003")]
    return []


def local_shops(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.SHOPIFY_ALLOW_LOCAL or settings.DEBUG or _embedded_database():
        return []
    return [
        Error(
            "SHOPIFY_ALLOW_LOCAL is on in production: a shop's address may lead into your network.",
            hint="Unset SHOPIFY_ALLOW_LOCAL. It is meant for the sandbox on one machine.",
            id="connector.E004",
        )
    ]


def sqlite_and_machines(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """SQLite is a file of one machine; a broker on another one says that there are several."""
    host = urlsplit(settings.BROKER_URL).hostname
    if not _embedded_database() or host in {None, "127.0.0.1", "localhost", "::1"}:
        return []
    return [
        Error(
            "The database is SQLite, which one machine can use, but the broker is on another.",
            hint="Set DATABASE_URL to a PostgreSQL database.",
            id="connector.E005",
        )
    ]


def node(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Two machines of one name would look for each other's processes among their own."""
    if settings.QUEUE_EMBEDDED and not _embedded_database():
        hint = "Set BROKER_URL to a Redis, Valkey or RabbitMQ; memory:// is for one worker only."
        return [Warning("The workers have no broker between them.", hint=hint, id="connector.W001")]
    if settings.QUEUE_EMBEDDED or settings.QUEUE_NODE.split(".")[0] != "localhost":
        return []
    return [
        Warning(
            "This machine calls itself localhost, as others may: QUEUE_NODE tells them apart.",
            hint="Set QUEUE_NODE to a name that no other machine has.",
            id="connector.W002",
        )
    ]


def sqlite_version(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Harmless as long as the dispatcher alone checkpoints, which the settings see to."""
    if not _embedded_database() or sqlite3.sqlite_version_info >= WAL_FIXED:
        return []
    if "wal_autocheckpoint=0" in settings.DATABASES["default"]["OPTIONS"].get("init_command", ""):
        return []
    return [
        Warning(
            f"SQLite {sqlite3.sqlite_version} may corrupt a file that two processes checkpoint.",
            hint="Keep PRAGMA wal_autocheckpoint=0 in the settings, or install SQLite 3.51.3.",
            id="connector.W003",
        )
    ]


def lease(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.QUEUE_LEASE >= SHORTEST_LEASE and settings.QUEUE_HINT >= SHORTEST_HINT:
        return []
    return [
        Error(
            "QUEUE_LEASE or QUEUE_HINT is too short: living runs would be taken for dead.",
            hint=f"QUEUE_LEASE is at least {SHORTEST_LEASE} seconds (30 is well), "
            f"QUEUE_HINT at least {SHORTEST_HINT}.",
            id="connector.E006",
        )
    ]


def mail_links(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A mail is read elsewhere, so a link in it needs the whole address."""
    if not settings.EMAIL_ON or settings.PUBLIC_URL.startswith(("https://", "http://")):
        return []
    return [
        Warning(
            "E-mails are sent, but PUBLIC_URL does not say where the pages are: they have no links.",
            hint="Set PUBLIC_URL to the address of the pages, e.g. https://books.example.com.",
            id="connector.W004",
        )
    ]
