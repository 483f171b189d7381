"""The head and the lines of a document as a person types them, and the edits they ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from connector.pages.books.cards import AmountField, CardForm
from connector.pages.books.finding import FindingInput
from connector.pages.books.prices import date_field
from erp.documents.editing import TRAVELLING
from erp.documents.line_edits import LineEdit
from erp.errors import DocumentError
from erp.models import Document, DocumentLine, Lookup
from erp.money import ZERO, rounded

ROWS_OFFERED = 1  # empty lines at the end
KEY = re.compile(r"[ln]\d{1,18}")
# Where a refusal is shown, by its code; others are about the whole line.
FIELD_OF = {
    "no_item": "no",
    "no_account": "no",
    "item_blocked": "no",
    "no_vat": "no",
    "no_variant": "variant_code",
    "no_location": "location_code",
    "no_uom": "uom",
    "no_tax": "tax",
    "quantity": "quantity",
    "qty_to_ship": "qty_to_ship",
    "qty_to_invoice": "qty_to_invoice",
}
Kind = Lookup.Kind
FINEST = Decimal("0.0001")  # of an amount


class HeadForm(CardForm):
    """Of a released document, only what may still change can be typed."""

    lists = {
        "payment_terms": Kind.PAYMENT_TERMS,
        "payment_method": Kind.PAYMENT_METHOD,
        "shipment_method": Kind.SHIPMENT_METHOD,
        "agent": Kind.SHIPPING_AGENT,
    }
    of_code = {"discount": "invoice_discount"}

    document_date = date_field(_("Document date"), required=True)
    posting_date = date_field(_("Posting date"), required=True)
    due_date = date_field(_("Due date"))
    requested_date = date_field(_("Requested delivery date"))
    invoice_discount = AmountField(
        required=False, min_value=0, decimal_places=4, label=_("Invoice discount")
    )

    class Meta:
        model = Document
        fields = [
            *("document_date", "posting_date", "due_date", "requested_date"),
            *("external_no", "your_ref", "payment_terms", "payment_method"),
            *("shipment_method", "agent", "tracking_no", "invoice_discount", "notes"),
        ]
        labels = {
            "external_no": _("External document no."),
            "your_ref": _("Your reference"),
            "payment_terms": _("Payment terms"),
            "payment_method": _("Payment method"),
            "shipment_method": _("Shipment method"),
            "agent": _("Shipping agent"),
            "tracking_no": _("Tracking no."),
            "notes": _("Notes"),
        }
        widgets = {"notes": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_from(self.instance.company)
        if self.instance.state == Document.State.RELEASED:
            for name, field in self.fields.items():
                field.disabled = name not in TRAVELLING

    def clean_invoice_discount(self) -> Decimal:
        typed: Decimal | None = self.cleaned_data["invoice_discount"]
        return typed or ZERO

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


class LineForm(forms.Form):
    """A line; empty ones at the end count for nothing."""

    use_required_attribute = False

    type = forms.ChoiceField(choices=DocumentLine.Type.choices, label=_("Type"))
    no = forms.CharField(required=False, max_length=100, label=_("No."))  # or words of its name
    variant_code = forms.CharField(required=False, max_length=10, label=_("Variant"))
    location_code = forms.CharField(required=False, max_length=10, label=_("Location"))
    text = forms.CharField(required=False, max_length=100, label=_("Description"))
    uom = forms.CharField(required=False, max_length=10, label=_("Unit of measure"))
    quantity = AmountField(required=False, label=_("Quantity"))
    unit_price = AmountField(required=False, label=_("Unit price"))
    line_discount_pct = AmountField(
        required=False, min_value=0, max_value=100, label=_("Discount %")
    )
    tax = AmountField(required=False, label=_("VAT"))
    qty_to_ship = AmountField(required=False, label=_("To ship"))
    qty_to_invoice = AmountField(required=False, label=_("To invoice"))

    def __init__(self, document: Document, key: str, line: DocumentLine | None, data: Any) -> None:
        initial = _initial(line) if line else {"type": "item"}
        super().__init__(data, prefix=key, initial=initial, auto_id="id_%s")
        self.key, self.line = key, line
        for name in ("variant_code", "location_code"):
            self.fields[name].widget.attrs["placeholder"] = self.fields[name].label
        self.fields["no"].widget = FindingInput(document.company, "lines", include=f"{key}-type")
        if document.kind not in {Document.Kind.ORDER, Document.Kind.RETURN_ORDER}:
            del self.fields["qty_to_ship"], self.fields["qty_to_invoice"]
        elif document.sign < 0:
            self.fields["qty_to_ship"].label = _("To receive")
        if document.tax_mode != Document.TaxMode.GIVEN:
            del self.fields["tax"]
        if document.state == Document.State.RELEASED:
            for name, field in self.fields.items():
                field.disabled = name not in {"qty_to_ship", "qty_to_invoice"}

    @property
    def idle(self) -> bool:
        """Whether it is a new line in which nothing is said. Only of a valid form."""
        return self.line is None and not (self.cleaned_data["no"] or self.cleaned_data["text"])

    def edit(self) -> LineEdit:
        """Only of a valid form."""
        said = dict(self.cleaned_data)
        quantity = said.pop("quantity")
        if said["type"] != "comment" and quantity is None:
            quantity = Decimal(1)
        return LineEdit(
            self.line.pk if self.line else None, quantity=quantity or ZERO, **self._parts(said)
        )

    def _parts(self, said: dict[str, Any]) -> dict[str, Any]:
        """An order's line whose quantity was changed is to be shipped and invoiced whole again.

        A given tax goes with the quantity, where nobody says another.
        """
        if self.line and "quantity" in self.changed_data:
            for name in {"qty_to_ship", "qty_to_invoice"} - set(self.changed_data):
                said[name] = None
            if said.get("tax") and "tax" not in self.changed_data and self.line.quantity:
                pieces = self.cleaned_data["quantity"] or ZERO
                said["tax"] = rounded(said["tax"] * pieces / self.line.quantity, FINEST)
        return said


def _initial(line: DocumentLine) -> dict[str, Any]:
    priced = line.type != DocumentLine.Type.COMMENT
    shown = {
        "type": line.type,
        "no": line.item.no if line.item else line.account,
        "variant_code": line.variant.code if line.variant else "",
        "location_code": line.location.code if line.location else "",
        "text": line.description,
        "uom": line.uom,
    }
    numbers = {
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "line_discount_pct": line.line_discount_pct,
        "tax": line.given_tax,
        "qty_to_ship": line.qty_to_ship,
        "qty_to_invoice": line.qty_to_invoice,
    }
    return shown | (numbers if priced else {})


def line_forms(
    document: Document, lines: Sequence[DocumentLine], data: Mapping[str, Any] | None
) -> list[LineForm]:
    """A form a line: of what there is, or of what was sent, in its order."""
    if data is None:
        kept = [LineForm(document, f"l{line.pk}", line, None) for line in lines]
        return kept + _offered(document, 0)
    there = {f"l{line.pk}": line for line in lines}
    keys = [key for key in str(data.get("rows", "")).split() if KEY.fullmatch(key)]
    do = str(data.get("do", ""))
    keys = [key for key in dict.fromkeys(keys) if do != f"remove:{key}"]
    sent = [LineForm(document, key, there.get(key), data) for key in keys]
    if do != "add":
        return sent
    return sent + _offered(
        document, max([int(key[1:]) for key in keys if key[0] == "n"], default=-1) + 1
    )


def _offered(document: Document, first: int) -> list[LineForm]:
    if document.state != Document.State.OPEN:
        return []
    return [LineForm(document, f"n{first + i}", None, None) for i in range(ROWS_OFFERED)]


def note(refusal: DocumentError, head: HeadForm, used: Sequence[LineForm]) -> None:
    """Put a refusal at the field it is about."""
    if refusal.line is None or refusal.line > len(used):
        head.note(refusal)
        return
    form = used[refusal.line - 1]
    name = FIELD_OF.get(refusal.code)
    form.add_error(name if name in form.fields else None, refusal.sentence)
