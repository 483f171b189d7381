"""Rings for stock when something is posted, for the shops that want it.

A lost bell does no harm: a schedule compares all of the stock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.dispatch import receiver

from connector.sync.jobs import request_report
from erp.models import Company
from erp.signals import posted
from jobqueue import database
from shops.models import Location, Shop

SOON = timedelta(seconds=30)  # what is posted meanwhile goes along


@receiver(posted)
def stock_posted(*, company: int, **_more: Any) -> None:
    """Ask for 30102, once for all that is posted within a while."""
    for shop in _wanting(company):
        request_report(
            "stock", shop, options={"retry": "due"}, earliest_start=database.clock() + SOON
        )


def _wanting(company: int) -> list[Shop]:
    codes = Company.objects.filter(pk=company).values("code")
    shops = Shop.objects.filter(
        company_code__in=codes,
        enabled=True,
        allow_outgoing_requests=True,
        stock_settings__at_posting=True,
    )
    return [shop for shop in shops if Location.of_stock(shop).exists()]
