"""`manage.py icons`: writes the icon sprite anew. Needed only when an icon is added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from connector.ui.icons import NAMES, build_sprite


class Command(BaseCommand):
    requires_system_checks = []
    help = "Write static/ui/icons.svg from the icons of the package lucide."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR, "static", "ui", "icons.svg")
        path.write_text(build_sprite(), encoding="utf-8")
        self.stdout.write(f"{path}: {len(NAMES)} icons")
