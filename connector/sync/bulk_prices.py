"""Many prices at once: Shopify works them off by itself, one operation at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from connector.shopify import prices
from connector.shopify.bulk import Operation, results, standing
from connector.shopify.errors import Unavailable, UserErrors
from connector.sync.mapping.prices import variant_input
from connector.sync.models import BulkOperation
from connector.sync.price_changes import Change, put_told
from connector.sync.report import Context
from shops.models import Shop, Variant

logger = logging.getLogger(__name__)

BULK = 100  # changes from which on a bulk operation is worth its start; BC's number
WAIT = timedelta(minutes=4)  # what a run waits for the end; the next one takes up what is left
POLLS = (0.5, 1.0, 2.0, 5.0)  # s between two looks; the last one over and over
LOST = timedelta(days=8)  # Shopify keeps results for seven

State = BulkOperation.State


def in_bulk(context: Context, items: Sequence[Change]) -> bool:
    """Tell them in one operation, and note on each what became of it or that it is on its way.

    False when it cannot be begun, as while another is running: nothing was told then. Raises
    Unavailable when nobody knows whether it began, and as Client.execute.
    """
    if BulkOperation.objects.filter(shop=context.shop, state=State.RUNNING).exists():
        return False
    changes = [(i.variant.product_gid, variant_input(i.variant.gid, i.told)) for i in items]
    try:
        gid = prices.start_telling(context.client, changes)
    except UserErrors as refusal:
        logger.warning("no bulk operation", extra={"shop": context.shop.code, "why": str(refusal)})
        return False
    except Unavailable as failure:
        if failure.maybe_done:
            raise
        logger.warning("no bulk operation", extra={"shop": context.shop.code, "why": str(failure)})
        return False
    with context.hold.transaction():
        row = BulkOperation.objects.create(
            shop=context.shop, gid=gid, rows=[i.variant.pk for i in items], started_at=context.now()
        )
    operation = _awaited(context, gid)
    if operation is None or not operation.ended:
        for item in items:
            item.on_its_way = True
        return True
    _settle(row, operation, items, context)
    with context.hold.transaction():
        put_told(items, context.now())
    return True


def ended(context: Context) -> list[Change]:
    """The results of an operation that an earlier run left behind, if it has ended since.

    What Shopify forgot counts as not confirmed.
    """
    row = BulkOperation.objects.filter(shop=context.shop, state=State.RUNNING).first()
    if row is None:
        return []
    operation = standing(context.client, row.gid)
    if operation is None or (not operation.ended and context.now() - row.started_at > LOST):
        operation = Operation(row.gid, "EXPIRED", "", "", "")
    if not operation.ended:
        return []
    variants = Variant.objects.select_related("product").in_bulk(row.rows)
    items = [Change(variants[pk], None) if pk in variants else None for pk in row.rows]
    _settle(row, operation, items, context)
    return [item for item in items if item is not None]


def under_way(shop: Shop) -> set[str]:
    """The gids of variants that a running operation is about to change."""
    row = BulkOperation.objects.filter(shop=shop, state=State.RUNNING).first()
    if row is None:
        return set()
    return set(Variant.objects.filter(pk__in=row.rows).values_list("gid", flat=True))


def _awaited(context: Context, gid: str) -> Operation | None:
    deadline, looks = context.now() + WAIT, 0
    while True:
        operation = standing(context.client, gid)
        if operation is None or operation.ended or context.now() > deadline:
            return operation
        context.hold.checkpoint()
        time.sleep(POLLS[min(looks, len(POLLS) - 1)])
        looks += 1


def _settle(
    row: BulkOperation, operation: Operation, items: Sequence[Change | None], context: Context
) -> None:
    """Note on each item what became of its line; the row is saved with what was confirmed."""
    lines = results(operation, prices.ROOT)
    there = [item for item in items if item is not None]
    for number, item in enumerate(items):
        if item is not None:
            item.answer = prices.told(lines.get(number))
            item.operation = row
    row.state = State.COMPLETED if operation.status == "COMPLETED" else State.FAILED
    row.error = (operation.error or ("" if row.state == State.COMPLETED else operation.status))[
        :250
    ]
    row.confirmed = sum(1 for item in there if item.answer and item.answer.node)
    row.refused = len(row.rows) - row.confirmed
    row.finished_at = context.now()
