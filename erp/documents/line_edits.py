"""One line of a document as somebody wants it, put on a line that is or is to be. Nothing is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from erp import money
from erp.documents import numbers
from erp.documents.linked import refuse_other_goods
from erp.errors import CardError, DocumentError
from erp.models import Company, Document, DocumentLine, Item, ItemVariant, Location, Lookup
from erp.prices import units_in
from erp.reservations import to_reserve


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Blank texts mean: what the item or the company has; blank numbers: what is usual."""

    pk: int | None = None  # None: a new line
    type: Literal["item", "account", "comment"] = "item"
    no: str = ""  # of the item or account
    variant_code: str = ""
    location_code: str = ""
    text: str = ""
    uom: str = ""
    quantity: Decimal = money.ZERO
    unit_price: Decimal | None = None  # None: a new item line gets the best price, others none
    line_discount_pct: Decimal | None = None  # None: with the price; else as it is
    qty_to_ship: Decimal | None = None  # orders; None: what is left
    qty_to_invoice: Decimal | None = None
    tax: Decimal | None = None  # of the whole line, where the document's tax is given


@dataclass(frozen=True, slots=True)
class Named:
    """Everything that some edits name, read in a fixed number of queries."""

    company: Company
    items: dict[str, Item]
    variants: dict[tuple[int, str], ItemVariant]
    locations: dict[str, Location]
    accounts: set[str]

    @classmethod
    def of(cls, company: Company, edits: Sequence[LineEdit]) -> Named:
        items = {edit.no.strip().upper() for edit in edits if edit.type == "item"}
        found = {item.no: item for item in Item.objects.filter(company=company, no__in=items)}
        codes = {edit.variant_code.strip().upper() for edit in edits} - {""}
        variants = ItemVariant.objects.filter(item__in=found.values(), code__in=codes)
        accounts = Lookup.objects.filter(company=company, kind=Lookup.Kind.GL_ACCOUNT)
        return cls(
            company,
            found,
            {(row.item_id, row.code): row for row in variants},
            {row.code: row for row in Location.objects.filter(company=company)},
            set(accounts.values_list("code", flat=True)),
        )

    def item(self, no: str, place: int) -> Item:
        found = self.items.get(no.strip().upper())
        if found is None:
            raise DocumentError(
                "no_item", _("Item %(no)s does not exist. Create or map it.") % {"no": no}, place
            )
        if found.blocked:
            raise DocumentError("item_blocked", _("Item %(no)s is blocked.") % {"no": no}, place)
        return found

    def variant(self, item: Item, code: str, place: int) -> ItemVariant | None:
        if not code.strip():
            return None
        found = self.variants.get((item.pk, code.strip().upper()))
        if found is None:
            raise DocumentError(
                "no_variant",
                _("Item %(no)s has no variant %(code)s.") % {"no": item.no, "code": code},
                place,
            )
        return found

    def location(self, code: str, place: int) -> Location:
        wanted = code.strip().upper() or self.company.setting("default_location")
        found = self.locations.get(wanted)
        if found is None:
            raise DocumentError(
                "no_location",
                _("Location %(code)s does not exist. Create or map it.") % {"code": wanted},
                place,
            )
        return found

    def account(self, no: str, place: int) -> str:
        if no.strip() not in self.accounts:
            raise DocumentError(
                "no_account",
                _("G/L account %(no)s does not exist. Add it to the chart.") % {"no": no},
                place,
            )
        return no.strip()


def put(line: DocumentLine, edit: LineEdit, named: Named, place: int) -> None:
    """Set all of a line but its amounts. Raises DocumentError about the line at `place`."""
    before = _what(line)
    if line.qty_shipped and _other(line, edit):
        raise _shipped(place)
    if edit.type == "comment":
        _empty(line, edit)
    else:
        line.type = edit.type
        if edit.type == "item":
            _put_item(line, edit, named, place)
        else:
            _put_account(line, edit, named, place)
        _put_numbers(line, edit, place)
    line.reserved = to_reserve(line)
    if line.qty_shipped and _what(line) != before:
        raise _shipped(place)
    refuse_other_goods(line, place)


def _shipped(place: int) -> DocumentError:
    return DocumentError(
        "shipped",
        _("Some of it was shipped already: add another line instead of changing this one."),
        place,
    )


def _other(line: DocumentLine, edit: LineEdit) -> bool:
    now = line.item.no if line.item else line.account
    return (line.type, now) != (edit.type, edit.no.strip().upper())


def _what(line: DocumentLine) -> tuple[object, ...]:
    """What pieces of a line are pieces of."""
    return line.type, line.item_id, line.account, line.variant_id, line.uom, line.qty_per_uom


def _empty(line: DocumentLine, edit: LineEdit) -> None:
    line.type = DocumentLine.Type.COMMENT
    line.item = line.variant = line.location = None
    line.account = line.uom = ""
    line.description = edit.text[:100]
    line.quantity = line.unit_price = line.qty_to_ship = line.qty_to_invoice = money.ZERO
    line.line_amount = line.amount = line.vat_amount = line.amount_incl = money.ZERO
    line.line_discount = line.line_discount_pct = line.inv_discount = money.ZERO
    line.given_tax = None


def _put_item(line: DocumentLine, edit: LineEdit, named: Named, place: int) -> None:
    item = named.item(edit.no, place)
    if line.item_id != item.pk:
        _refuse_unsold(line.document, item, place)
        line.vat_prod = item.vat_prod
    line.item, line.account = item, ""
    line.variant = named.variant(item, edit.variant_code, place)
    line.location = named.location(edit.location_code, place)
    line.uom = edit.uom.strip().upper() or item.sales_uom or item.base_uom
    try:
        line.qty_per_uom = units_in(item, line.uom)
    except CardError as refusal:
        raise DocumentError(refusal.code, refusal.sentence, place) from refusal
    line.description = edit.text[:100] or item.description


def _refuse_unsold(document: Document, item: Item, place: int) -> None:
    """What is no longer sold may stand on a document, or come back, but not begin anew."""
    if item.sales_blocked and document.side == Document.Side.SALE and not document.is_return:
        raise DocumentError("item_blocked", _("Item %(no)s is blocked.") % {"no": item.no}, place)


def _put_account(line: DocumentLine, edit: LineEdit, named: Named, place: int) -> None:
    line.item = line.variant = line.location = None
    line.account = named.account(edit.no, place)
    line.vat_prod = line.vat_prod or named.company.setting("vat_prod")
    line.uom, line.qty_per_uom = edit.uom.strip().upper(), money.ONE
    line.description = edit.text[:100]


def _put_numbers(line: DocumentLine, edit: LineEdit, place: int) -> None:
    document = line.document
    if document.kind in {Document.Kind.ORDER, Document.Kind.RETURN_ORDER}:
        _put_parts(line, edit, place)
    pieces = numbers.kept(edit.quantity, place)
    if line.quantity and not line.line_discount_pct:  # an amount goes with the pieces it is for
        line.line_discount = line.line_discount * pieces / line.quantity
    line.quantity = pieces
    line.unit_price = numbers.kept(edit.unit_price or money.ZERO, place)
    numbers.refuse_amount(line.quantity, line.unit_price, place)
    if edit.line_discount_pct is not None and edit.line_discount_pct != line.line_discount_pct:
        numbers.refuse_percentage(edit.line_discount_pct, place)
        line.line_discount_pct = edit.line_discount_pct
        line.line_discount = money.ZERO
    if document.tax_mode == Document.TaxMode.GIVEN:
        if edit.tax is None:
            raise DocumentError("no_tax", _("The line has no tax, but the taxes are given."), place)
        line.given_tax = numbers.kept(edit.tax, place)


def _put_parts(line: DocumentLine, edit: LineEdit, place: int) -> None:
    """What the next posting takes of an order's line."""
    if edit.quantity < 0:
        raise DocumentError(
            "quantity", _("The quantity of an order line cannot be below zero."), place
        )
    if edit.quantity < line.qty_shipped:
        raise DocumentError(
            "quantity",
            _("The quantity cannot be less than the %(shipped)s that were shipped already.")
            % {"shipped": f"{line.qty_shipped.normalize():f}"},
            place,
        )
    put_next(line, edit.quantity, edit.qty_to_ship, edit.qty_to_invoice, place)


def put_next(
    line: DocumentLine,
    quantity: Decimal,
    to_ship: Decimal | None,
    to_invoice: Decimal | None,
    place: int,
) -> None:
    """Set what the next posting ships and invoices; None: all that is left. Raises DocumentError."""
    left, uninvoiced = quantity - line.qty_shipped, quantity - line.qty_invoiced
    line.qty_to_ship = left if to_ship is None else to_ship
    line.qty_to_invoice = uninvoiced if to_invoice is None else to_invoice
    if not 0 <= line.qty_to_ship <= left:
        raise DocumentError(
            "qty_to_ship",
            _("You cannot ship more than %(left)s.") % {"left": f"{left.normalize():f}"},
            place,
        )
    if not 0 <= line.qty_to_invoice <= uninvoiced:
        raise DocumentError(
            "qty_to_invoice",
            _("You cannot invoice more than %(left)s.") % {"left": f"{uninvoiced.normalize():f}"},
            place,
        )
