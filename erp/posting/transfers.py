"""Posting transfers: out here and in there at the same cost, so nothing reaches the G/L.

Locks: the document, its items, their stock, then the number series.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from erp.errors import PostingError
from erp.models import Document, DocumentLine, Item, ItemEntry
from erp.money import rounded
from erp.posting import checks, heads
from erp.posting.ledger import Ledger, next_transaction_no
from erp.posting.stock import Holding

PREVENT = {Item.PreventNegative.YES: True, Item.PreventNegative.NO: False}


@transaction.atomic
def post_transfer(
    document_id: UUID,
    *,
    expected_version: int | None = None,
    request_id: UUID | None = None,
    posting_date: date | None = None,
) -> Document:
    """Post a transfer in one transaction; a repeated `request_id` gives the first answer again.

    Raises PostingError.
    """
    document = heads.lock(document_id)
    if request_id and document.posting_request_id == request_id:
        return document
    checks.refuse_state(document, expected_version)
    if document.kind != Document.Kind.TRANSFER:
        raise PostingError(
            "kind", _("%(no)s is not a transfer.") % {"no": document.no}, document.no
        )
    heads.dated(document, posting_date)
    checks.refuse_date(document)
    terms = checks.terms(document)
    lines = list(document.lines.select_related("location", "to_location").order_by("line_no"))
    if not lines:
        raise PostingError(
            "nothing",
            _("There is nothing to post because %(no)s does not contain a quantity or amount.")
            % {"no": document.no},
            document.no,
        )
    ledger = Ledger(
        document.company, document.posting_date, terms.lcy_precision, next_transaction_no()
    )
    held = Holding.lock(line.item_id for line in lines if line.item_id)
    entries = [entry for line in lines for entry in _moved(ledger, document, line, held)]
    ItemEntry.objects.bulk_create(entries, 500)
    document.posting_request_id = request_id
    document.version += 1
    heads.finish([document])
    return document


def _moved(
    ledger: Ledger, document: Document, line: DocumentLine, held: Holding
) -> list[ItemEntry]:
    assert line.item_id is not None
    assert line.location_id is not None
    assert line.to_location_id is not None
    item = held.items[line.item_id]
    _refuse(document, line, item, held)
    cost = rounded(line.quantity * item.unit_cost, ledger.precision)
    return [
        ItemEntry(
            transaction_no=ledger.transaction_no,
            posting_date=ledger.posting_date,
            document=document,
            line=line,
            type=ItemEntry.Type.TRANSFER,
            item=item,
            variant_id=line.variant_id,
            location_id=location,
            quantity=sign * line.quantity,
            cost_amount=sign * cost,
        )
        for sign, location in ((-1, line.location_id), (1, line.to_location_id))
    ]


def _refuse(document: Document, line: DocumentLine, item: Item, held: Holding) -> None:
    """Goods that are blocked, no goods at all, or not there. What comes in may go on."""
    if item.blocked:
        raise PostingError(
            "item_blocked", _("Item %(no)s is blocked.") % {"no": item.no}, document.no
        )
    if item.type != Item.Type.INVENTORY:
        raise PostingError(
            "type", _("Item %(no)s is not kept in stock.") % {"no": item.no}, document.no
        )
    here, there = (
        (item.pk, line.variant_id, location)
        for location in (line.location_id, line.to_location_id)
        if location is not None
    )
    held.on_hand[here] -= line.quantity
    held.on_hand[there] += line.quantity
    prevent = PREVENT.get(
        Item.PreventNegative(item.prevent_negative), document.company.setting("prevent_negative")
    )
    if prevent and held.on_hand[here] < 0:
        raise PostingError(
            "negative",
            _("You have insufficient quantity of item %(no)s on inventory at %(location)s.")
            % {"no": item.no, "location": line.location},
            document.no,
        )
