"""What the kinds of ledger entries are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erp.models import ItemEntry, PartyEntry

ITEM_ENTRY: dict[str, Promise] = {
    ItemEntry.Type.SALE: _("Sale"),
    ItemEntry.Type.PURCHASE: _("Purchase"),
    ItemEntry.Type.POSITIVE: _("Positive adjustment"),
    ItemEntry.Type.NEGATIVE: _("Negative adjustment"),
    ItemEntry.Type.TRANSFER: _("Transfer"),
}
PARTY_ENTRY: dict[str, Promise] = {
    PartyEntry.Kind.INVOICE: _("Invoice"),
    PartyEntry.Kind.CREDIT_MEMO: _("Credit memo"),
    PartyEntry.Kind.PAYMENT: _("Payment"),
    PartyEntry.Kind.REFUND: _("Refund"),
    PartyEntry.Kind.APPLICATION: _("Application"),
}
