"""The app's entry in Django; on SQLite it also sees to the guards around each `migrate`."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from erp import guards


class ErpConfig(AppConfig):
    name = "erp"
    verbose_name = _("Books")

    def ready(self) -> None:
        pre_migrate.connect(take_guards_off, sender=self)
        post_migrate.connect(put_guards_back, sender=self)


def take_guards_off(using: str, **signal: Any) -> None:
    """SQLite only, see `erp.guards`."""
    if connections[using].vendor == "sqlite":
        guards.remove(connections[using])


def put_guards_back(using: str, **signal: Any) -> None:
    """SQLite only; before the first migration there are no tables to guard."""
    connection = connections[using]
    if connection.vendor == "sqlite" and "erp_stock" in connection.introspection.table_names():
        guards.install(connection)
