"""Makes what the demo needs and finds it again: books, shop card, user, stock. Safe to repeat."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction

from connector.management.demo.kept import Kept
from connector.sync.books_fields import accounts_of
from connector.sync.nightly_audit import install_audit
from erp.adjustments import AdjustmentLine, create_adjustment
from erp.company_information import change_company_information
from erp.models import Company, CompanyInformation, Item
from erp.posting import post_document
from erp.starting import set_up
from shops.addresses import background_by_default
from shops.models import Connection, OrderSettings, Shop

COMPANY, COUNTRY, ZONE = "KONTOR", "FI", "Europe/Helsinki"
SENDER = {  # of our own making
    "address": "Kauppakatu 1",
    "post_code": "00100",
    "city": "Helsinki",
    "country": COUNTRY,
    "phone": "+358 9 000 0000",
    "email": "hello@kontor.example",
    "vat_registration_no": "FI00000000",
    "iban": "FI2112345600000785",
    "swift_code": "NDEAFIHH",
}
SHOP = "DEMO"
# LCY for one unit; the pretend shop sells in all of them
CURRENCIES = {"NOK": Decimal("0.0850"), "SEK": Decimal("0.0880"), "USD": Decimal("0.9200")}
STOCK = Decimal(500)  # of everything, so that the shop does not sell what it has not
COST = Decimal("0.6")  # of the price


class NotTheDemo(Exception):
    """The data are somebody's own: a demo shop must not write into their books."""


def books() -> Company:
    """Raises NotTheDemo when there are shops or companies that the demo did not make."""
    own = Shop.objects.exclude(code=SHOP).exists()
    if own or Company.objects.exclude(code=COMPANY).exists():
        raise NotTheDemo(
            "There are shops or companies of your own here, so the demo was not started. "
            "Start your own data with: make run. Or give the demo other data: DATA_DIR=var/demo."
        )
    done = set_up(COMPANY, COUNTRY, name="Kontor & Co", language="en", currencies=CURRENCIES)
    install_audit(ZONE)
    if not CompanyInformation.objects.filter(company=done.company).exists():
        change_company_information(done.company, **SENDER)
    return done.company


@transaction.atomic
def shop(company: Company, address: str, token: str) -> Shop:
    """The shop card, pointed at the pretend Shopify's present address; a person's changes stay."""
    card, _ = Shop.objects.get_or_create(
        code=SHOP,
        defaults={
            "company_code": company.code,
            "url": address,
            "allow_background_syncs": background_by_default(address),
        },
    )
    if card.url != address:
        card.url = address
        card.save(update_fields=["url"])
    Connection.objects.update_or_create(shop=card, defaults={"access_token": token})
    OrderSettings.objects.get_or_create(
        shop=card,
        defaults={
            "auto_create_unknown_customers": True,
            "auto_create_unknown_items": True,
            **accounts_of(company),
        },
    )
    return card


def person(kept: Kept) -> User:
    """The one who may do everything. A password that was changed since stays changed."""
    user, made = User.objects.get_or_create(
        username=kept.user, defaults={"is_staff": True, "is_superuser": True}
    )
    if made:
        user.set_password(kept.password)
        user.save()
    return user


def stock(company: Company, *, today: date) -> int:
    """Put in stock of every item that never had any; return of how many."""
    fresh = Item.objects.filter(company=company, type="inventory", stock__isnull=True).order_by(
        "no"
    )
    lines = [
        AdjustmentLine(item.no, STOCK, unit_cost=(item.unit_price * COST).quantize(Decimal("0.01")))
        for item in fresh
    ]
    if lines:
        document = create_adjustment(company, lines, posting_date=today)
        post_document(document.pk, today=today)
    return len(lines)
