"""`manage.py books`: sets books up, says what is in them, keeps rates, moves cards in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from connector.management import books, card_files
from connector.management.guests import add_guests
from connector.management.output import json_line
from connector.sync.nightly_audit import install_audit
from erp.errors import Refused
from erp.models import Company
from erp.starting import set_up
from erp.summary import summary
from jobqueue.errors import Refused as QueueRefused


class Command(BaseCommand):
    help = "Set up books, sum them up, keep exchange rates, import and export customers and items."

    def add_arguments(self, parser: CommandParser) -> None:
        self._common(parser)
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        begin = actions.add_parser("setup", help="make what a company in a country needs")
        begin.add_argument("--country", required=True, help="two letters, e.g. NO")
        begin.add_argument("--name", default="", help="of the company")
        begin.add_argument("--currency", default="", help="another than the country's")
        begin.add_argument("--language", default="", help="of the accounts' names: en, nb, fi, …")
        begin.add_argument("--zone", default="", help="whose nights the audit runs in")
        rate = actions.add_parser("rate", help="add a currency, or another rate to one")
        rate.add_argument("code", metavar="CODE", help="ISO 4217")
        rate.add_argument("rate", metavar="RATE", help="what one unit is worth at home")
        rate.add_argument("--from", dest="starts", default="", metavar="DAY", help="2026-03-09")
        for name, words in (("export", "write a CSV or XLSX file"), ("import", "read one")):
            action = actions.add_parser(name, help=words)
            action.add_argument("what", choices=card_files.SORTS)
            action.add_argument("file", metavar="FILE.csv|FILE.xlsx")
            if name == "import":
                action.add_argument("--dry-run", action="store_true", help="check, write nothing")
        for action in actions.choices.values():
            self._common(action)

    def _common(self, parser: CommandParser) -> None:
        parser.add_argument("--company", default="", help="needed when there are several")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        actions: dict[str | None, Callable[[dict[str, Any]], None]] = {
            None: self.sum_up,
            "setup": self.set_up,
            "rate": self.rate,
            "export": self.export_cards,
            "import": self.import_cards,
        }
        try:
            actions[options["action"]](options)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from None
        except QueueRefused as refusal:
            raise CommandError(str(refusal)) from None

    def sum_up(self, options: dict[str, Any]) -> None:
        code = options["company"]
        companies = [books.company_asked(code)] if code else Company.objects.order_by("code")
        told = [summary(company) for company in companies]
        text = "\n\n".join(map(books.summary_text, told))
        nothing = "There are no books yet. Set them up with: books setup --country NO"
        self.tell(options, text or nothing, [books.summary_json(one) for one in told])

    def set_up(self, options: dict[str, Any]) -> None:
        with transaction.atomic():
            done = set_up(
                books.code_to_set_up(options["company"]),
                options["country"],
                name=options["name"],
                currency=options["currency"].upper(),
                language=options["language"],
            )
            add_guests(done.company)
            entry, new = install_audit(options["zone"] or timezone.get_default_timezone_name())
        audit = "is asked for" if new else "was asked for already"
        text = f"{books.set_up_text(done)}\nThe audit of every night {audit}: entry {entry.pk}."
        self.tell(options, text, books.set_up_json(done) | {"audit": entry.pk})

    def rate(self, options: dict[str, Any]) -> None:
        company = books.company_asked(options["company"])
        said = books.put_rate(company, options["code"], options["rate"], options["starts"])
        self.tell(options, said, {"currency": options["code"].upper(), "rate": options["rate"]})

    def export_cards(self, options: dict[str, Any]) -> None:
        company = books.company_asked(options["company"])
        count = card_files.write(company, options["what"], options["file"])
        text = f"{count} {options['what']} written to {options['file']}."
        self.tell(options, text, {"written": count})

    def import_cards(self, options: dict[str, Any]) -> None:
        company = books.company_asked(options["company"])
        answer = card_files.read(
            company, options["what"], options["file"], dry_run=options["dry_run"]
        )
        self.tell(options, card_files.answer_text(answer), card_files.answer_json(answer))
        if answer.mistakes:
            raise SystemExit(1)

    def tell(self, options: dict[str, Any], text: str, value: Any) -> None:
        self.stdout.write(json_line(value) if options["json"] else text)
