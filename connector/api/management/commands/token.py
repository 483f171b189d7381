"""Tokens of the API at the command line: add, list, revoke."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from connector.api import tokens
from connector.api.models import ApiToken
from connector.management.output import json_line, listed, table

LONGEST = ApiToken._meta.get_field("name").max_length or 0
HEADS = ("id", "user", "name", "created", "last_used", "expires", "revoked")


class Command(BaseCommand):
    help = "Make, list and revoke the tokens by which programs use the API as a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        added = actions.add_parser("add", help="make a token; it is shown this once")
        added.add_argument("user", help="whose rights it has")
        added.add_argument("--name", required=True, help="what it is for")
        added.add_argument("--days", type=int, help="how long it is good; else until revoked")
        shown = actions.add_parser("list", help="all tokens, without what opens")
        ended = actions.add_parser("revoke", help="end a token at once and for good")
        ended.add_argument("id", type=int)
        for action in (added, shown, ended):
            action.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *, action: str, **options: Any) -> None:
        getattr(self, f"_{action}")(**options)

    def _add(self, *, user: str, name: str, days: int | None, **options: Any) -> None:
        if days is not None and not 1 <= days <= tokens.MOST_DAYS:
            raise CommandError(f"--days: write a number from 1 to {tokens.MOST_DAYS}.")
        if not name.strip() or len(name) > LONGEST:
            raise CommandError(f"--name: write 1 to {LONGEST} characters.")
        try:
            row, token = tokens.issue(_user(user), name.strip(), days=days)
        except tokens.NameTaken as problem:
            raise CommandError(str(problem)) from None
        if options["json"]:
            self.stdout.write(json_line({**_told(row), "token": token}))
            return
        self.stderr.write(f"Token {row.pk} of {user}. It is not shown again:")
        self.stdout.write(token)

    def _list(self, **options: Any) -> None:
        rows = [_told(row) for row in ApiToken.objects.select_related("user").order_by("pk")]
        if options["json"]:
            self.stdout.write(json_line(rows))
        else:
            cells = [[_shown(value) for value in row.values()] for row in rows]
            self.stdout.write(table(HEADS, cells))

    def _revoke(self, **options: Any) -> None:
        mine = ApiToken.objects.filter(pk=options["id"])
        if not mine.exists():
            raise CommandError(f"There is no token {options['id']}. See “manage.py token list”.")
        ended = tokens.revoke(mine)
        if options["json"]:
            self.stdout.write(json_line(_told(mine.select_related("user").get())))
        else:
            words = "is revoked" if ended else "was revoked before"
            self.stdout.write(f"Token {options['id']} {words}.")


def _user(name: str) -> User:
    user = User.objects.filter(username=name).first()
    if user is None:
        names = User.objects.order_by("username").values_list("username", flat=True)[:20]
        raise CommandError(f"There is no user {name}. Known: {listed(list(names))}.")
    return user


def _told(row: ApiToken) -> dict[str, Any]:
    moments = {name: getattr(row, name) for name in HEADS[3:]}
    told = {name: at.isoformat(timespec="seconds") if at else None for name, at in moments.items()}
    return {"id": row.pk, "user": row.user.get_username(), "name": row.name, **told}


def _shown(value: object) -> str:
    return "" if value is None else str(value)
