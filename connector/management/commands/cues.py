"""`manage.py cues`: the numbers of the role center, and where the rows they count are shown."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connector.management.output import json_line, listed, table
from connector.rolecenter.cues import CUES, Cue, style
from connector.rolecenter.tiles import count, setups_of
from shops.models import Shop

Shown = dict[str, Any]


class Command(BaseCommand):
    help = "Show what needs a person, with the company's colours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shop", default="", help="count the rows of one shop only")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        shop = _known(options["shop"])
        shown = _shown(shop)
        if options["json"]:
            self.stdout.write(json_line(shown))
            return
        rows = [[cue["label"], cue["count"], cue["style"], cue["address"]] for cue in shown]
        self.stdout.write(table(["cue", "number", "style", "address"], rows))


def _shown(shop: str) -> list[Shown]:
    splits, setups = count(CUES), setups_of(None)

    def one(cue: Cue) -> Shown:
        split = splits[cue.name]
        number = split.get(shop, 0) if shop else sum(split.values())
        address = f"{cue.url}&shop={shop}" if shop else cue.url
        colour = style(number, setups.get(cue.name) or cue.setup())
        return {
            "name": cue.name,
            "label": str(cue.label),
            "count": number,
            "style": str(colour),
            "address": address,
        }

    return [one(cue) for cue in CUES]


def _known(code: str) -> str:
    """Raises CommandError with the shops there are."""
    if code and not Shop.objects.filter(code=code).exists():
        there = listed(list(Shop.objects.order_by("code").values_list("code", flat=True)))
        raise CommandError(f"There is no shop {code}. There is: {there}.")
    return code
