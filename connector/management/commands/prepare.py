"""`manage.py prepare`: what has to be done once after an installation or an upgrade."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from connector.management.preparation import prepare


class Command(BaseCommand):
    help = "Bring tables, translations and static files up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare()
        self.stdout.write("Tables, translations and static files are up to date.")
