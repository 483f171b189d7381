"""`manage.py demo`: everything on this machine, with a shop that works at once."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from connector.management.demo import seed
from connector.management.demo.kept import Kept
from connector.management.demo.main_job import MainJob, TooLong, open_orders
from connector.management.demo.story import Story, story
from connector.management.installation import Installation
from connector.management.output import json_line
from connector.management.ports import PortRefused
from connector.management.preparation import prepare
from connector.management.processes import ChildEnded
from connector.management.signals import EndRequested, end_requests
from connector.management.single import InUse, only_one
from connector.shopify.errors import ShopifyError

# The demo never meets a broker or a rule that lies in the environment by chance.
ENVIRONMENT = {"BROKER_URL": "memory://", "SHOPIFY_ALLOW_LOCAL": "1"}
USAGE = 2  # exit status: it was asked for something that cannot be
INTERRUPTED = 130  # exit status: ended by a person before the main job was done


class Command(BaseCommand):
    help = "Start a demo shop with its books, run the main job, and stay until Ctrl-C."
    requires_system_checks = []  # the tables may not be there yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--exit", action="store_true", help="end after the main job")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        _insist_on_environment()
        try:
            with end_requests(), only_one(settings.DATA_DIR / "running"):
                status = self.perform(stay=not options["exit"], as_json=options["json"])
        except EndRequested:
            status = INTERRUPTED
        except (PortRefused, InUse, seed.NotTheDemo) as error:
            raise CommandError(str(error), returncode=USAGE) from None
        except (ChildEnded, ShopifyError, TooLong) as error:
            raise CommandError(str(error)) from None
        sys.exit(status)

    def perform(self, *, stay: bool, as_json: bool) -> int:
        """Return the exit status: 0 when every step did what it should."""
        kept = Kept.of(settings.DATA_DIR / "demo.json")
        with Installation(self.stdout) as installation:
            installation.check_port()
            self.say("Preparing the database, translations and static files …")
            prepare()
            port = installation.web_port()
            company = seed.books()
            address = installation.start_sandbox(kept)
            installation.start(port)
            self.say("Starting the pretend Shopify, web server, worker and scheduler …")
            shop = seed.shop(company, address, kept.token)
            person = seed.person(kept)
            installation.wait()
            job = MainJob(
                company, shop, owner_id=person.pk, out=self.stdout, meanwhile=installation.look
            )
            faults = job.run(today=timezone.localdate())
            told = story(shop, open_in_shopify=open_orders(shop))
            faults += told.faults()
            self.tell(told, faults, as_json=as_json)
            if stay:
                self.stay(installation, kept)
        return int(bool(faults))

    def stay(self, installation: Installation, kept: Kept) -> None:
        self.say(
            f"\nOpen {installation.address} and log in as {kept.user} "
            f"with the password {kept.password}\n"
            f"Logs lie in {settings.DATA_DIR / 'log'}. End with Ctrl-C."
        )
        with suppress(EndRequested):
            installation.stay()
        self.say("Ending …")

    def tell(self, told: Story, faults: list[str], *, as_json: bool) -> None:
        self.say(f"\n{told.text()}\n")
        for fault in faults:
            self.say(f"✗ {fault}")
        self.say("Not all is well." if faults else "All is well.")
        if as_json:
            self.say(json_line({"faults": faults, "story": told.numbers()}))

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _insist_on_environment() -> None:
    """Start anew with the demo's own environment, unless this is it."""
    if ENVIRONMENT["BROKER_URL"] == settings.BROKER_URL and settings.SHOPIFY_ALLOW_LOCAL:
        os.environ.update(ENVIRONMENT)  # for the children
        return
    files = {f"{name}_FILE" for name in ENVIRONMENT}  # would have the last word
    kept = {name: value for name, value in os.environ.items() if name not in files}
    os.execve(  # noqa: S606 - this very program
        sys.executable, [sys.executable, *sys.argv], {**kept, **ENVIRONMENT}
    )
