"""Writing what was planned: each statement serves all documents of the group."""

from __future__ import annotations

from collections.abc import Sequence

from erp import bulk
from erp.documents.totals import save_amounts
from erp.models import ItemEntry, PartyEntry
from erp.posting import copying, corrections, heads, ledger, quantities
from erp.posting.combined import Combined
from erp.posting.plan import Options, Posting
from erp.posting.stock import Holding


def write(postings: Sequence[Posting], options: Options, held: Holding, combined: Combined) -> None:
    """Lines, entries, quantities and, last, numbered heads. Raises SetupError without a series."""
    if not postings:
        return
    save_amounts([line for posting in postings for line in posting.computed])
    copies = _copy_lines(postings)
    _write_entries(postings, copies, held)
    orders = [posting.document for posting in postings if posting.document.is_order]
    quantities.advance(orders, ship=options.ship, invoice=options.invoice)
    invoiced, lines = combined.moved()
    bulk.update(lines, quantities.INVOICED)
    heads.save_orders([*orders, *invoiced])
    made = [document for posting in postings for document in posting.posted]
    heads.finish(made)
    heads.announce(made)


def _copy_lines(postings: Sequence[Posting]) -> dict[int, int]:
    """Give shipments and invoices of orders their lines. Returns {order line: shipment line}."""
    orders = [posting for posting in postings if posting.document.is_order]
    shipped = {p.document.pk: p.shipment.pk for p in orders if p.shipment}
    invoiced = {p.document.pk: p.invoice.pk for p in orders if p.invoice}
    shipment_lines = copying.copy_shipped(shipped)
    invoice_lines = copying.copy_invoiced(invoiced)
    sliced = [line for posting in orders for line in posting.sliced]
    for line in sliced:
        line.pk = invoice_lines[line.pk]
    save_amounts(sliced)
    return shipment_lines


def _write_entries(postings: Sequence[Posting], copies: dict[int, int], held: Holding) -> None:
    entries = [entry for posting in postings for entry in posting.item_entries]
    for entry in entries:
        entry.line_id = copies.get(entry.line_id, entry.line_id)
    bulk.insert(entries, ItemEntry)
    bulk.update(held.changed(), ["unit_cost"])
    _write_party_entries(postings)
    ledger.write([posting.ledger for posting in postings])


def _write_party_entries(postings: Sequence[Posting]) -> None:
    """What corrects an invoice settles it, and needs its key for that."""
    owed = [(p, p.posted[-1], p.party_entry) for p in postings if p.party_entry]
    bulk.insert([entry for _p, memo, entry in owed if not memo.corrects_id], PartyEntry)
    correcting = [one for one in owed if one[1].corrects_id]
    PartyEntry.objects.bulk_create([entry for _p, _memo, entry in correcting])
    for posting, memo, entry in correcting:
        corrections.apply(posting.ledger, memo, entry)
