"""Everything that a batch of drafts names, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp import vat
from erp.currencies import Currencies
from erp.documents.corrected import Corrected
from erp.drafts import DocumentDraft, LineDraft
from erp.errors import DocumentError
from erp.models import Company, Document, Item, ItemVariant, Location, Lookup, Party


@dataclass(frozen=True, slots=True)
class References:
    """Numbers are looked up in upper case, as the books keep them."""

    company: Company
    side: str  # of all drafts
    parties: dict[str, Party]  # customers, or vendors
    items: dict[str, Item]
    variants: dict[tuple[int, str], ItemVariant]
    locations: dict[str, Location]
    accounts: set[str]
    payment_terms: dict[str, dict[str, Any]]
    currencies: Currencies
    vat_percentages: dict[str, Decimal]
    corrected: Corrected

    @classmethod
    def of(cls, company: Company, side: str, drafts: Sequence[DocumentDraft]) -> References:
        lines = [line for draft in drafts for line in draft.lines]
        items = _items(company, lines)
        lookups = Lookup.objects.filter(company=company)
        return cls(
            company=company,
            side=side,
            parties=_parties(company, side, drafts),
            items=items,
            variants=_variants(lines, items),
            locations={row.code: row for row in Location.objects.filter(company=company)},
            accounts=set(
                lookups.filter(kind=Lookup.Kind.GL_ACCOUNT).values_list("code", flat=True)
            ),
            payment_terms=dict(
                lookups.filter(kind=Lookup.Kind.PAYMENT_TERMS).values_list("code", "data")
            ),
            currencies=Currencies.of(company, {draft.currency for draft in drafts}),
            vat_percentages=vat.percentages(company),
            corrected=Corrected.of(
                company, side, {draft.corrects_no for draft in drafts if draft.corrects_no}
            ),
        )

    def party(self, no: str) -> Party:
        found = self.parties.get(no.strip().upper())
        if found is None:
            raise self._no_party(no)
        if found.blocked == Party.Blocked.ALL:
            raise self._blocked(no)
        return found

    def _no_party(self, no: str) -> DocumentError:
        if self.side == Document.Side.SALE:
            sentence = _("Customer %(no)s does not exist. Create it first.")
            return DocumentError("no_customer", sentence % {"no": no})
        return DocumentError(
            "no_vendor", _("Vendor %(no)s does not exist. Create it first.") % {"no": no}
        )

    def _blocked(self, no: str) -> DocumentError:
        if self.side == Document.Side.SALE:
            return DocumentError("blocked", _("Customer %(no)s is blocked.") % {"no": no})
        return DocumentError("blocked", _("Vendor %(no)s is blocked.") % {"no": no})

    def item(self, no: str, place: int, *, returned: bool = False) -> Item:
        """What is no longer sold may still come back, or be paid back."""
        found = self.items.get(no.strip().upper())
        if found is None:
            raise DocumentError(
                "no_item", _("Item %(no)s does not exist. Create or map it.") % {"no": no}, place
            )
        sold = self.side == Document.Side.SALE and not returned
        if found.blocked or (found.sales_blocked and sold):
            raise DocumentError("item_blocked", _("Item %(no)s is blocked.") % {"no": no}, place)
        return found

    def variant(self, item: Item, code: str, place: int) -> ItemVariant | None:
        if not code:
            return None
        found = self.variants.get((item.pk, code.strip().upper()))
        if found is None:
            raise DocumentError(
                "no_variant",
                _("Item %(no)s has no variant %(code)s.") % {"no": item.no, "code": code},
                place,
            )
        if found.blocked:
            raise DocumentError(
                "item_blocked",
                _("Variant %(code)s of item %(no)s is blocked.") % {"no": item.no, "code": code},
                place,
            )
        return found

    def account(self, no: str, place: int) -> str:
        if no not in self.accounts:
            raise DocumentError(
                "no_account",
                _("G/L account %(no)s does not exist. Add it to the chart.") % {"no": no},
                place,
            )
        return no

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


def _parties(company: Company, side: str, drafts: Sequence[DocumentDraft]) -> dict[str, Party]:
    named = {no.strip().upper() for draft in drafts for no in (draft.party_no, draft.bill_to_no)}
    kind = Party.Kind.CUSTOMER if side == Document.Side.SALE else Party.Kind.VENDOR
    rows = Party.objects.filter(company=company, kind=kind, no__in=named)
    return {party.no: party for party in rows.select_related("bill_to")}


def _items(company: Company, lines: Sequence[LineDraft]) -> dict[str, Item]:
    named = {line.item_no.strip().upper() for line in lines if line.item_no}
    return {item.no: item for item in Item.objects.filter(company=company, no__in=named)}


def _variants(
    lines: Sequence[LineDraft], items: dict[str, Item]
) -> dict[tuple[int, str], ItemVariant]:
    codes = {line.variant_code.strip().upper() for line in lines if line.variant_code}
    if not codes:
        return {}
    ids = [item.pk for item in items.values()]
    rows = ItemVariant.objects.filter(item__in=ids, code__in=codes)
    return {(row.item_id, row.code): row for row in rows}
