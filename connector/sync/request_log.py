"""Keeps what Shopify was asked, as the shop card wants it: errors only, all of it, or nothing."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import Error
from django.utils import timezone

from connector.shopify.calls import Call
from connector.shopify.redaction import redacted
from connector.sync.models import ShopifyRequest
from jobqueue import database
from shops.models import Shop

logger = logging.getLogger(__name__)

LONGEST = 20_000  # characters of a text that is kept
CUT = " …"
BATCH = 1_000  # rows a transaction


def request_log(shop: Shop, log_entry: int | None = None) -> RequestLog | None:
    """What keeps the calls of this shop; None where nothing is kept."""
    if shop.logging_mode == Shop.LoggingMode.DISABLED:
        return None
    everything = shop.logging_mode == Shop.LoggingMode.ALL
    return RequestLog(shop, log_entry, everything=everything)


class RequestLog:
    """Writes a row a call. A row that cannot be written is told to the log of the process alone."""

    def __init__(self, shop: Shop, log_entry: int | None, *, everything: bool) -> None:
        self._shop = shop
        self._log_entry = log_entry
        self.all = everything

    def __call__(self, call: Call) -> None:
        """Keep one call. Raises nothing."""
        try:
            row = self._row(call)
            with database.write(durable=False):
                row.save(force_insert=True)
        except (Error, TypeError, ValueError):
            logger.warning(
                "a request to Shopify could not be kept",
                extra={"shop": call.shop, "document": call.document},
                exc_info=True,
            )

    def _row(self, call: Call) -> ShopifyRequest:
        return ShopifyRequest(
            shop=self._shop,
            log_entry_id=self._log_entry,
            at=timezone.now(),
            operation=call.document[:60],
            cost=call.cost,
            status=call.status,
            milliseconds=round(call.seconds * 1000),
            retries=call.retries,
            request_id=call.request_id[:80],
            failed=call.error is not None,
            error=_short(str(call.error or "")),
            variables=_text(call.variables),
            answer=_text(call.answer) if call.answer is not None else "",
        )


def _text(told: Any) -> str:
    return _short(orjson.dumps(redacted(dict(told)), option=orjson.OPT_INDENT_2).decode())


def _short(text: str) -> str:
    text = text.replace("\x00", "")  # PostgreSQL takes none
    return text if len(text) <= LONGEST else text[:LONGEST] + CUT


def remove_old() -> int:
    """Remove what is older than it is kept, in small transactions; returns the number of rows."""
    before, removed = database.clock() - timedelta(days=settings.SHOPIFY_LOG_DAYS), 0
    old = ShopifyRequest.objects.filter(at__lt=before).order_by("at")
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        with database.write():
            removed += ShopifyRequest.objects.filter(pk__in=batch).delete()[0]
    return removed
