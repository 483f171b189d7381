"""`manage.py shop`: connects shops, shows them, changes their settings and tries their connection."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from connector.management.guests import GUESTS, add_guests, has_guests
from connector.management.output import json_line, listed, table
from connector.management.shop_check import Checked, check_shop
from connector.management.shop_fields import (
    BadField,
    checked_address,
    checked_company,
    set_fields,
    validate,
)
from connector.sync.books_fields import accounts_of
from erp.models import Company
from erp.setup import create_company
from shops.addresses import background_by_default
from shops.models import Connection, OrderSettings, Shop


class Command(BaseCommand):
    help = "Connect, list, change and check shops."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add = actions.add_parser("add", help="connect a shop")
        add.add_argument("code", metavar="CODE", help="capital letters, digits, - and _")
        add.add_argument("url", metavar="URL", help="https://<name>.myshopify.com")
        add.add_argument("--token", default="", help="access token; - reads it from standard input")
        add.add_argument("--client-id", default="")
        add.add_argument("--client-secret", default="", help="- reads it from standard input")
        add.add_argument(
            "--company", default="", help="books it writes to; the only one if left out"
        )
        add.add_argument("--currency", default="", help="make the company, with this currency")
        actions.add_parser("list", help="all shops")
        change = actions.add_parser("set", help="change settings of a shop")
        change.add_argument("code", metavar="CODE")
        change.add_argument("fields", nargs="+", metavar="FIELD=VALUE")
        check = actions.add_parser("check", help="ask Shopify who the shop is")
        check.add_argument("code", metavar="CODE")
        for action in actions.choices.values():
            action.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        actions: dict[str, Callable[[dict[str, Any]], None]] = {
            "add": self.add,
            "list": self.list,
            "set": self.set,
            "check": self.check_connection,
        }
        try:
            actions[options["action"]](options)
        except BadField as error:
            raise CommandError(str(error)) from None

    def add(self, options: dict[str, Any]) -> None:
        code = options["code"]
        if Shop.objects.filter(code=code).exists():
            raise CommandError(f"There is already a shop {code}. Change it with: shop set {code} …")
        with transaction.atomic():
            address = checked_address(options["url"])
            shop = Shop(
                code=code,
                url=address,
                company_code=_company(options),
                allow_background_syncs=background_by_default(address),
            )
            validate(shop)
            shop.save()
            books = Company.objects.get(code=shop.company_code)
            OrderSettings.objects.create(
                shop=shop,
                default_customer_no=GUESTS if has_guests(books) else "",
                **accounts_of(books),
            )
            Connection.objects.create(
                shop=shop,
                access_token=_secret(options["token"]),
                client_id=options["client_id"],
                client_secret=_secret(options["client_secret"]),
            )
        self.tell(
            options,
            f"Shop {code} is there. Try the connection with: shop check {code}",
            {"code": code, "url": shop.url, "company": shop.company_code},
        )

    def list(self, options: dict[str, Any]) -> None:
        shops = Shop.objects.order_by("code")
        heads = ["code", "name", "url", "company", "enabled", "connection", "note"]
        rows = [
            [s.code, s.name, s.url, s.company_code, s.enabled, s.health, s.health_note]
            for s in shops
        ]
        text = (
            table(heads, rows) if rows else "There is no shop yet. Add one with: shop add CODE URL"
        )
        self.tell(options, text, [dict(zip(heads, row, strict=True)) for row in rows])

    def set(self, options: dict[str, Any]) -> None:
        shop = _shop(options["code"])
        names = set_fields(shop, options["fields"])
        self.tell(options, f"Shop {shop.code}: {listed(names)} set.", {"set": names})

    def check_connection(self, options: dict[str, Any]) -> None:
        shop = _shop(options["code"])
        checked: Checked = check_shop(shop, now=timezone.now())
        self.tell(options, checked.sentence, checked.as_json(shop))
        if not checked.connected:
            sys.exit(1)

    def tell(self, options: dict[str, Any], text: str, value: Any) -> None:
        self.stdout.write(json_line(value) if options["json"] else text)


def _shop(code: str) -> Shop:
    """Raises CommandError with the shops there are."""
    try:
        return Shop.objects.get(code=code)
    except Shop.DoesNotExist:
        there = listed(list(Shop.objects.order_by("code").values_list("code", flat=True)))
        raise CommandError(f"There is no shop {code}. There is: {there}.") from None


def _company(options: dict[str, Any]) -> str:
    """The company asked for, made if a currency is given; the only one when none is asked for."""
    code = options["company"]
    if not code and Company.objects.count() == 1:
        return Company.objects.get().code
    if code and options["currency"] and not Company.objects.filter(code=code).exists():
        books = create_company(code, options["currency"])
        add_guests(books)
        return books.code
    return checked_company(code)


def _secret(given: str) -> str:
    """A secret given as - comes from standard input, where no list of processes shows it."""
    return sys.stdin.readline().strip() if given == "-" else given
