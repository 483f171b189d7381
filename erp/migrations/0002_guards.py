"""Freeze ledgers and posted documents, keep stock by the ledger (invariants I1 to I4).

Not on SQLite, whose tables a later migration could not rebuild with the triggers on: there they are
put in place after each `migrate` (`erp.apps`).
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from erp import guards


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "sqlite":
        guards.install(schema_editor.connection)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "sqlite":
        guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("erp", "0001_books")]
    operations = [migrations.RunPython(install, remove)]
