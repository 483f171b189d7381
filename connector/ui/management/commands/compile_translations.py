"""`manage.py compile_translations`: makes .mo files of our .po files, without a system gettext."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    requires_system_checks = []
    help = "Compile locale/*/LC_MESSAGES/django.po. Part of the set-up; run it after changing one."

    def handle(self, *args: Any, **options: Any) -> None:
        for root in settings.LOCALE_PATHS:
            for source in sorted(Path(root).glob("*/LC_MESSAGES/*.po")):
                compile_catalog(source)
                self.stdout.write(f"{source.with_suffix('.mo')}")


def compile_catalog(source: Path) -> None:
    """Write the .mo beside `source`. Raises babel's PoFileError when a line cannot be read."""
    with source.open("rb") as lines:
        catalog = read_po(lines, locale=source.parent.parent.name, abort_invalid=True)
    with source.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalog)
