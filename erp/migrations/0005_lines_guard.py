"""Look up each document of a statement's lines once, and by its key."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from erp import guards


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "sqlite":
        guards.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("erp", "0004_document_lists")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
