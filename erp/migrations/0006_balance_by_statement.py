"""Databases from before keep the balance of the G/L row by row and look documents up line by line: put
the guards of today in place.

New ones have them already, and on SQLite they are renewed after each `migrate` (`erp.apps`).
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from erp import guards


def renew(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "sqlite":
        guards.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("erp", "0005_vendor_numbers")]
    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
