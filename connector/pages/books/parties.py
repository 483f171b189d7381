"""Customers and vendors of the books, and what each owes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.paginator import Page
from django.utils.translation import gettext_lazy as _

from connector.ui.lists import ListPage, Rows, SavedView
from erp.balances import party_balances
from erp.models import Party
from erp.money import ZERO

ADD = "erp.add_party"
CHANGE = "erp.change_party"


class PartyList(ListPage):
    """Parties of one kind, in the order of companies and numbers."""

    model = Party
    kind: ClassVar[str]
    columns = "books/parties.html"
    search = ("no__iexact", "name__icontains", "email__icontains", "phone__icontains")
    search_label = _("Search no., name, e-mail or phone")
    order: ClassVar[Sequence[str]] = ("company", "no")
    sorts = {"name": ("name", "pk"), "city": ("city", "name", "pk")}
    views = (
        SavedView("", _("All")),
        SavedView("blocked", _("Blocked"), lambda rows: rows.exclude(blocked=Party.Blocked.NONE)),
    )

    def rows(self) -> Rows:
        return Party.objects.filter(kind=self.kind).select_related("company")

    def decorate(self, page: Page[Any]) -> None:
        owed = party_balances(party.pk for party in page.object_list)
        for party in page.object_list:
            party.balance = owed.get(party.pk, ZERO)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = self.request.user.has_perm
        return super().get_context_data(
            actions="books/list_actions.html",
            may_add=may(ADD),
            may_import=may(ADD) and may(CHANGE) and self.kind == Party.Kind.CUSTOMER,
            may_export=self.kind == Party.Kind.CUSTOMER,
            new=f"{self.kind}-new",
            what="customers",
            card=self.kind,
            **kwargs,
        )


class CustomerList(PartyList):
    kind = Party.Kind.CUSTOMER
    heading = _("Customers")
    empty = _("The books have no customers yet.")


class VendorList(PartyList):
    kind = Party.Kind.VENDOR
    heading = _("Vendors")
    empty = _("The books have no vendors yet.")
