"""What a sales document says, in words, and in which words two of its states differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connector.sync.models import LineLink
from connector.ui.amounts import money, quantity
from erp.models import Document, DocumentLine

HEAD: dict[str, Promise] = {
    "party": _("Customer"),
    "bill_to": _("Bill-to customer"),
    "sell_to_address": _("Sell-to address"),
    "bill_to_address": _("Bill-to address"),
    "ship_to_address": _("Ship-to address"),
    "external_no": _("External document no."),
    "your_ref": _("Your reference"),
    "order_date": _("Order date"),
    "document_date": _("Document date"),
    "posting_date": _("Posting date"),
    "due_date": _("Due date"),
    "currency": _("Currency"),
    "prices_incl_vat": _("Prices include VAT"),
    "payment_terms": _("Payment terms"),
    "payment_method": _("Payment method"),
    "shipment_method": _("Shipment method"),
    "agent": _("Shipping agent"),
    "notes": _("Notes"),
    "invoice_discount": _("Invoice discount"),
}
LINE: dict[str, Promise] = {
    "no": _("No."),
    "variant": _("Variant"),
    "location": _("Location"),
    "description": _("Description"),
    "quantity": _("Quantity"),
    "uom": _("Unit"),
    "unit_price": _("Unit price"),
    "line_discount": _("Discount"),
    "given_tax": _("Tax"),
}
TOTALS: dict[str, Promise] = {
    "amount": _("Without VAT"),
    "vat_amount": _("VAT"),
    "amount_incl": _("Total"),
}
NOTHING = "–"
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """A document in words. Lines by the order's line they stand for, or by their place."""

    head: Words
    lines: Mapping[str, Words]
    totals: Words
    currency: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that says something else; `line` is its text, "" for the head."""

    line: str
    label: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        where = f"{self.line}, {self.label}" if self.line else self.label
        return f"{where}: {self.before} → {self.after}."


def said(document: Document) -> Said:
    """Read the document and its lines as they are now."""
    rows = document.lines.select_related("item", "variant", "location").order_by("line_no")
    gids = dict(
        LineLink.objects.filter(document_line__document=document).values_list(
            "document_line_id", "line_gid"
        )
    )
    lines = {gids.get(row.pk) or f"place {row.line_no}": _line(row) for row in rows}
    return Said(
        {name: _text(getattr(document, name)) for name in HEAD},
        lines,
        {name: money(getattr(document, name)) for name in TOTALS},
        document.currency,
    )


def changes(before: Said, after: Said) -> list[Change]:
    """All that differs: the head's fields, then the lines'; a line that came or went is one change."""
    return [
        *_differing("", HEAD, before.head, after.head),
        *_lines(before, after),
        *_differing("", TOTALS, before.totals, after.totals),
    ]


def _lines(before: Said, after: Said) -> Iterator[Change]:
    for key in dict.fromkeys([*before.lines, *after.lines]):
        was, now = before.lines.get(key), after.lines.get(key)
        if was is not None and now is not None:
            yield from _differing(now["description"], LINE, was, now)
        elif line := was or now:
            sides = (_whole(line), NOTHING) if was else (NOTHING, _whole(line))
            yield Change(line["description"], str(_("Line")), *sides)


def _differing(
    line: str, labels: Mapping[str, Promise], before: Words, after: Words
) -> Iterator[Change]:
    for name, label in labels.items():
        if before[name] != after[name]:
            yield Change(line, str(label), before[name], after[name])


def _line(row: DocumentLine) -> Words:
    values = {
        "no": row.item.no if row.item else row.account,
        "variant": row.variant.code if row.variant else "",
        "location": row.location.code if row.location else "",
        "description": row.description,
        "quantity": quantity(row.quantity),
        "uom": row.uom,
        "unit_price": row.unit_price,
        "line_discount": row.line_discount,
        "given_tax": row.given_tax,
    }
    return {name: _text(value) for name, value in values.items()}


def _whole(line: Words) -> str:
    return f"{line['quantity']} × {line['unit_price']}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part) or NOTHING
    if isinstance(value, Decimal):
        return money(value)
    return NOTHING if value in {None, ""} else str(value)
