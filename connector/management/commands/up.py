"""`manage.py up`: web server, worker and scheduler on the data that is there, for one machine."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from connector.management.demo import seed
from connector.management.demo.kept import Kept
from connector.management.installation import Installation
from connector.management.ports import PortRefused
from connector.management.preparation import prepare
from connector.management.processes import ChildEnded
from connector.management.signals import EndRequested, end_requests
from connector.management.single import InUse, only_one
from shops.addresses import is_local
from shops.models import Shop


class Command(BaseCommand):
    help = "Start all processes on the data that is there, and stay until Ctrl-C."
    requires_system_checks = []  # the tables may not be there yet

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with end_requests(), only_one(settings.DATA_DIR / "running"):
                self.perform()
        except EndRequested:
            return
        except (PortRefused, InUse) as error:
            raise CommandError(str(error), returncode=2) from None
        except ChildEnded as error:
            raise CommandError(str(error)) from None

    def perform(self) -> None:
        with Installation(self.stdout) as installation:
            installation.check_port()
            prepare()
            self.bring_local_shop(installation)
            port = installation.web_port()
            installation.start(port)
            installation.wait()
            self.stdout.write(f"Open {installation.address} End with Ctrl-C.")
            with suppress(EndRequested):
                installation.stay()
            self.stdout.write("Ending …")

    def bring_local_shop(self, installation: Installation) -> None:
        """The demo's shop lives in the sandbox, so that comes up too, as it was."""
        shop = Shop.objects.filter(code=seed.SHOP).first()
        if shop is None or not is_local(shop.url):
            return
        os.environ["SHOPIFY_ALLOW_LOCAL"] = "1"  # for the children
        kept = Kept.of(settings.DATA_DIR / "demo.json")
        Shop.objects.filter(pk=shop.pk).update(url=installation.start_sandbox(kept))
