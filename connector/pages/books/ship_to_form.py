"""Where the goods of one document go: typed, or taken from the customer's addresses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from connector.pages.books.address_fields import ADDRESS_LABELS, country_code
from connector.pages.books.ship_to_addresses import ship_to_choices
from erp.documents.addresses import snapshot
from erp.models import Document, Party, ShipToAddress

PREFIX = "ship"
LENGTHS = {field.name: field.max_length for field in ShipToAddress._meta.fields}
NAMES = tuple(ADDRESS_LABELS)


class ShipToForm(forms.Form):
    """`take` fills in an address that is kept, in place of what is typed."""

    use_required_attribute = False

    take = forms.ChoiceField(required=False, label=_("Take the address"))

    def __init__(self, document: Document, data: Any = None) -> None:
        kept = document.ship_to_address
        super().__init__(data, prefix=PREFIX, initial={name: kept.get(name, "") for name in NAMES})
        self.document = document
        for name, label in ADDRESS_LABELS.items():
            self.fields[name] = forms.CharField(
                required=False, max_length=LENGTHS[name], label=label
            )
        if document.side == Document.Side.SALE and document.party:
            self.fields["take"] = forms.ChoiceField(
                required=False,
                choices=ship_to_choices(document.party),
                label=self.fields["take"].label,
            )
        else:
            del self.fields["take"]
        for field in self.fields.values():
            field.disabled = document.state != Document.State.OPEN

    def clean_country(self) -> str:
        return country_code(self.cleaned_data["country"])

    def address(self) -> dict[str, str]:
        """Only of a valid form."""
        party, taken = self.document.party, self.cleaned_data.get("take")
        if taken and party:
            return snapshot(_chosen(party, taken))
        kept: dict[str, str] = self.document.ship_to_address
        if not any(self.add_prefix(name) in self.data for name in NAMES):
            return kept  # it was not on the page that was sent
        typed = {name: self.cleaned_data[name] for name in NAMES}
        # An address that nobody touched stays as it is, also without some of the fields.
        return kept if all(kept.get(name, "") == typed[name] for name in NAMES) else kept | typed


def _chosen(party: Party, code: str) -> Party | ShipToAddress:
    return party if code == "=" else ShipToAddress.objects.get(party=party, code=code)
