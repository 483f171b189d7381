"""The ledgers, entry by entry, with sums of what is shown and the way to each document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.paginator import Page
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from connector.pages.books.words import ITEM_ENTRY, PARTY_ENTRY
from connector.ui.list_filters import ListFilter, TypedFilter, days
from connector.ui.lists import ListPage, Rows, SavedView
from erp.balances import still_open
from erp.ledgers import open_amounts
from erp.models import Company, GLEntry, ItemEntry, Location, Lookup, Party, PartyEntry


def companies() -> Sequence[tuple[str, str]]:
    """To choose from; where there is one only, there is no choice."""
    codes = list(Company.objects.order_by("code").values_list("code", flat=True))
    return [(code, code) for code in codes] if len(codes) > 1 else ()


OF_COMPANY = ListFilter("company", _("All companies"), "document__company__code", companies)
DAYS = days("posting_date", _("From"), _("Until"))


class LedgerList(ListPage):
    """Entries, the newest first; `sums` are over all that match, on whichever page they stand."""

    order: ClassVar[Sequence[str]] = ("-pk",)
    search = ("document__posted_no__iexact", "document__external_no__iexact")
    search_label = _("Search document no.")
    totals = "books/ledger_sums.html"
    empty = _("Nothing has been posted here.")

    def sums(self, rows: Rows) -> dict[str, Any]:
        """Totals of `rows` by their names in the template."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lcys = set(Company.objects.values_list("lcy", flat=True))
        lcy = next(iter(lcys)) if len(lcys) == 1 else ""
        shown = {"sums": self.sums(self.matching().order_by()), "lcy": lcy}
        return super().get_context_data(**shown, **kwargs)


class GLEntryList(LedgerList):
    model = GLEntry
    heading = _("G/L entries")
    columns = "books/gl_entries.html"
    filters = (
        OF_COMPANY,
        TypedFilter("account", _("Account"), lambda no: Q(account=no)),
        *DAYS,
    )

    def rows(self) -> Rows:
        return GLEntry.objects.select_related("document__company", "party")

    def sums(self, rows: Rows) -> dict[str, Any]:
        return rows.aggregate(
            debit=Sum("amount", filter=Q(amount__gt=0)),
            credit=Sum("amount", filter=Q(amount__lt=0)),
            amount=Sum("amount"),
        )

    def decorate(self, page: Page[Any]) -> None:
        chart = Lookup.objects.filter(
            kind=Lookup.Kind.GL_ACCOUNT, code__in={entry.account for entry in page.object_list}
        )
        names = {(row.company_id, row.code): row.description for row in chart}
        for entry in page.object_list:
            entry.account_name = names.get((entry.document.company_id, entry.account), "")


class PartyLedger(LedgerList):
    """Entries of customers or of vendors, with what is open of each."""

    model = PartyEntry
    kind: ClassVar[str]
    columns = "books/party_entries.html"
    views = (SavedView("", _("All")), SavedView("open", _("Open"), still_open))
    filters = (
        OF_COMPANY,
        TypedFilter("party", _("No."), lambda no: Q(party__no=no.upper())),
        ListFilter("kind", _("All kinds"), "kind", lambda: list(PARTY_ENTRY.items())),
        *DAYS,
    )

    def rows(self) -> Rows:
        rows = PartyEntry.objects.filter(party__kind=self.kind)
        return rows.select_related("document__company", "party")

    def sums(self, rows: Rows) -> dict[str, Any]:
        return rows.aggregate(amount=Sum("amount_lcy"))

    def decorate(self, page: Page[Any]) -> None:
        rest = open_amounts(page.object_list)
        for entry in page.object_list:
            entry.rest = rest[entry.pk].amount
            entry.words = PARTY_ENTRY[entry.kind]


class CustomerLedger(PartyLedger):
    kind = Party.Kind.CUSTOMER
    heading = _("Customer ledger entries")


class VendorLedger(PartyLedger):
    kind = Party.Kind.VENDOR
    heading = _("Vendor ledger entries")


def _locations() -> Sequence[tuple[str, str]]:
    return [(code, code) for code in sorted(set(Location.objects.values_list("code", flat=True)))]


class ItemLedger(LedgerList):
    model = ItemEntry
    heading = _("Item ledger entries")
    columns = "books/item_entries.html"
    filters = (
        OF_COMPANY,
        TypedFilter("item", _("Item no."), lambda no: Q(item__no=no.upper())),
        ListFilter("type", _("All types"), "type", lambda: list(ITEM_ENTRY.items())),
        ListFilter("location", _("All locations"), "location__code", _locations),
        *DAYS,
    )

    def rows(self) -> Rows:
        return ItemEntry.objects.select_related("document__company", "item", "variant", "location")

    def sums(self, rows: Rows) -> dict[str, Any]:
        return rows.aggregate(quantity=Sum("quantity"), amount=Sum("cost_amount"))

    def decorate(self, page: Page[Any]) -> None:
        for entry in page.object_list:
            entry.words = ITEM_ENTRY[entry.type]
